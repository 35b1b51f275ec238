import { z } from 'zod';
import { nameSchema, tokenSchema } from './names';

/**
 * The input of `dagActionRunWorkflow`: the asset, and the action by its name or id with its inputs. `run_ref` is the token
 * of the job in whose row all that is kept (runs that the façade or another run has made have nothing else). The
 * requester is a user's id, uuid, key or e-mail address.
 */
export const dagActionRunInput = z
  .strictObject({
    asset: nameSchema,
    action: z.union([z.string().min(1).max(255), z.int().nonnegative()]).optional(),
    inputs: z.record(z.string(), z.json()).optional(),
    run_ref: tokenSchema.optional(),
    requested_by: z.string().min(1).max(320),
  })
  .superRefine(({ action, inputs, run_ref }, context) => {
    const refuse = (field: string, message: string) => {
      context.addIssue({ code: 'custom', path: [field], message });
    };
    if (run_ref === undefined && action === undefined) refuse('action', 'is required');
    if (run_ref !== undefined && (action !== undefined || inputs !== undefined)) {
      refuse('run_ref', 'must not be given beside action or inputs');
    }
  });

/** The input as callers write it. */
export type DagActionRunInput = Omit<z.input<typeof dagActionRunInput>, 'asset'> & { readonly asset: string | number };

/** The input as it was read. */
export type DagActionRunOrder = z.output<typeof dagActionRunInput>;
