import { sql } from 'kysely';
import { deleteAssets } from '../../src/store/delete-assets';
import { lockObjects, readWaitingObjects, removeDueObjects } from '../../src/store/object-removals';
import { inTransaction } from '../../src/store/transaction';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createUser, type TestUser } from '../support/fixtures';
import { hangOn } from '../support/purge-library';

let database: TestDatabase;
let user: TestUser;

beforeAll(async () => {
  database = await createTestDatabase();
  user = await createUser(database.store.db);
});
afterAll(() => database.drop());
beforeEach(async () => {
  await sql`delete from object_removals`.execute(database.store.db);
});

const pool = () => database.store.pool;
const BY = { actorId: null, jobId: null, now: new Date() };

/** Assets with one media row each, all of one object. */
async function share(key: string, count: number): Promise<string[]> {
  const made = await createAssets(database.store.db, { projectId: null, ownerId: user.id }, count);
  const ids = made.map(({ id }) => id);
  await hangOn(database.store.db, ids, user.id, key);
  return ids;
}

const remove = (ids: readonly string[]) => inTransaction(pool(), (client) => deleteAssets(client, ids, BY));
const makeDue = () => sql`update object_removals set next_attempt_at = now()`.execute(database.store.db);

/** An object store in memory that tells what was deleted. */
function createFakeStore(fault: () => Error | null = () => null) {
  const deleted: string[] = [];
  const fake = async (key: string) => {
    const error = fault();
    if (error !== null) throw error;
    deleted.push(key);
  };
  return { deleted, remove: fake };
}

it('removes an object with its last media row only', async () => {
  const [first, second] = await share('two/rows', 2);
  const { deleted, remove: fake } = createFakeStore();
  await remove([first ?? '']);
  expect(await removeDueObjects(pool(), fake)).toEqual({ taken: 1, removed: 0 });
  expect(deleted).toEqual([]);
  expect(await readWaitingObjects(pool())).toEqual({ waiting: 0, nextInMs: null });
  await remove([second ?? '']);
  expect(await removeDueObjects(pool(), fake)).toEqual({ taken: 1, removed: 1 });
  expect(deleted).toEqual(['two/rows']);
  expect(await removeDueObjects(pool(), fake)).toEqual({ taken: 0, removed: 0 });
});

it('tries an object store that fails again, later each time, until the object is gone', async () => {
  await remove(await share('stubborn', 1));
  let left = 3;
  const { deleted, remove: fake } = createFakeStore(() => ((left -= 1) >= 0 ? new Error('disk is away') : null));
  const delays: number[] = [];
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    expect(await removeDueObjects(pool(), fake)).toEqual({ taken: 1, removed: 0 });
    expect(await removeDueObjects(pool(), fake)).toEqual({ taken: 0, removed: 0 });
    const { rows } = await sql`select attempts, error from object_removals`.execute(database.store.db);
    expect(rows).toEqual([{ attempts: attempt, error: 'disk is away' }]);
    delays.push((await readWaitingObjects(pool())).nextInMs ?? 0);
    await makeDue();
  }
  expect(delays.map((ms) => Math.ceil(ms / 1_000))).toEqual([1, 2, 4]);
  expect(await removeDueObjects(pool(), fake)).toEqual({ taken: 1, removed: 1 });
  expect(deleted).toEqual(['stubborn']);
});

it('waits an hour at most between two attempts', async () => {
  await remove(await share('hopeless', 1));
  await sql`update object_removals set attempts = 2000000000`.execute(database.store.db);
  await removeDueObjects(pool(), createFakeStore(() => new Error('away')).remove);
  const { nextInMs } = await readWaitingObjects(pool());
  expect(Math.ceil((nextInMs ?? 0) / 60_000)).toBe(60);
});

it('one that fails keeps no other from being removed, however many are due', async () => {
  const keys = Array.from({ length: 250 }, (_, no) => `many/${String(no)}`);
  await sql`insert into object_removals (object_key) select unnest(${keys}::text[])`.execute(database.store.db);
  const deleted: string[] = [];
  const fake = async (key: string) => {
    if (key === 'many/7') throw new Error('stuck');
    deleted.push(key);
  };
  let taken = 0;
  for (let batch = await removeDueObjects(pool(), fake); batch.taken > 0; batch = await removeDueObjects(pool(), fake)) taken += batch.taken; // prettier-ignore
  expect(taken).toBe(250);
  expect(deleted.sort()).toEqual(keys.filter((key) => key !== 'many/7').sort());
  expect(await readWaitingObjects(pool())).toMatchObject({ waiting: 1 });
});

it('leaves no object behind when its last two rows are deleted at the same time', async () => {
  const { deleted, remove: fake } = createFakeStore();
  const keys = Array.from({ length: 40 }, (_, no) => `last-two/${String(no)}`);
  for (const key of keys) {
    const [first, second] = await share(key, 2);
    let isDone = false;
    const removing = (async () => {
      while (!isDone) await removeDueObjects(pool(), fake);
    })();
    await Promise.all([remove([first ?? '']), remove([second ?? ''])]);
    isDone = true;
    await removing;
    await makeDue();
    await removeDueObjects(pool(), fake);
  }
  expect(deleted).toEqual(keys);
  expect(await readWaitingObjects(pool())).toEqual({ waiting: 0, nextInMs: null });
});

it('passes over a removal that an open deletion of another row has touched', async () => {
  const [first, second] = await share('touched', 2);
  await remove([first ?? '']);
  const { deleted, remove: fake } = createFakeStore();
  await inTransaction(pool(), async (client) => {
    await deleteAssets(client, [second ?? ''], BY);
    // The other row is still seen from here: forgetting the removal now would leave the object behind.
    expect(await removeDueObjects(pool(), fake)).toEqual({ taken: 0, removed: 0 });
  });
  await removeDueObjects(pool(), fake);
  expect(deleted).toEqual(['touched']);
});

it('removes no object that somebody is about to name again', async () => {
  await remove(await share('again', 1));
  const { deleted, remove: fake } = createFakeStore();
  const [asset] = await createAssets(database.store.db, { projectId: null, ownerId: user.id }, 1);
  await inTransaction(pool(), async (client) => {
    await lockObjects(client, ['again']);
    expect(await removeDueObjects(pool(), fake)).toEqual({ taken: 1, removed: 0 });
    await client.query(`insert into media (asset_id, filename, media_type, content_type, size_bytes, md5_sum, sha256_sum,
      object_key, created_at) values ($1, 'a', 'image', 'image/png', 1, 'm', 's', 'again', now())`, [asset?.id]); // prettier-ignore
  });
  await makeDue();
  expect(await removeDueObjects(pool(), fake)).toEqual({ taken: 1, removed: 0 });
  expect(deleted).toEqual([]);
  expect(await readWaitingObjects(pool())).toMatchObject({ waiting: 0 });
});
