import { z } from 'zod';
import { JOB_KINDS, JOB_STATES } from '../../../domain/job';
import { paceOf } from '../../../domain/job-pace';
import { reasonOf } from '../../../domain/job-reason';
import type { JobRecord } from '../../../store/jobs';

/** Where the things that a job's answer links to are. */
export interface JobLinks {
  /** Of the façade, without a slash at its end. */
  readonly publicUrl: string;
  /** Of the Temporal UI, null when there is none. */
  readonly temporalUiUrl: string | null;
  readonly namespace: string;
}

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
    created_by: z.string().describe('An e-mail address'),
    retry_of: z.uuid().nullable(),
    undo_of: z.uuid().nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable().describe('Why the whole job failed'),
    steps: z.array(z.object({ name: z.string(), state: z.string() })).describe('Of kinds of jobs that have steps'),
    duplicate_of: z.string().nullable(),
    links: z.object({
      self: z.string(),
      events: z.string(),
      items: z.string(),
      children: z
        .array(z.object({ relation: z.enum(['retry', 'undo']), token: z.uuid(), href: z.string() }))
        .describe('The jobs that retry or undo this one'),
      workflow: z.string().nullable().describe('The run in the Temporal UI'),
    }),
  })
  .meta({ id: 'Job' });

/** A job in the form of the jobs API. */
export function toJobAnswer(job: JobRecord, links: JobLinks, now: Date): z.input<typeof jobAnswer> {
  const { total, succeeded, skipped, failed, remaining } = job.counts;
  const { ratePerSecond, eta } = paceOf(job, now.getTime());
  const self = `${links.publicUrl}/api/jobs/${job.token}`;
  return {
    token: job.token,
    kind: job.kind,
    project: job.projectUuid,
    state: job.state,
    outcome: job.outcome,
    reason: reasonOf(job, now.getTime()),
    total,
    succeeded,
    skipped,
    failed,
    remaining,
    rate_per_second: ratePerSecond,
    eta:
      eta === null
        ? null
        : { earliest: new Date(eta.earliestMs).toISOString(), latest: new Date(eta.latestMs).toISOString() },
    created_at: job.createdAt.toISOString(),
    started_at: job.startedAt?.toISOString() ?? null,
    updated_at: job.updatedAt.toISOString(),
    finished_at: job.finishedAt?.toISOString() ?? null,
    created_by: job.createdBy,
    retry_of: job.retryOf,
    undo_of: job.undoOf,
    error: job.error,
    steps: [],
    duplicate_of: null,
    links: {
      self,
      events: `${self}/events`,
      items: `${self}/items`,
      children: job.children.map(({ relation, token }) => ({
        relation,
        token,
        href: `${links.publicUrl}/api/jobs/${token}`,
      })),
      workflow:
        links.temporalUiUrl === null
          ? null
          : `${links.temporalUiUrl}/namespaces/${encodeURIComponent(links.namespace)}/workflows/${job.token}`,
    },
  };
}
