import { defineSearchAttributeKey } from '@temporalio/common';

/** What the job does, such as `bulk_move_assets`. */
export const LONGHAUL_KIND = defineSearchAttributeKey('LonghaulKind', 'KEYWORD');
/** The uuid of the project. */
export const LONGHAUL_PROJECT = defineSearchAttributeKey('LonghaulProject', 'KEYWORD');
/** The state of the job, in the words of `GET /api/jobs/:token`. */
export const LONGHAUL_STATE = defineSearchAttributeKey('LonghaulState', 'KEYWORD');
/** The uuid of the user who asked for it; never an e-mail address, for search attributes are not encrypted. */
export const LONGHAUL_OWNER = defineSearchAttributeKey('LonghaulOwner', 'KEYWORD');

/** All of them, with their types, as a namespace must know them. */
export const SEARCH_ATTRIBUTES = {
  LonghaulKind: 'Keyword',
  LonghaulProject: 'Keyword',
  LonghaulState: 'Keyword',
  LonghaulOwner: 'Keyword',
} as const;
