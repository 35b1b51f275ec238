import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../contract/activities';
import { FAILURE } from '../contract/failures';
import { endJob, findRunnableJob, type RunnableJob } from '../store/job-progress';
import type { Database } from '../store/database';
import type { ActivityDependencies } from './dependencies';
import { withHeartbeat } from './heartbeat';

/** The activities that every kind of job shares. */
export function createJobActivities({ store, now }: ActivityDependencies): Pick<Activities, 'closeJob'> {
  return {
    async closeJob({ token, state, outcome, error }) {
      const job = await requireJob(store.db, token);
      const standing = await withHeartbeat(() => endJob(store.db, job.id, { state, outcome, error }, now()));
      return { token, ...standing };
    },
  };
}

/** The job that a workflow names. Its row comes before its workflow, so that a missing one is no passing fault. */
export async function requireJob(db: Database, token: string): Promise<RunnableJob> {
  const job = await findRunnableJob(db, token);
  if (job === null) throw ApplicationFailure.nonRetryable(`there is no job ${token}`, FAILURE.inputInvalid);
  return job;
}
