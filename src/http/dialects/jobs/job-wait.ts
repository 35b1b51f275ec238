import type { FastifyReply, FastifyRequest } from 'fastify';
import { isEnded } from '../../../domain/job';
import type { JobRecord } from '../../../store/jobs';
import type { FollowingOptions } from '../../following';
import { createJobFollowing, type JobFollower } from './job-following';

/** Lets callers wait for the end of a job, so many seconds at most. */
export function createWaiting(options: FollowingOptions) {
  const follow = createJobFollowing(options);
  return async (job: JobRecord, seconds: number, request: FastifyRequest, reply: FastifyReply): Promise<JobRecord> => {
    const follower = await follow(job, request, reply);
    try {
      return await awaitEnd(follower, seconds * 1_000);
    } finally {
      follower.close();
      // The app waits for its connections when it closes, and an idle one would last.
      if (options.shutdownSignal.aborted) void reply.header('connection', 'close');
    }
  };
}

/**
 * The job once it has ended; as it is then when the time is over, the caller has gone or the app closes.
 * @throws Refusal when the caller may not see it any more
 */
async function awaitEnd(follower: JobFollower, waitMs: number): Promise<JobRecord> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const job = await follower.read();
    const leftMs = deadline - performance.now();
    if (isEnded(job.state) || leftMs <= 0 || follower.signal.aborted) return job;
    await follower.change(leftMs);
  }
}
