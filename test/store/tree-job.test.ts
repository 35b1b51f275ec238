import { sql } from 'kysely';
import { findInconsistencies } from '../../src/store/consistency';
import { newUuid } from '../../src/store/ids';
import { createChildJob } from '../../src/store/job-children';
import { cancelJob, pauseJob, resumeJob } from '../../src/store/job-control';
import { BEFORE_ALL, readItemPage } from '../../src/store/job-items';
import { finishJob, readStanding } from '../../src/store/job-progress';
import { applyTreeJob } from '../../src/store/tree-job';
import { deleteNextChunk } from '../../src/store/tree-delete-chunk';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, grantAccess } from '../support/fixtures';
import { changeTree, createTree, jobOf, openAs, type TreeLibrary } from '../support/tree-library';

/** With the two folders and four files that are there already. */
const FILES = 1_100;
const TOTAL = FILES + 6;

let database: TestDatabase;
let tree: TreeLibrary;

const db = () => database.store.db;
const change = (kind: Parameters<typeof changeTree>[1], more: Parameters<typeof changeTree>[4] = {}) =>
  changeTree(database.store, kind, tree.top, tree.user, more);
const apply = (job: { id: string; actorId: string }) => applyTreeJob(db(), job, new Date());
const finish = (job: { id: string }) => finishJob(db(), job.id, new Date());

async function count(condition: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from assets a where (a.id = ${tree.top.id} or a.project_id is not distinct from ${tree.project.id}) and ${condition}`.execute(db()); // prettier-ignore
  return rows[0]?.n ?? -1;
}

const DONE = { state: 'done', outcome: 'succeeded', counts: { total: TOTAL, succeeded: TOTAL, skipped: 0, failed: 0, remaining: 0 } }; // prettier-ignore

async function runToEnd(beginning: Awaited<ReturnType<typeof change>>) {
  const job = await jobOf(db(), beginning);
  expect(await apply(job)).toBe('applied');
  while ((await deleteNextChunk(database.store.pool, job, new Date())) === 'worked');
  expect(await finish(job)).toMatchObject(DONE);
  return job;
}

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  tree = await createTree(db());
  await createAssets(db(), { projectId: tree.project.id, ownerId: tree.user.id, parentId: tree.inner.id }, FILES);
});
afterEach(async () => {
  for await (const { fault, count: found } of findInconsistencies(db())) expect([fault, found]).toEqual([fault, 0]);
});
afterAll(() => database.drop());

test('a big folder is trashed, restored, assigned and deleted by jobs that count each asset', async () => {
  const trashed = await change('trash_assets');
  expect(await count(sql`a.deleted_at is not null`)).toBe(0);
  await runToEnd(trashed);
  expect(await count(sql`a.trash_root_id = ${tree.top.id}`)).toBe(TOTAL);

  await runToEnd(await change('restore_assets'));
  expect(await count(sql`a.deleted_at is null`)).toBe(TOTAL);

  const target = await createProject(db());
  await grantAccess(db(), target.id, tree.user.ownTeamId, { canWrite: true });
  await runToEnd(await change('assign_assets', { target }));
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from assets where project_id = ${target.id}`.execute(db()); // prettier-ignore
  expect(rows).toEqual([{ n: TOTAL }]);

  const job = await runToEnd(await change('delete_assets'));
  const left = await sql`select from assets where project_id = ${target.id}`.execute(db());
  expect(left.rows).toEqual([]);
  const page = await readItemPage(db(), { jobId: job.id, status: null }, BEFORE_ALL, 2_000);
  expect(page.items).toHaveLength(TOTAL);
  expect(page.items.at(-1)?.name).toBe(tree.top.id);
});

test('a job that is applied again changes nothing', async () => {
  const job = await runToEnd(await change('trash_assets'));
  expect(await apply(job)).toBe('applied');
  expect(await readStanding(db(), job.id)).toMatchObject(DONE);
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from history where kind = 'trashed' and project_id = ${tree.project.id}`.execute(db());
  expect(rows).toEqual([{ n: TOTAL }]);
});

test('a job that was cancelled has changed nothing, also when that comes in the middle of it', async () => {
  const job = await jobOf(db(), await change('trash_assets'));
  const applying = apply(job);
  expect(await cancelJob(db(), job.id, tree.user, new Date())).toBe('applied');
  expect(['stopped', 'applied']).toContain(await applying);
  expect(await readStanding(db(), job.id)).toMatchObject({ state: 'cancelled', counts: { total: null, succeeded: 0 } });
  expect(await count(sql`a.deleted_at is not null`)).toBe(0);
});

test('a paused job has changed nothing, and does all of it when it goes on', async () => {
  const job = await jobOf(db(), await change('trash_assets'));
  await pauseJob(db(), job.id, tree.user, new Date());
  expect(await apply(job)).toBe('stopped');
  expect(await count(sql`a.deleted_at is not null`)).toBe(0);
  await resumeJob(db(), job.id, tree.user, new Date());
  expect(await apply(job)).toBe('applied');
  expect(await finish(job)).toMatchObject(DONE);
});

test('what is left of a deletion that was cancelled lies in the trash, and can be restored', async () => {
  const job = await jobOf(db(), await change('delete_assets'));
  expect(await apply(job)).toBe('applied');
  await expect(openAs(db(), tree.files[0] ?? tree.top, tree.user)).rejects.toThrow('is not there');
  expect(await deleteNextChunk(database.store.pool, job, new Date())).toBe('worked');
  expect(await cancelJob(db(), job.id, tree.user, new Date())).toBe('applied');
  const left = TOTAL - 1_000;
  expect(await readStanding(db(), job.id)).toMatchObject({
    counts: { total: TOTAL, succeeded: 1_000, remaining: left },
  });
  expect(await count(sql`a.trash_root_id = ${tree.top.id}`)).toBe(left);
  expect(await deleteNextChunk(database.store.pool, job, new Date())).toBe('idle');
  expect(await change('restore_assets')).toEqual({ kind: 'done' });
  expect(await count(sql`a.deleted_at is null`)).toBe(left);
});

test('a job that makes no sense any more says so, and changes nothing', async () => {
  await runToEnd(await change('trash_assets'));
  const first = await jobOf(db(), await change('restore_assets'));
  const second = await jobOf(db(), await change('restore_assets'));
  expect(await apply(first)).toBe('applied');
  expect(await apply(second)).toBe('not_in_trash');
  await finish(first);
  expect(await readStanding(db(), second.id)).toMatchObject({ state: 'queued', counts: { total: null } });
});

test('a folder outside any project is changed by a job without one', async () => {
  await runToEnd(await change('assign_assets'));
  const owner = tree.user;
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from assets where project_id is null and owner_id = ${owner.id}`.execute(db());
  expect(rows).toEqual([{ n: TOTAL }]);
  const job = await runToEnd(await change('trash_assets'));
  const { rows: jobs } = await sql`select project_id from jobs where id = ${job.id}`.execute(db());
  expect(jobs).toEqual([{ project_id: null }]);
});

test('a tree that a huge job holds makes the next change a job too', async () => {
  const holder = await database.store.pool.connect();
  try {
    await holder.query('begin');
    await holder.query(`select pg_advisory_xact_lock(hashtextextended('project-tree:' || $1, 0))`, [tree.project.id]);
    const beginning = await changeTree(database.store, 'trash_assets', tree.inner, tree.user);
    expect(beginning.kind).toBe('job');
  } finally {
    await holder.query('rollback');
    holder.release();
  }
});

test('such a job is neither retried nor undone', async () => {
  const job = await runToEnd(await change('trash_assets'));
  const order = { parentId: job.id, token: newUuid(), caller: tree.user, idempotencyKey: null, dispatched: false };
  for (const relation of ['retry', 'undo'] as const) {
    const creation = await createChildJob(db(), { ...order, relation, now: new Date() });
    expect(creation).toMatchObject({ kind: 'refused', refusal: 'not_offered' });
  }
});
