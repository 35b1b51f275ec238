import type { Principal } from '../domain/credentials';
import type { Dispatcher } from '../dispatch';
import type { Database } from '../store/database';
import { cancelJob, pauseJob, resumeJob } from '../store/job-control';
import { readJob, type JobRecord } from '../store/jobs';
import { conflict } from './refusal';

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
}

const STEER = { pause: pauseJob, resume: resumeJob, cancel: cancelJob };

export function createJobActions({ db, dispatcher, now }: JobActionsDependencies): JobActions {
  return {
    async steer(action, job, user) {
      const outcome = await STEER[action](db, job.id, user, now());
      const after = await readJob(db, job.token);
      if (after === null) throw new Error(`job ${job.token} is gone`);
      if (outcome === 'ended') throw conflict('job_ended', `the job has ended: it is ${after.state}`);
      if (outcome === 'applied') dispatcher.nudge(job.token);
      return after;
    },
  };
}
