import { z } from 'zod';

/** The input of `purgeTrashWorkflow`; none at all is the same as `{}`. */
export const purgeTrashInput = z.strictObject({
  /** Counts and lists what is due, and deletes nothing. */
  dry_run: z.boolean().optional(),
});

export type PurgeTrashInput = z.input<typeof purgeTrashInput>;
