import { z } from 'zod';
import { assetIdList } from './asset-ids';
import { nameSchema, tokenSchema } from './names';

const assetIds = assetIdList(
  'The assets; absent: every asset of the project. An empty list is refused: it never means all.',
  'must not be empty; leave it out for all assets',
);

const isShared = z.boolean().describe('Whether to share or unshare the assets');

/** `POST /actions/projects/{project_id}/assets/share` (the Kitsu API). */
export const shareBody = z.strictObject({ is_shared: isShared, asset_ids: assetIds }).meta({ id: 'KitsuShareRequest' });

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
    selection_ref: tokenSchema.optional(),
    retry_of: tokenSchema.optional(),
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
