import { z } from 'zod';
import { collectName, createNameList, type NameList } from '../domain/selection-names';
import { nameSchema } from './names';

const ASSET_IDS = {
  type: 'array',
  minItems: 1,
  items: {
    oneOf: [
      { type: 'string', minLength: 1, maxLength: 36, description: 'Any of the three names: uuid, key or number.' },
      { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'The number.' },
    ],
  },
  description: 'The assets; absent: every asset of the project. An empty list is refused: it never means all.',
};

/** Of a list with more, the first bad ones are enough to mend it by. */
const MAX_FAULTS = 20;

/**
 * A list of assets in any of their names. It checks by hand what a schema per item would check, because a million ids
 * are a million small results to zod. Undefined stays so: it stands for all assets.
 */
const assetIds = z
  .unknown()
  .meta(ASSET_IDS)
  .transform((value, context): NameList | undefined => {
    if (value === undefined) return undefined;
    const refuse = (path: PropertyKey[], message: string) => {
      context.addIssue({ code: 'custom', path, message, input: value });
    };
    if (!Array.isArray(value)) {
      refuse([], 'must be a list of ids');
      return z.NEVER;
    }
    if (value.length === 0) refuse([], 'must not be empty; leave it out for all assets');
    const list = createNameList(value.length);
    let faults = 0;
    for (let at = 0; at < value.length && faults < MAX_FAULTS; at += 1) {
      if (collectName(list, value[at], at)) continue;
      faults += 1;
      refuse([at], 'must be an id, a uuid or a key');
    }
    return list;
  })
  .optional();

const isShared = z.boolean().describe('Whether to share or unshare the assets');

/** `POST /actions/projects/{project_id}/assets/share` (the Kitsu API). */
export const shareBody = z.strictObject({ is_shared: isShared, asset_ids: assetIds }).meta({ id: 'KitsuShareRequest' });

/** A job token: any UUID that a Workflow Id may be. */
const token = z.guid('must be the token of a job, a uuid').transform((text) => text.toLowerCase());

/**
 * The input of `setSharedWorkflow`: `is_shared`, and the assets or none for all of the project. `selection_ref` is the
 * token of the job in whose row the assets are kept; `retry_of` of one that has ended, and whose failed items are to be
 * tried again. The requester is a user's id, uuid, key or e-mail address.
 */
export const setSharedInput = z
  .strictObject({
    project: nameSchema,
    is_shared: isShared.optional(),
    asset_ids: assetIds,
    selection_ref: token.optional(),
    retry_of: token.optional(),
    requested_by: z.string().min(1).max(320),
  })
  .superRefine(({ is_shared, asset_ids, selection_ref, retry_of }, context) => {
    const refuse = (field: string, message: string) => {
      context.addIssue({ code: 'custom', path: [field], message });
    };
    if (asset_ids !== undefined && selection_ref !== undefined) refuse('selection_ref', 'must not be given beside asset_ids'); // prettier-ignore
    if (retry_of === undefined) {
      if (is_shared === undefined) refuse('is_shared', 'is required');
    } else if (is_shared !== undefined || asset_ids !== undefined || selection_ref !== undefined) {
      refuse('retry_of', 'must not be given beside is_shared, asset_ids or selection_ref');
    }
  });

/** The input as callers write it; of `asset_ids` each is a name or a number. */
export type SetSharedInput = Omit<z.input<typeof setSharedInput>, 'asset_ids'> & {
  readonly asset_ids?: readonly (string | number)[] | undefined;
};

/** The input as it was read. */
export type SetSharedOrder = z.output<typeof setSharedInput>;
