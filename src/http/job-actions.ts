import type { Principal } from '../domain/credentials';
import type { JobState } from '../domain/job';
import { CHILD_PRUNED } from '../domain/job-retention';
import type { Dispatcher } from '../dispatch';
import type { Database } from '../store/database';
import { newUuid } from '../store/ids';
import { createChildJob, type ChildCreation, type ChildRefusal, type ChildRelation } from '../store/job-children';
import { cancelJob, pauseJob, resumeJob } from '../store/job-control';
import { readJob, type JobRecord } from '../store/jobs';
import { conflict, forbidden, type Refusal, unprocessable } from './refusal';

export type SteeringAction = 'pause' | 'resume' | 'cancel';

export interface JobActionsDependencies {
  readonly db: Database;
  readonly dispatcher: Pick<Dispatcher, 'dispatch' | 'nudge'>;
  readonly now: () => Date;
}

/** What people do with a job that they may see, through the API and the pages alike. */
export interface JobActions {
  /**
   * Steers the job and answers it as it is then. Repeated, it changes nothing.
   * @throws Refusal 409 when the job has ended
   */
  steer(action: SteeringAction, job: JobRecord, user: Principal): Promise<JobRecord>;
  /**
   * Has the failed items of an ended job tried again, in a job of their own, which it answers; one that is under way is
   * answered as it is. `idempotencyKey` as of the header, null without one.
   * @throws Refusal 403 when the user may not write in the project (any more), 409 when the job has not ended or nothing
   * of it failed, 422 when the key was used for another request
   */
  retry(job: JobRecord, user: Principal, idempotencyKey: string | null): Promise<JobRecord>;
  /** Has the moved items of an ended job put back, as {@link JobActions.retry} does; 409 also when nothing was moved. */
  undo(job: JobRecord, user: Principal, idempotencyKey: string | null): Promise<JobRecord>;
}

const STEER = { pause: pauseJob, resume: resumeJob, cancel: cancelJob };

export function createJobActions({ db, dispatcher, now }: JobActionsDependencies): JobActions {
  async function makeChild(
    relation: ChildRelation,
    job: JobRecord,
    user: Principal,
    idempotencyKey: string | null,
  ): Promise<JobRecord> {
    const order = { relation, parentId: job.id, token: newUuid(), caller: user, idempotencyKey };
    const creation = await createChildJob(db, { ...order, dispatched: false, now: now() });
    const token = tokenOf(creation);
    if (creation.kind === 'created') dispatcher.dispatch(creation.job);
    const child = await readJob(db, token, user.id);
    if (child === null) throw new Error(`job ${token} is gone`);
    return child;
  }

  return {
    retry: (job, user, key) => makeChild('retry', job, user, key),
    undo: (job, user, key) => makeChild('undo', job, user, key),

    async steer(action, job, user) {
      const outcome = await STEER[action](db, job.id, user, now());
      const after = await readJob(db, job.token, user.id);
      if (after === null) throw new Error(`job ${job.token} is gone`);
      if (outcome === 'ended') throw conflict('job_ended', `the job has ended: it is ${after.state}`);
      if (outcome === 'applied') dispatcher.nudge(job.token);
      return after;
    },
  };
}

function tokenOf(creation: ChildCreation): string {
  switch (creation.kind) {
    case 'created':
      return creation.job.token;
    case 'existing':
      return creation.token;
    case 'conflict':
      throw unprocessable('idempotency_key_reused', 'this Idempotency-Key was used for another request');
    case 'refused':
      throw REFUSAL[creation.refusal](creation.state);
  }
}

const REFUSAL: Readonly<Record<ChildRefusal, (state: JobState) => Refusal>> = {
  not_offered: () => conflict('not_offered', 'a job of this kind can be neither retried nor undone'),
  no_write: () => forbidden('no right to write in the project of this job'),
  no_permission: () => forbidden('no permission to start actions: ACTIONS_START is needed'),
  in_trash: () => conflict('in_trash', 'the asset of the run lies in the trash'),
  run_under_way: () => conflict('run_under_way', 'another run of the action on the asset is under way'),
  not_ended: (state) => conflict('job_not_ended', `the job has not ended: it is ${state}`),
  details_pruned: () => conflict('details_pruned', CHILD_PRUNED),
  nothing_failed: () => conflict('nothing_failed', 'no item of the job has failed'),
  nothing_retryable: () =>
    conflict(
      'nothing_retryable',
      'no failed item of the job can be tried again: the cause lasts, or the address is not kept any more',
    ),
  nothing_moved: () => conflict('nothing_moved', 'no item of the job was moved'),
};
