import { z } from 'zod';
import { TIMEOUT_RULES } from '../../domain/approval-form';
import { cleanText, defineNode, durationText, nameText } from './node-schema';

export const requestReviewNode = defineNode({
  kind: 'request_review',
  description: 'Asks the approvers of the project for a review of the asset, and waits for what they say',
  loopable: true,
  with: z.strictObject({
    asset: nameText.optional(),
    policy: z.union([z.enum(['all', 'any']), z.int().positive()]).default('all'),
    due_at: z.iso.datetime({ offset: true }).optional(),
    remind_every_hours: z.int().positive().max(8_760).optional(),
    message: cleanText.max(2_000).optional(),
    on_needs_revision: z.enum(['fail', 'succeed']).default('fail'),
  }),
  output: z.object({ job: z.uuid(), status: z.enum(['approved', 'needs_revision', 'closed']) }),
});

export const bulkMoveNode = defineNode({
  kind: 'bulk_move',
  description: 'Moves a selection of assets by a job of its own, and waits for its end',
  loopable: true,
  with: z.strictObject({
    selection: z.array(z.json()).min(1).max(1_000).describe('As in the Unicat API: ids, {children}, {search}'),
    to: nameText,
    project: nameText.optional().describe('Absent: the project of the asset of the run'),
  }),
  output: z.object({
    job: z.uuid(),
    total: z.int(),
    succeeded: z.int(),
    skipped: z.int(),
    failed: z.int(),
    outcome: z.string(),
  }),
});

export const runActionNode = defineNode({
  kind: 'run_action',
  description: 'Runs another action, and waits for its end',
  loopable: true,
  with: z.strictObject({
    action: z.union([z.string().min(1).max(255), z.int().positive()]).describe('Its name or id'),
    asset: nameText.optional(),
    inputs: z.record(z.string(), z.json()).default({}),
  }),
  output: z.object({
    run: z.int(),
    job: z.uuid(),
    status: z.string(),
    nodes: z.record(z.string(), z.object({ state: z.string(), output: z.json() })),
  }),
});

export const waitNode = defineNode({
  kind: 'wait',
  description: 'Waits for a time, or until an instant',
  loopable: false,
  with: z
    .strictObject({ duration: durationText.optional(), until: z.iso.datetime({ offset: true }).optional() })
    .refine(({ duration, until }) => (duration === undefined) !== (until === undefined), 'must have duration or until'),
  output: z.object({ until: z.string() }),
});

/** A field of the form of an approval. */
export const formField = z
  .strictObject({
    type: z.enum(['string', 'integer', 'number', 'boolean']),
    label: cleanText.max(255).optional(),
    required: z.boolean().default(false).describe('For an approval; a rejection may leave it out'),
    options: z.array(cleanText.min(1).max(255)).min(1).max(50).optional().describe('Of a text: what may be chosen'),
  })
  .refine(({ type, options }) => options === undefined || type === 'string', 'options are for a text');

const MAX_FIELDS = 50;

export const approvalNode = defineNode({
  kind: 'approval',
  description: 'Waits for a person to approve or reject',
  loopable: false,
  with: z.strictObject({
    message: cleanText.min(1).max(2_000),
    timeout: durationText.optional(),
    on_timeout: z.enum(TIMEOUT_RULES).default('fail'),
    form: z
      .record(z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be a name such as publish_at'), formField)
      .refine((form) => Object.keys(form).length <= MAX_FIELDS, `must have ${String(MAX_FIELDS)} fields at most`)
      .default({}),
  }),
  output: z.object({
    decision: z.enum(['approve', 'timeout']),
    by: z.string().nullable(),
    values: z.record(z.string(), z.json()),
  }),
});

export const forEachNode = defineNode({
  kind: 'for_each',
  description: 'Does one thing for each item of a list, so many at a time',
  loopable: false,
  expressions: ['items'],
  with: z.strictObject({
    items: z.string().min(1).max(4_096).describe('CEL that gives a list; each is `item`, its place `index`'),
    window: z.int().min(1).max(100).default(10),
    node: z.strictObject({ uses: z.string(), with: z.record(z.string(), z.json()).default({}) }),
  }),
  output: z.object({
    total: z.int(),
    succeeded: z.int(),
    failed: z.int(),
    outputs: z.array(z.json()).describe('Of the first 100 items, null where one has failed'),
  }),
});
