import { isEnded } from './job';
import { type PacedJob, paceOf } from './job-pace';
import { reasonOf, type WaitingJob } from './job-reason';

const MOST_SECONDS = 30;
/** Of the time that is left at least: who asks ten times on the way sees enough. */
const SHARE_OF_TIME_LEFT = 0.1;
const STOPPED_SECONDS = { queued: 2, waiting: 5, paused: 15 } as const;

/**
 * After how many whole seconds, 1 to 30, it is worth asking for the job again: soon while it gets on and its end is
 * near. Null when it has ended, for then it does not change any more.
 */
export function askAgainAfterSeconds(job: PacedJob & WaitingJob, nowMs: number): number | null {
  if (isEnded(job.state)) return null;
  if (job.state === 'paused' || job.state === 'queued') return STOPPED_SECONDS[job.state];
  if (reasonOf(job, nowMs) !== null) return STOPPED_SECONDS.waiting;
  const { eta } = paceOf(job, nowMs);
  if (eta === null) return 1;
  const leftSeconds = (eta.earliestMs - nowMs) / 1000;
  return Math.min(MOST_SECONDS, Math.max(1, Math.floor(leftSeconds * SHARE_OF_TIME_LEFT)));
}
