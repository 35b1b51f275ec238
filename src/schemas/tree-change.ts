import { z } from 'zod';
import { nameSchema } from './names';

const requestedBy = z.string().min(1).max(320);

/** The input of the workflows that trash, restore or delete an asset with all that lies in it. */
export const treeChangeInput = z.strictObject({ asset: nameSchema, requested_by: requestedBy });

/** The input of the workflow that assigns one to a project; `project` null takes it out of its project. */
export const assignAssetsInput = z.strictObject({
  asset: nameSchema,
  project: nameSchema.nullable(),
  requested_by: requestedBy,
});

/** The inputs as callers write them. */
export type TreeChangeInput = z.input<typeof treeChangeInput>;
export type AssignAssetsInput = z.input<typeof assignAssetsInput>;
