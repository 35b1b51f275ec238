import { sql } from 'kysely';
import { findOrphans, noteOrphans } from '../../src/store/object-orphans';
import { removeDueObjects } from '../../src/store/object-removals';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createUser, type TestUser } from '../support/fixtures';
import { addIngestInWork } from '../support/ingest-in-work';
import { hangOn } from '../support/purge-library';

let database: TestDatabase;
let user: TestUser;

beforeAll(async () => {
  database = await createTestDatabase();
  user = await createUser(database.store.db);
});
afterAll(() => database.drop());
beforeEach(() => sql`delete from object_removals`.execute(db()));

const db = () => database.store.db;

async function addMedia(key: string): Promise<void> {
  const [asset] = await createAssets(db(), { projectId: null, ownerId: user.id }, 1);
  await hangOn(db(), [asset?.id ?? ''], user.id, key);
}

const noted = async () =>
  (await sql<{ key: string }>`select object_key as key from object_removals order by 1`.execute(db())).rows.map(({ key }) => key); // prettier-ignore

it('an orphan is named by no media, by no file of a job under way, and by no removal', async () => {
  await addMedia('named');
  const { end } = await addIngestInWork(db(), user.id, 'in-work');
  await sql`insert into object_removals (object_key) values ('going')`.execute(db());
  const keys = ['named', 'in-work', 'going', 'orphan-2', 'orphan-1'];
  expect(await findOrphans(db(), keys)).toEqual(['orphan-1', 'orphan-2']);
  expect(await noted()).toEqual(['going']);
  await end();
  expect(await findOrphans(db(), keys)).toEqual(['in-work', 'orphan-1', 'orphan-2']);
  expect(await findOrphans(db(), [])).toEqual([]);
});

it('orphans are noted once, also by two sweeps at once', async () => {
  const keys = Array.from({ length: 500 }, (_, no) => `key-${String(no)}`);
  const [one, other] = await Promise.all([noteOrphans(db(), keys), noteOrphans(db(), [...keys].reverse())]);
  expect(one.length + other.length).toBe(500);
  expect(await noted()).toEqual([...keys].sort());
  expect(await noteOrphans(db(), keys)).toEqual([]);
});

it('an orphan that was noted is not removed when somebody names it meanwhile', async () => {
  await noteOrphans(db(), ['taken', 'wanted', 'orphan']);
  await addMedia('taken');
  const { end } = await addIngestInWork(db(), user.id, 'wanted');
  const deleted: string[] = [];
  const remove = async (key: string) => void deleted.push(key);
  expect(await removeDueObjects(database.store.pool, remove)).toEqual({ taken: 3, removed: 1 });
  expect(deleted).toEqual(['orphan']);
  expect(await noted()).toEqual([]);
  await end();
  expect(await noteOrphans(db(), ['wanted'])).toEqual(['wanted']);
});
