import type { PoolClient } from 'pg';
import { updateAsset } from '../../src/store/asset-changes';
import { cancelJob } from '../../src/store/job-control';
import { endJob, finishJob, readStanding } from '../../src/store/job-progress';
import { deleteNextChunk } from '../../src/store/tree-delete-chunk';
import { applyTreeJob } from '../../src/store/tree-job';
import { waitForBlocked } from '../support/blocked';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createFolder } from '../support/fixtures';
import { changeTree, createTree, jobOf, openAs, standings, type TreeLibrary } from '../support/tree-library';
import { faultsOf } from '../support/trash-world';
import { splitChunks } from '../support/tree-chunks';

let database: TestDatabase;
let tree: TreeLibrary;

const db = () => database.store.db;
const all = () => [tree.top, tree.inner, ...tree.files];
const file = (at: number) => tree.files[at] ?? tree.top;
const job = async (kind: Parameters<typeof changeTree>[1], thing = tree.top) =>
  jobOf(db(), await changeTree(database.store, kind, thing, tree.user, { dispatched: true }));
const apply = (made: Awaited<ReturnType<typeof job>>) => applyTreeJob(db(), made, new Date());
const deleteChunk = (made: Awaited<ReturnType<typeof job>>) => deleteNextChunk(database.store.pool, made, new Date());

/** A transaction of somebody else, which commits when the work says so. */
async function meanwhile(work: (other: PoolClient) => Promise<void>): Promise<void> {
  const other = await database.store.pool.connect();
  try {
    await other.query('begin');
    await work(other);
  } finally {
    await other.query('rollback');
    other.release();
  }
}

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  tree = await createTree(db());
});
afterEach(async () => {
  expect(await faultsOf(db())).toEqual([]);
});
afterAll(() => database.drop());

test.each(['trash_assets', 'restore_assets', 'assign_assets', 'delete_assets'] as const)(
  'of two workers that apply one job of the kind %s at once, the second finds it done',
  async (kind) => {
    if (kind === 'restore_assets') await changeTree(database.store, 'trash_assets', tree.top, tree.user);
    const made = await job(kind);
    await meanwhile(async (other) => {
      await other.query('select from assets where id = $1 for update', [file(3).id]);
      const both = Promise.all([apply(made), apply(made)]);
      await waitForBlocked(database.store.pool);
      await other.query('commit');
      expect(await both).toEqual(['applied', 'applied']);
    });
    expect((await readStanding(db(), made.id)).counts).toMatchObject({ total: all().length });
  },
);

test('the asset itself is deleted after everything that went with it, also when a chunk is held up', async () => {
  const made = await job('delete_assets');
  await apply(made);
  await splitChunks(db(), made.id, 1);
  await meanwhile(async (other) => {
    await other.query('select from assets where id = $1 for update', [file(0).id]);
    const first = deleteChunk(made);
    await waitForBlocked(database.store.pool);
    expect(await deleteChunk(made)).toBe('idle');
    expect(Object.keys(await standings(db(), all()))).toHaveLength(all().length);
    await other.query('commit');
    expect(await first).toBe('worked');
  });
  while ((await deleteChunk(made)) === 'worked');
  expect(await finishJob(db(), made.id, new Date())).toMatchObject({ counts: { succeeded: all().length, skipped: 0 } });
});

test.each(['ends as refused', 'is cancelled'])('a second job that is to delete the same and %s lets nothing go', async (end) => {
  const [first, second] = [await job('delete_assets'), await job('delete_assets')];
  expect(await apply(first)).toBe('applied');
  if (end === 'is cancelled') {
    await cancelJob(db(), second.id, tree.user, new Date());
  } else {
    expect(await apply(second)).toBe('gone');
    await endJob(db(), second.id, { state: 'failed', outcome: 'failed', error: null }, new Date());
  }
  await expect(openAs(db(), tree.top, tree.user)).rejects.toThrow('is not there');
  expect(await deleteChunk(first)).toBe('worked');
  expect(await standings(db(), all())).toEqual({});
  expect(await finishJob(db(), first.id, new Date())).toMatchObject({ counts: { succeeded: all().length } });
}); // prettier-ignore

test('what lay in a folder that is being deleted is restored to the root of its project', async () => {
  await changeTree(database.store, 'trash_assets', file(0), tree.user);
  const deletion = await job('delete_assets');
  await apply(deletion);
  expect(await changeTree(database.store, 'restore_assets', file(0), tree.user)).toEqual({ kind: 'done' });
  expect(await openAs(db(), file(0), tree.user)).toMatchObject({ deletedAt: null, parentId: null });
  while ((await deleteChunk(deletion)) === 'worked');
  expect(await standings(db(), all())).toEqual({ [file(0).id]: 'live' });
});

test('a restore does not believe in the folder in which the asset lay before somebody put it elsewhere', async () => {
  await changeTree(database.store, 'trash_assets', file(0), tree.user);
  const elsewhere = await createFolder(db(), { projectId: tree.project.id, ownerId: tree.user.id });
  await meanwhile(async (trasher) => {
    await trasher.query(`update assets set deleted_at = date_trunc('milliseconds', now()), trash_root_id = id where id = $1`, [elsewhere.id]); // prettier-ignore
    await meanwhile(async (mover) => {
      await mover.query('update assets set parent_id = $1 where id = $2', [elsewhere.id, file(0).id]);
      const restoring = changeTree(database.store, 'restore_assets', file(0), tree.user);
      await waitForBlocked(database.store.pool);
      await mover.query('commit');
      await Promise.race([restoring, waitForBlockedBy(trasher)]);
      await trasher.query('commit');
      expect(await restoring).toEqual({ kind: 'refused', refusal: 'folder_in_trash' });
    });
  });
});

test('an update that stands in the queue of a row between two locks of somebody else is done all the same', async () => {
  await meanwhile(async (other) => {
    await other.query(`set local deadlock_timeout = '20s'`);
    await other.query('select from assets where id = $1 for share', [tree.top.id]);
    const updating = updateAsset(db(), tree.top.id, tree.user, { title: 'another title' });
    await waitForBlocked(database.store.pool);
    // The update is the one of the two who finds the deadlock.
    await other.query('select from assets where id = $1 for update', [tree.top.id]);
    await other.query('commit');
    expect(await updating).toMatchObject({ title: 'another title' });
  });
});

/** Until somebody waits for that transaction. */
async function waitForBlockedBy(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const text = 'select from pg_stat_activity where $1 = any(pg_blocking_pids(pid))';
  while ((await database.store.pool.query(text, [rows[0]?.pid])).rowCount === 0);
}
