import type { Counts, JobKind, JobOutcome } from './job';
import { type PacedJob, paceOf } from './job-pace';
import { reasonOf, type WaitingJob } from './job-reason';
import type { JobStep } from './job-step';
import { toKey } from './names';

/** Where the things that a job's answer links to are. */
export interface JobLinks {
  /** Of the façade, without a slash at its end. */
  readonly publicUrl: string;
  /** Of the Temporal UI, null when there is none. */
  readonly temporalUiUrl: string | null;
  readonly namespace: string;
}

/** What an answer is made of: a job as the store gives it. */
export interface AnsweredJob extends PacedJob, WaitingJob {
  readonly token: string;
  readonly kind: JobKind;
  readonly projectUuid: string | null;
  readonly outcome: JobOutcome | null;
  readonly counts: Counts;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** An e-mail address. */
  readonly createdBy: string;
  readonly retryOf: string | null;
  readonly undoOf: string | null;
  readonly steps: readonly JobStep[];
  /** The uuid of an asset that the reader may read. */
  readonly duplicateOf: string | null;
  readonly children: readonly { readonly relation: 'retry' | 'undo' | 'child'; readonly token: string }[];
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly prunedAt: Date | null;
}

/** A job as the jobs API and the administrator's tool answer it. */
export type JobAnswer = ReturnType<typeof toJobAnswer>;

/** A job in the form of the jobs API; instants are ISO texts. */
export function toJobAnswer(job: AnsweredJob, links: JobLinks, now: Date) {
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
    pruned_at: job.prunedAt?.toISOString() ?? null,
    created_by: job.createdBy,
    retry_of: job.retryOf,
    undo_of: job.undoOf,
    error: job.error,
    steps: job.steps.map(({ name, state, startedAt, finishedAt, message }) => ({
      name,
      state,
      started_at: startedAt?.toISOString() ?? null,
      finished_at: finishedAt?.toISOString() ?? null,
      message,
    })),
    duplicate_of: job.duplicateOf === null ? null : toKey(job.duplicateOf),
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
