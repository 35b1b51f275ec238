import { z } from 'zod';
import { findIngestFilenameFault } from '../domain/ingest-filename';
import type { Name } from '../domain/names';
import { nameSchema, tokenSchema } from './names';

const filenameSchema = z.string().superRefine((name, context) => {
  const fault = findIngestFilenameFault(name);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault.replace(/^M/, 'm') });
});

const FORMS = ['file_url', 'ingest_ref', 'retry_of'] as const;

/**
 * The input of `ingestMediaWorkflow`, in one of three forms. `file_url` and `filename` name the file for the `asset`: an
 * address without secrets, for what is written here is kept and shown by Temporal. `ingest_ref` is the token of the job
 * in whose row the address is kept, sealed. `retry_of` is the token of a job that has failed. The requester is a user's
 * id, uuid, key or e-mail address.
 */
export const ingestMediaInput = z
  .strictObject({
    asset: nameSchema,
    file_url: z.string().min(1).max(2_048).optional(),
    filename: filenameSchema.optional(),
    ingest_ref: z.uuid().optional(),
    retry_of: tokenSchema.optional(),
    requested_by: z.string().min(1).max(320),
  })
  .transform((input, context): IngestMediaOrder => {
    const { asset, requested_by, file_url, filename, ingest_ref, retry_of } = input;
    const refuse = (field: keyof typeof input, message: string) => {
      context.addIssue({ code: 'custom', path: [field], message });
      return z.NEVER;
    };
    const given = FORMS.filter((form) => input[form] !== undefined);
    if (given.length === 0) return refuse('file_url', 'is required');
    if (given.length > 1)
      return refuse(given[0] ?? 'file_url', `must not be given beside ${given.slice(1).join(', ')}`);
    if (file_url === undefined) {
      if (filename !== undefined) return refuse('filename', 'goes with file_url');
      if (retry_of !== undefined) return { form: 'retry_of', asset, requested_by, origin: retry_of };
      return { form: 'kept', asset, requested_by, token: ingest_ref ?? '' };
    }
    if (filename === undefined) return refuse('filename', 'is required');
    return { form: 'file', asset, requested_by, fileUrl: file_url, filename };
  });

/** The input as callers write it. */
export type IngestMediaInput = z.input<typeof ingestMediaInput>;

/** The input as it was read. */
export type IngestMediaOrder = { readonly asset: Name; readonly requested_by: string } & (
  | { readonly form: 'file'; readonly fileUrl: string; readonly filename: string }
  | { readonly form: 'kept'; /** Of the job that keeps it. */ readonly token: string }
  | { readonly form: 'retry_of'; /** The token of the job. */ readonly origin: string }
);
