import { sql } from 'kysely';
import { parseName } from '../../src/domain/names';
import { parseSelection } from '../../src/domain/selection';
import { admitBulkMove } from '../../src/store/bulk-move';
import { addApiKey, findUserByApiKey } from '../../src/store/credentials';
import { newUuid } from '../../src/store/ids';
import { createJob } from '../../src/store/job-creation';
import { claimUndispatchedJobs, markDispatched } from '../../src/store/job-dispatch';
import {
  readStanding,
  countWaitingChunks,
  endJob,
  findRunnableJob,
  publishProgress,
} from '../../src/store/job-progress';
import { findJob, listJobs, readJob } from '../../src/store/jobs';
import { readSyncEvents } from '../../src/store/sync-reading';
import { prepareBulkMove, workThrough } from '../support/bulk-move';
import { runChild } from '../support/bulk-move-children';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { openWatchedStore, type WatchedStore } from '../support/plans';

const BIG_TABLES = ['assets', 'history', 'jobs', 'job_chunks', 'job_selections', 'sync_events', 'api_keys', 'users'];

let database: TestDatabase;
let watched: WatchedStore;
let user: TestUser;
let project: TestThing;
let from: TestThing;
let to: TestThing;
let items: readonly TestThing[];
let key: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  user = await createUser(db);
  key = await addApiKey(db, user.id);
  for (let n = 0; n < 3; n += 1) {
    project = await createProject(db);
    await grantAccess(db, project.id, user.ownTeamId, { canWrite: true, canManage: n === 2 });
    from = await createFolder(db, { projectId: project.id, ownerId: user.id });
    to = await createFolder(db, { projectId: project.id, ownerId: user.id });
    items = await createAssets(db, { projectId: project.id, ownerId: user.id, parentId: from.id }, 15_000);
  }
  await fill();
  await database.store.pool.query('vacuum analyze');
  watched = openWatchedStore(database.databaseUrl);
}, 120_000);
afterAll(async () => {
  await watched.close();
  await database.drop();
});

/** Enough rows beside ours that reading a table whole would be a mistake. */
async function fill(): Promise<void> {
  const { db } = database.store;
  await sql`insert into users (uuid, email) select uuidv7(), 'filler-' || n || '@example.test' from generate_series(1, 5000) n`.execute(
    db,
  );
  await sql`insert into api_keys (user_id, hash, last4) select id, sha256(email::bytea), 'xxxx' from users where id > ${user.id}`.execute(
    db,
  );
  await sql`insert into jobs (uuid, key, kind, project_id, created_by, input, state, outcome, finished_at, total, dispatched_at)
    select uuidv7(), 'k' || n, 'bulk_move_assets', (select min(id) from projects), ${user.id}, '{}', 'done', 'succeeded', now(), 0, now()
    from generate_series(1, 20000) n`.execute(db);
  await sql`insert into job_selections (job_id, asset_ids, rules) select id, '{}', '[]' from jobs`.execute(db);
  await sql`insert into job_chunks (job_id, no, phase, item_ids, done_at, succeeded) select id, 0, 1, '{1}', now(), 1 from jobs`.execute(
    db,
  );
  await sql`insert into sync_events (project_id, cursor, action, data_type, data_key, data)
    select (select min(id) from projects), n, 'UPDATE', 'jobs', 'x', '{}' from generate_series(1, 20000) n`.execute(db);
  await sql`insert into history (asset_id, kind, created_at) select id, 'added', now() from assets`.execute(db);
}

async function expectIndexed(work: () => Promise<unknown>): Promise<void> {
  watched.plans.length = 0;
  await work();
  expect(watched.plans.length).toBeGreaterThan(0);
  const scanned = watched.plans.filter((plan) => BIG_TABLES.some((table) => plan.includes(`Seq Scan on ${table} `)));
  expect(scanned).toEqual([]);
}

const viewer = () => ({ id: user.id, admin: false });

it('finds a caller by API key through the index of hashes', () =>
  expectIndexed(() => findUserByApiKey(watched.pool, key)));

it('admits and creates a bulk move without reading a table whole', async () => {
  const names = { project: parseName(project.uuid), parent: parseName(to.key) };
  if (names.project === null || names.parent === null) throw new Error('no names');
  const { project: projectName, parent } = names;
  const selection = parseSelection([items[3]?.uuid, items[4]?.id, { children: from.uuid }]);
  const request = { project: projectName, parent, selection };
  await expectIndexed(async () => {
    const admission = await admitBulkMove(watched.db, user, request);
    if (admission.kind !== 'admitted') throw new Error('refused');
    await createJob(watched.db, { token: newUuid(), kind: 'bulk_move_assets', project: admission.project, createdBy: user.id, input: {}, selection: admission.selection, idempotency: { key: newUuid(), request: 'r' }, dispatched: false, now: new Date() }); // prettier-ignore
  });
});

it(
  'snapshots and moves children without reading a table whole',
  () =>
    expectIndexed(async () => {
      const rules = [{ kind: 'children', parentId: from.id, exclude: [] }] as const;
      const job = await prepareBulkMove(watched.db, { project, requestedBy: user.id, targetId: to.id, rules });
      await publishProgress(watched.db, job.jobId, new Date(Date.now() + 1_000), 0);
      await workThrough(watched.pool, job, 2);
      await readStanding(watched.db, job.jobId);
      await countWaitingChunks(watched.db, job.jobId);
      await endJob(watched.db, job.jobId, { state: 'done', outcome: null, error: null }, new Date());
    }),
  60_000,
);

it('decides a chunk of folders and covered files without reading a table whole', async () => {
  const place = { projectId: project.id, ownerId: user.id };
  const outer = await createFolder(database.store.db, place);
  const inside = await createAssets(database.store.db, { ...place, parentId: outer.id }, 50);
  const assetIds = [outer.id, ...inside.map((item) => item.id), ...items.slice(0, 50).map((item) => item.id)];
  await expectIndexed(async () => {
    const job = await prepareBulkMove(watched.db, { project, requestedBy: user.id, targetId: null, assetIds });
    await workThrough(watched.pool, job);
  });
});

it(
  'undoes a move, retries the undo and undoes that without reading a table whole',
  () =>
    expectIndexed(async () => {
      const place = { projectId: project.id, ownerId: user.id };
      const lost = await createFolder(database.store.db, place);
      const inLost = await createAssets(database.store.db, { ...place, parentId: lost.id }, 5);
      const home = await createFolder(database.store.db, place);
      const assetIds = [...inLost, ...items.slice(0, 1_495)].map((item) => item.id);
      const done = { state: 'done', outcome: null, error: null } as const;
      const job = await prepareBulkMove(watched.db, { project, requestedBy: user.id, targetId: home.id, assetIds }); // prettier-ignore
      await workThrough(watched.pool, job);
      await endJob(watched.db, job.jobId, done, new Date());
      await sql`update assets set deleted_at = now(), trash_root_id = id where id = ${lost.id}`.execute(
        database.store.db,
      );
      const undone = await runChild(watched, { relation: 'undo', parentId: job.jobId, caller: user });
      expect(undone.counts).toMatchObject({ total: 1_500, failed: 5 });
      await sql`update assets set deleted_at = null, trash_root_id = null where id = ${lost.id}`.execute(
        database.store.db,
      );
      const retried = await runChild(watched, { relation: 'retry', parentId: undone.jobId, caller: user });
      const redone = await runChild(watched, { relation: 'undo', parentId: retried.jobId, caller: user });
      expect([retried.counts.succeeded, redone.counts.succeeded]).toEqual([5, 5]);
    }),
  60_000,
);

it('reads and lists jobs without reading a table whole', async () => {
  const token = (await listJobs(database.store.db, viewer(), { limit: 1 }))[0]?.token ?? '';
  await expectIndexed(async () => {
    await findJob(watched.db, { by: 'uuid', uuid: token }, token, viewer());
    await readJob(watched.db, token);
    await findRunnableJob(watched.db, token);
    await listJobs(watched.db, viewer(), { limit: 50 });
    await listJobs(watched.db, viewer(), { limit: 50, projectId: project.id, state: 'running' });
    await listJobs(watched.db, { id: user.id, admin: true }, { limit: 50 });
  });
});

it('dispatches without reading a table whole', () =>
  expectIndexed(async () => {
    const [job] = await claimUndispatchedJobs(watched.db, 50, 5_000, new Date(Date.now() + 60_000));
    await markDispatched(watched.db, job?.token ?? newUuid(), new Date());
  }));

it('reads sync events along their primary key', () =>
  expectIndexed(() => readSyncEvents(watched.db, project.id, 0, 100)));
