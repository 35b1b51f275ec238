import { isEnded } from '../../../domain/job';
import type { JobRecord } from '../../../store/jobs';
import type { JobFollower } from './job-following';

/**
 * The job once it has ended; as it is then when the time is over, the caller has gone or the app closes.
 * @throws Refusal when the caller may not see it any more
 */
export async function awaitEnd(follower: JobFollower, waitMs: number): Promise<JobRecord> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const job = await follower.read();
    const leftMs = deadline - performance.now();
    if (isEnded(job.state) || leftMs <= 0 || follower.signal.aborted) return job;
    await follower.change(leftMs);
  }
}
