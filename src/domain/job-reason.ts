import { isEnded, type JobState } from './job';

/** What a reason is made of. */
export interface WaitingJob {
  readonly state: JobState;
  /** What whoever made the job wait wrote down. */
  readonly waitingReason: string | null;
  readonly updatedAt: Date;
}

/** A job that is worked on is told of twice a second. */
const HEARD_OF_MS = 5_000;

/** Why the job does not get on at `nowMs`, in words for people; null when it does, or has ended. */
export function reasonOf(job: WaitingJob, nowMs: number): string | null {
  if (isEnded(job.state)) return null;
  if (job.waitingReason !== null) return job.waitingReason;
  if (job.state !== 'running' || nowMs - job.updatedAt.getTime() <= HEARD_OF_MS) return null;
  return `waiting for a worker: nothing heard since ${job.updatedAt.toISOString()}`;
}
