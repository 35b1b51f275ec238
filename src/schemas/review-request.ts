import { z } from 'zod';
import type { ReviewPolicy } from '../domain/review';
import { MAX_REMIND_HOURS, MAX_REVIEW_MESSAGE, parseDueAt, parsePolicy } from '../domain/review-terms';
import { assetIdList } from './asset-ids';
import { nameSchema, tokenSchema } from './names';

const MAX_FOLDERS = 1_000;
const MAX_DIRNAME = 10_000;
const REMIND_RULE = `must be an Integer from 1 to ${String(MAX_REMIND_HOURS)}`;
const MESSAGE_RULE = `must be a String of at most ${String(MAX_REVIEW_MESSAGE)} characters`;
const FOLDERS_RULE = `must be a list of at most ${String(MAX_FOLDERS)} folders`;
const DIRNAME_RULE = 'must be a folder, such as {"dirname": "a/b"}';

/** What Postgres cannot keep. */
// eslint-disable-next-line no-control-regex -- NUL is what is looked for
const UNSTORABLE = /\u0000|\p{Surrogate}/u;

const text = (max: number, rule: string) => z.string(rule).max(max, rule).refine((given) => !UNSTORABLE.test(given), rule); // prettier-ignore

const policy = z
  .unknown()
  .meta({
    oneOf: [
      { type: 'string', enum: ['all', 'any'] },
      { type: 'integer', minimum: 1 },
    ],
    default: 'all',
    description: 'How many approvers have to approve: all of them (the default), any one, or so many',
  }) // prettier-ignore
  .transform((value, context): ReviewPolicy => {
    const read = parsePolicy(value ?? 'all');
    if (read !== null) return read;
    context.addIssue({ code: 'custom', message: 'must be all, any, or an Integer from 1', input: value });
    return z.NEVER;
  })
  .optional();

const dueAt = z
  .unknown()
  .meta({
    type: ['string', 'null'],
    description:
      'When answers are due: an RFC 3339 date-time, or the end of a date in UTC. Managers are told of what is open then',
  }) // prettier-ignore
  .transform((value, context): Date | null => {
    const read = parseDueAt(value);
    if (read !== null || value === null || value === undefined) return read;
    context.addIssue({ code: 'custom', message: 'must be a date, or a date-time with its offset (RFC 3339)', input: value }); // prettier-ignore
    return z.NEVER;
  })
  .optional();

/** Folders as callers name them; what else they say of one is of no matter. */
export const foldersSchema = z
  .array(z.object({ dirname: text(MAX_DIRNAME, DIRNAME_RULE) }, DIRNAME_RULE), FOLDERS_RULE)
  .max(MAX_FOLDERS, FOLDERS_RULE);

export const messageSchema = text(MAX_REVIEW_MESSAGE, MESSAGE_RULE).nullable().optional();

/** On which terms approvers are asked; null is the same as absent. */
export const termsShape = {
  policy,
  due_at: dueAt,
  remind_every_hours: z.int(REMIND_RULE).min(1, REMIND_RULE).max(MAX_REMIND_HOURS, REMIND_RULE).nullable().optional(),
  message: messageSchema.describe('To the approvers'),
  include_new_approvers: z.boolean().nullable().optional().describe('Ask those too who become approvers later'),
};

const scopeShape = {
  project: nameSchema,
  asset_ids: assetIdList('The assets; folders among them are left out.'),
  folders: foldersSchema.optional(),
  recursive: z.boolean().optional(),
  selection_ref: tokenSchema.optional(),
  retry_of: tokenSchema.optional(),
  requested_by: z.string().min(1).max(320),
};

type Given = Readonly<Record<string, unknown>>;

const EVERYWHERE: ReadonlySet<string> = new Set(['project', 'requested_by']);

/** Either what is to be reviewed and on which terms, or the one job that keeps it. */
function checkForm(given: Given, context: z.RefinementCtx): void {
  const refuse = (field: string, message: string) => {
    context.addIssue({ code: 'custom', path: [field], message });
  };
  const fields = Object.keys(given).filter((field) => given[field] !== undefined && !EVERYWHERE.has(field));
  const reference = ['retry_of', 'selection_ref'].find((field) => given[field] !== undefined);
  if (reference !== undefined) {
    const beside = fields.find((field) => field !== reference);
    if (beside !== undefined) refuse(reference, `must not be given beside ${beside}`);
    return;
  }
  const { asset_ids: assets, folders } = given as { asset_ids?: { order: Uint8Array }; folders?: readonly unknown[] };
  if ((assets?.order.length ?? 0) === 0 && (folders?.length ?? 0) === 0) {
    refuse('asset_ids', 'must be given, or folders: nothing never means all');
  }
}

/**
 * The input of `reviewRequestWorkflow`: assets and folders by their paths, and the terms. `selection_ref` is the token of
 * the job in whose row all that is kept; `retry_of` of one that has ended, and whose failed items are to be tried again.
 * The requester is a user's id, uuid, key or e-mail address.
 */
export const reviewRequestInput = z.strictObject({ ...scopeShape, ...termsShape }).superRefine(checkForm);

/** The input of `forceApproveWorkflow`; `message` says why. */
export const forceApproveInput = z.strictObject({ ...scopeShape, message: messageSchema }).superRefine(checkForm);

/** The inputs as callers write them; of `asset_ids` each is a name or a number. */
export type ReviewRequestInput = Typed<z.input<typeof reviewRequestInput>>;
export type ForceApproveInput = Typed<z.input<typeof forceApproveInput>>;

type Typed<Input> = Omit<Input, 'asset_ids'> & { readonly asset_ids?: readonly (string | number)[] | undefined };

/** The inputs as they were read: what only one of the two has is optional. */
export type ReviewRequestOrder = z.output<typeof forceApproveInput> &
  Partial<Omit<z.output<typeof reviewRequestInput>, keyof z.output<typeof forceApproveInput>>>;
