import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { FOLDER_PHASE } from '../store/bulk-move-chunk';
import type { Database } from '../store/database';
import { findJobAhead, tellJobAhead, type JobInLine } from '../store/job-turns';
import { withHeartbeat } from './heartbeat';

/** Most folder moves take some ten milliseconds: so long a job waits here, then its workflow waits without a worker. */
const WAIT_MS = 1_000;
const LOOK_EVERY_MS = 20;
/** Jobs that wait here at once; each holds a slot of the worker. */
const MAX_WAITERS = 4;

/** Takes turns at the folders of a project. */
export interface FolderTurns {
  /** Waits a moment for the job's turn; false when others come first still, of which the readers have been told. */
  take(job: JobInLine): Promise<boolean>;
}

export function createFolderTurns(db: Database, now: () => Date): FolderTurns {
  let waiters = 0;
  return {
    async take(job) {
      const waitMs = waiters < MAX_WAITERS ? WAIT_MS : 0;
      waiters += 1;
      try {
        return await withHeartbeat(() => wait(job, waitMs));
      } finally {
        waiters -= 1;
      }
    },
  };

  async function wait(job: JobInLine, waitMs: number): Promise<boolean> {
    const { cancellationSignal } = Context.current();
    const deadline = performance.now() + waitMs;
    for (;;) {
      const ahead = await findJobAhead(db, job, FOLDER_PHASE);
      if (ahead === null) return true;
      if (performance.now() >= deadline || cancellationSignal.aborted) {
        await tellJobAhead(db, job, ahead, now());
        return false;
      }
      await sleep(LOOK_EVERY_MS);
    }
  }
}
