import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JobRecord } from '../../../store/jobs';
import { createFollowing, type Follower, type FollowingOptions } from '../../following';
import { openJob } from './job-access';

/** A caller that follows one job, perhaps for long. */
export type JobFollower = Follower<JobRecord>;

/** Lets callers follow jobs. */
export function createJobFollowing(options: FollowingOptions) {
  const follow = createFollowing(options);
  return (job: JobRecord, request: FastifyRequest, reply: FastifyReply): Promise<JobFollower> => {
    const { id: jobId, token } = job;
    return follow({ jobId, token, read: (user) => openJob(options.db, token, user) }, request, reply);
  };
}
