import { sql } from 'kysely';
import { FILE_PHASE, moveNextChunk } from '../../../src/store/bulk-move-chunk';
import { addApiKey } from '../../../src/store/credentials';
import type { Store } from '../../../src/store/database';
import { pauseJob } from '../../../src/store/job-control';
import { endJob, markTakenUp, publishProgress } from '../../../src/store/job-progress';
import { prepareBulkMove, workThrough } from '../../support/bulk-move';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../../support/fixtures'; // prettier-ignore

type PreparedJob = Awaited<ReturnType<typeof prepareBulkMove>>;

/** A person with a key and a project, and jobs there in any state, made by the statements that the worker uses. */
export interface PageLibrary {
  readonly user: TestUser;
  readonly apiKey: string;
  readonly project: TestThing;
  /** A job of so many assets that a worker has taken up; nothing has moved yet. */
  startJob(assets: number): Promise<PreparedJob>;
  /** Moves one chunk of a thousand and tells the readers. */
  moveChunk(job: PreparedJob): Promise<void>;
  finishJob(job: PreparedJob): Promise<void>;
  pauseJob(job: PreparedJob): Promise<void>;
  /** A job that has ended: 40 assets moved, 2 were there already, and the folder itself, of this title, could not. */
  createMixedJob(title?: string): Promise<PreparedJob>;
}

export interface PageLibraryOptions {
  readonly email?: string;
  readonly projectName?: string;
}

export async function createPageLibrary(store: Store, options: PageLibraryOptions = {}): Promise<PageLibrary> {
  const { db, pool } = store;
  const user = await createUser(db, options.email === undefined ? {} : { email: options.email });
  const project = await createProject(db, options.projectName);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true, canManage: true });
  const place = { projectId: project.id, ownerId: user.id };

  const finishJob = async (job: PreparedJob) => {
    await workThrough(pool, job);
    await endJob(db, job.jobId, { state: 'done', outcome: null, error: null }, new Date());
  };
  const startJob = async (assets: number) => {
    const target = await createFolder(db, place);
    const assetIds = (await createAssets(db, place, assets)).map(({ id }) => id);
    const job = await prepareBulkMove(db, { project, requestedBy: user.id, targetId: target.id, assetIds });
    await markTakenUp(db, job.jobId, new Date());
    return job;
  };
  return {
    user,
    apiKey: await addApiKey(db, user.id),
    project,
    startJob,
    finishJob,
    moveChunk: async (job) => {
      const { kind } = await moveNextChunk(pool, job, FILE_PHASE, new Date());
      if (kind !== 'done') throw new Error(`no chunk was moved: ${kind}`);
      await publishProgress(db, job.jobId, new Date(), 0);
    },
    pauseJob: async (job) => {
      await pauseJob(db, job.jobId, user, new Date());
    },
    createMixedJob: async (title) => {
      const target = await createFolder(db, place, title);
      const there = await createAssets(db, { ...place, parentId: target.id }, 2, 'Poster, already in place');
      const assets = await createAssets(db, place, 40);
      const assetIds = [target, ...there, ...assets].map(({ id }) => id);
      const job = await prepareBulkMove(db, { project, requestedBy: user.id, targetId: target.id, assetIds });
      await markTakenUp(db, job.jobId, new Date());
      await finishJob(job);
      return job;
    },
  };
}

/** Samples as a worker would have left them: `perSecond` items for `seconds`, until now. */
export async function pretendPace(store: Store, jobId: string, perSecond: number, seconds: number): Promise<void> {
  await sql`update jobs set pace = (
      select jsonb_agg(jsonb_build_array((extract(epoch from now()) * 1000)::bigint - (${seconds}::int - s) * 1000,
        greatest(0, succeeded + skipped + failed - (${seconds}::int - s) * ${perSecond}::int)) order by s)
      from generate_series(0, ${seconds}::int) s)
    where id = ${jobId}`.execute(store.db);
}
