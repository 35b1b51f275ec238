import { sql } from 'kysely';
import { appendHistory } from '../../src/store/history';
import { deleteRecordsBefore, hasRecordsBefore } from '../../src/store/history-retention';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { openWatchedStore } from '../support/plans';

let database: TestDatabase;
const db = () => database.store.db;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => sql`truncate history`.execute(db()));

const day = (n: number) => new Date(Date.UTC(2026, 0, n));

async function write(days: readonly number[]): Promise<void> {
  for (const [asset, n] of days.entries()) {
    await appendHistory(db(), { assetId: String(asset + 1), projectId: null, kind: 'updated', actorId: null, at: day(n) }); // prettier-ignore
  }
}

const left = async () => (await db().selectFrom('history').select('created_at').orderBy('created_at').execute()).map(({ created_at: at }) => at); // prettier-ignore

it('takes what is older, so many at a time, and nothing of the instant or after', async () => {
  await write([5, 1, 3, 2, 4, 6]);
  expect(await hasRecordsBefore(db(), 'history', day(5))).toBe(true);
  expect(await deleteRecordsBefore(db(), 'history', day(5), 3)).toBe(3);
  expect(await left()).toHaveLength(3);
  expect(await deleteRecordsBefore(db(), 'history', day(5), 3)).toBe(1);
  expect(await deleteRecordsBefore(db(), 'history', day(5), 3)).toBe(0);
  expect(await left()).toEqual([day(5), day(6)]);
  expect(await hasRecordsBefore(db(), 'history', day(5))).toBe(false);
  expect(await hasRecordsBefore(db(), 'share_visits', day(5))).toBe(false);
});

it('of several at once each entry goes once', async () => {
  await write(Array.from({ length: 40 }, () => 1));
  const removed = await Promise.all(Array.from({ length: 4 }, () => deleteRecordsBefore(db(), 'history', day(2), 25)));
  const rest = await left();
  expect(removed.reduce((sum, n) => sum + n, 0) + rest.length).toBe(40);
});

it('looks at old pages only, however long the history is', async () => {
  await sql`insert into history (asset_id, kind, created_at)
    select n, 'updated', ${day(1)}::timestamptz + n * interval '1 minute' from generate_series(1, 200000) n`.execute(db()); // prettier-ignore
  await sql`vacuum analyze history`.execute(db());
  const watched = openWatchedStore(database.databaseUrl);
  try {
    expect(await deleteRecordsBefore(watched.db, 'history', day(3), 100_000)).toBe(2_879);
    expect(watched.plans.join('\n')).toContain('history_age');
    expect(await hasRecordsBefore(watched.db, 'history', day(3))).toBe(false);
  } finally {
    await watched.close();
  }
});
