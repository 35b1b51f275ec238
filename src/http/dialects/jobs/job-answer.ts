import { z } from 'zod';
import { JOB_KINDS, JOB_STATES } from '../../../domain/job';
import { JOB_STEP_STATES } from '../../../domain/job-step';

/** A job in this form. */
export { toJobAnswer, type JobLinks } from '../../../domain/job-answer';

const instant = z.iso.datetime();
const count = z.int().nonnegative();

/** `GET /api/jobs/:token`. Once `total` is known: total = succeeded + skipped + failed + remaining. */
export const jobAnswer = z
  .object({
    token: z.uuid(),
    kind: z.enum(JOB_KINDS),
    project: z.uuid().nullable(),
    state: z.enum(JOB_STATES),
    outcome: z.enum(['succeeded', 'with_failures', 'cancelled', 'failed', 'rejected']).nullable(),
    reason: z.string().nullable().describe('Why the job waits, when it does'),
    total: count.nullable().describe('null until the selection is resolved; never changes after that'),
    succeeded: count,
    skipped: count,
    failed: count,
    remaining: count.nullable(),
    rate_per_second: z.number().nullable().describe('Measured over the last ten seconds; null unless it runs'),
    eta: z
      .object({ earliest: instant, latest: instant })
      .nullable()
      .describe('Between which instants it will have ended, by its measured pace; null while that cannot be said'),
    created_at: instant,
    started_at: instant.nullable(),
    updated_at: instant,
    finished_at: instant.nullable(),
    pruned_at: instant
      .nullable()
      .describe('When its details were removed for their age: items, steps, and with them retry and undo'),
    created_by: z.string().describe('An e-mail address'),
    retry_of: z.uuid().nullable(),
    undo_of: z.uuid().nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable().describe('Why the whole job failed'),
    steps: z
      .array(
        z.object({
          name: z.string(),
          state: z.enum(JOB_STEP_STATES),
          started_at: instant.nullable(),
          finished_at: instant.nullable(),
          message: z.string().nullable().describe('How far it is, or why it failed'),
        }),
      )
      .describe('In their order, of a kind of job that has steps'),
    duplicate_of: z
      .string()
      .nullable()
      .describe('The key of an asset that had the same file before, if the caller may read it; also one in the trash'),
    links: z.object({
      self: z.string(),
      events: z.string(),
      items: z.string(),
      children: z
        .array(z.object({ relation: z.enum(['retry', 'undo', 'child']), token: z.uuid(), href: z.string() }))
        .describe('The jobs that retry or undo this one, and the newest hundred that the nodes of a run have started'),
      workflow: z.string().nullable().describe('The run in the Temporal UI'),
    }),
  })
  .meta({ id: 'Job' });
