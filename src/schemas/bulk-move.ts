import { z } from 'zod';
import { nameSchema } from './names';
import { selectionJson, selectionSchema } from './selection';

/** `POST /api/p/:gid/assets/bulk/move`: where to, and what. The selection has refusals of its own, so it is read later. */
export const bulkMoveBody = z
  .strictObject({
    parent: nameSchema.meta({ description: 'The new parent: a folder of the project, or the project for its root' }),
    selection: selectionJson,
  })
  .meta({ id: 'UnicatBulkMoveRequest' });

/**
 * The input of `bulkMoveWorkflow`. Either the selection itself, or `selection_ref`, the token of the job in whose row it
 * is kept. The requester is a user's id, uuid, key or e-mail address.
 */
export const bulkMoveInput = z
  .strictObject({
    project: nameSchema,
    parent: nameSchema,
    selection: selectionSchema.optional(),
    selection_ref: z.uuid().optional(),
    requested_by: z.string().min(1).max(320),
  })
  .refine((input) => (input.selection === undefined) !== (input.selection_ref === undefined), {
    message: 'give either selection or selection_ref',
    path: ['selection_ref'],
  });

/** The input as callers write it. */
export type BulkMoveInput = z.input<typeof bulkMoveInput>;
/** The input as it was read. */
export type ParsedBulkMoveInput = z.output<typeof bulkMoveInput>;
