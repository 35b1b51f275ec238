import { z } from 'zod';
import type { Name } from '../domain/names';
import { nameSchema, tokenSchema } from './names';

/**
 * The input of `bulkIngestMediaWorkflow`, in one of two forms. `lines_ref` is the token of the job that keeps the lines,
 * their addresses sealed: they are never written here, for Temporal keeps and shows what is. `retry_of` is the token of
 * a job that has ended, and can be given by hand. The requester is a user's id, uuid, key or e-mail address.
 */
export const bulkIngestInput = z
  .strictObject({
    project: nameSchema,
    lines_ref: z.uuid().optional(),
    retry_of: tokenSchema.optional(),
    requested_by: z.string().min(1).max(320),
  })
  .transform((input, context): BulkIngestOrder => {
    const { project, requested_by, lines_ref, retry_of } = input;
    if ((lines_ref === undefined) === (retry_of === undefined)) {
      context.addIssue({ code: 'custom', path: ['lines_ref'], message: 'give either lines_ref or retry_of' });
      return z.NEVER;
    }
    return { project, requested_by, retryOf: retry_of ?? null };
  });

/** The input as callers write it. */
export type BulkIngestInput = z.input<typeof bulkIngestInput>;

/** The input as it was read. */
export interface BulkIngestOrder {
  readonly project: Name;
  readonly requested_by: string;
  /** Null when the job's rows keep its lines. */
  readonly retryOf: string | null;
}
