import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../contract/activities';
import { FAILURE } from '../contract/failures';
import { deliverNudges } from '../dispatch';
import { findRunOf } from '../store/dag-child-jobs';
import { pauseJob, resumeJob, type Controller } from '../store/job-control';
import { endJob, findRunnableJob, readStanding, type RunnableJob } from '../store/job-progress';
import { findJob } from '../store/jobs';
import { findUserByUuid } from '../store/credentials';
import type { Database, Store } from '../store/database';
import type { ActivityDependencies, FileJobDependencies } from './dependencies';
import { withHeartbeat } from './heartbeat';
import { toStagedId } from './ingest-steps';
import { getRequester } from './opening';

/** The activities that every kind of job shares. */
export function createJobActivities({
  store,
  keeper,
  discardStaged,
  log,
  now,
}: ActivityDependencies & Pick<FileJobDependencies, 'discardStaged'>): Pick<Activities, 'closeJob' | 'controlJob'> {
  return {
    controlJob: ({ token, action, by }) =>
      withHeartbeat(async () => {
        const job = await requireJob(store.db, token);
        const outcome = await STEER[action](store.db, job.id, await findController(store, token, by), now());
        const { state, counts } = await readStanding(store.db, job.id);
        if (outcome !== 'ended') return { token, state, counts };
        throw ApplicationFailure.nonRetryable(`the job has ended: it is ${state}`, FAILURE.controlRefused);
      }),

    async closeJob({ token, state, outcome, error }) {
      const job = await requireJob(store.db, token);
      const standing = await withHeartbeat(() => endJob(store.db, job.id, { state, outcome, error }, now()));
      // One that was paused has nobody at work who would do it.
      if (job.kind === 'ingest_media') await discardStaged(toStagedId(token, FIRST_LINE));
      // A workflow cannot end as cancelled unless that was asked of Temporal; whoever cancelled the job may not have.
      const isHeard = state === 'cancelled' && job.kind !== 'dag_action_run';
      if (standing.state === 'cancelled' && !isHeard) await keeper.wake({ token, state: standing.state });
      const run = await findRunOf(store.db, job.id);
      if (run !== null) await deliverNudges({ db: store.db, starter: keeper, log, now }, run.token);
      return { token, ...standing };
    },
  };
}

/** The file of a job that has a single one. */
const FIRST_LINE = 1;
const STEER = { pause: pauseJob, resume: resumeJob };

/** The user who steers, if one is named: whoever may see a job may control it. */
async function findController({ db, pool }: Store, token: string, by: string | null): Promise<Controller> {
  if (by === null) return null;
  const { uuid } = await getRequester(db, by, 'by');
  const user = await findUserByUuid(pool, uuid);
  if (user !== null && (await findJob(db, { by: 'uuid', uuid: token }, token, user)) !== null) return user;
  throw ApplicationFailure.nonRetryable('by: this user may not control the job', FAILURE.forbidden);
}

/** The job that a workflow names. Its row comes before its workflow, so that a missing one is no passing fault. */
export async function requireJob(db: Database, token: string): Promise<RunnableJob> {
  const job = await findRunnableJob(db, token);
  if (job === null) throw ApplicationFailure.nonRetryable(`there is no job ${token}`, FAILURE.inputInvalid);
  return job;
}
