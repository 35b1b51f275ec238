import { z } from 'zod';
import type { Name } from '../domain/names';
import type { Selection } from '../domain/selection';
import { nameSchema, tokenSchema } from './names';
import { selectionJson, selectionSchema } from './selection';

/** `POST /api/p/:gid/assets/bulk/move`: where to, and what. The selection has refusals of its own, so it is read later. */
export const bulkMoveBody = z
  .strictObject({
    parent: nameSchema.meta({ description: 'The new parent: a folder of the project, or the project for its root' }),
    selection: selectionJson,
  })
  .meta({ id: 'UnicatBulkMoveRequest' });

const FORMS: ReadonlySet<unknown> = new Set(['parent', 'retry_of', 'undo_of']);
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The input of `bulkMoveWorkflow`, in one of four forms. A move names its new `parent` and either the `selection` itself,
 * or `selection_ref`, the token of the job in whose row it is kept. `retry_of` and `undo_of` are tokens of jobs that have
 * ended. The requester is a user's id, uuid, key or e-mail address.
 */
export const bulkMoveInput = z
  .strictObject({
    project: nameSchema,
    parent: nameSchema.optional(),
    selection: selectionSchema.optional(),
    selection_ref: z.uuid().optional(),
    retry_of: tokenSchema.optional(),
    undo_of: tokenSchema.optional(),
    requested_by: z.string().min(1).max(320),
  })
  .refine((input) => [input.parent, input.retry_of, input.undo_of].some((form) => form !== undefined), {
    path: ['parent'],
    message: 'is required',
    // Also when other fields are bad: a caller wants to hear of all of them at once.
    when: ({ value, issues }) => isObject(value) && !issues.some(({ path }) => FORMS.has(path?.[0])),
  })
  .transform((input, context): BulkMoveOrder => {
    const { project, requested_by, parent, selection, selection_ref, retry_of, undo_of } = input;
    const refuse = (field: keyof typeof input, message: string) => {
      context.addIssue({ code: 'custom', path: [field], message, input: input[field] });
      return z.NEVER;
    };
    const origin = undo_of ?? retry_of;
    if (origin !== undefined) {
      const form = undo_of === undefined ? 'retry_of' : 'undo_of';
      const beside = (['parent', 'selection', 'selection_ref', 'retry_of', 'undo_of'] as const).filter(
        (field) => field !== form && input[field] !== undefined,
      );
      if (beside.length > 0) return refuse(form, `must not be given beside ${beside.join(', ')}`);
      return { form, project, requested_by, origin };
    }
    if (parent === undefined || (selection === undefined) === (selection_ref === undefined)) {
      return refuse('selection_ref', 'give either selection or selection_ref');
    }
    return { form: 'move', project, requested_by, parent, selection };
  });

/** The input as callers write it. */
export type BulkMoveInput = z.input<typeof bulkMoveInput>;

/** The input as it was read. */
export type BulkMoveOrder = { readonly project: Name; readonly requested_by: string } & (
  | {
      readonly form: 'move';
      readonly parent: Name;
      /** Undefined when the job's row keeps it. */
      readonly selection: Selection | undefined;
    }
  | { readonly form: 'retry_of' | 'undo_of'; /** The token of the job. */ readonly origin: string }
);
