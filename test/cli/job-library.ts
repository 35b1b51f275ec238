import type { BulkMoveJob } from '../../src/store/bulk-move-chunk';
import { endJob } from '../../src/store/job-progress';
import { prepareBulkMove, workThrough } from '../support/bulk-move';
import { createTestDatabase, type TestDatabase } from '../support/database';
import {
  createAssets,
  createFolder,
  createProject,
  createUser,
  grantAccess,
  type TestThing,
  type TestUser,
} from '../support/fixtures';

export type TestJob = BulkMoveJob & { readonly token: string };

/** A database with an administrator, and with somebody who may move things in a project. */
export interface JobLibrary {
  readonly database: TestDatabase;
  readonly admin: TestUser;
  readonly mover: TestUser;
  readonly project: TestThing;
  /** A running job of so many assets; with `failing` it holds one more item, which cannot be moved. */
  startMove(count: number, failing?: boolean): Promise<TestJob>;
  /** Does what is left of a job and ends it. */
  finish(job: TestJob): Promise<void>;
}

export async function createJobLibrary(): Promise<JobLibrary> {
  const database = await createTestDatabase();
  const { db, pool } = database.store;
  const admin = await createUser(db, { email: 'root@example.test', admin: true });
  const mover = await createUser(db);
  const project = await createProject(db, 'Library');
  await grantAccess(db, project.id, mover.ownTeamId, { canWrite: true });
  const place = { projectId: project.id, ownerId: mover.id };
  return {
    database,
    admin,
    mover,
    project,
    startMove: async (count, failing = false) => {
      const target = await createFolder(db, place);
      const ids = (await createAssets(db, place, count)).map(({ id }) => id);
      const assetIds = failing ? [target.id, ...ids] : ids;
      return prepareBulkMove(db, { project, requestedBy: mover.id, targetId: target.id, assetIds });
    },
    finish: async (job) => {
      await workThrough(pool, job);
      await endJob(db, job.jobId, { state: 'done', outcome: null, error: null }, new Date());
    },
  };
}
