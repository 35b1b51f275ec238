import type { Database } from '../../src/store/database';
import { appendSyncEvents } from '../../src/store/sync';
import { readSyncEvents } from '../../src/store/sync-reading';
import { deleteSyncEventsBefore } from '../../src/store/sync-retention';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject } from '../support/fixtures';

const NOW = Date.parse('2030-06-15T12:00:00Z');
const DAY = 86_400_000;

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.store.db;
});
afterAll(() => database.drop());

/** A project with one event for each age in days, oldest cursor first. */
async function projectWithAges(...ages: number[]): Promise<string> {
  const { id } = await createProject(db);
  for (const [index, age] of ages.entries()) {
    const cursor = await appendSyncEvents(db, id, [{ action: 'UPDATE', dataType: 'jobs', dataKey: 'k', data: {} }]);
    expect(cursor).toBe(index + 1);
    await db
      .updateTable('sync_events')
      .set({ created_at: new Date(NOW - age * DAY) } as never)
      .where('project_id', '=', id)
      .where('cursor', '=', String(cursor))
      .execute();
  }
  return id;
}

async function rangeAndCursors(projectId: string): Promise<{ oldest: number; current: number; cursors: number[] }> {
  const { oldest, current, events } = await readSyncEvents(db, projectId, 0, 100);
  return { oldest, current, cursors: events.map(({ cursor }) => cursor) };
}

const MONTH_AGO = new Date(NOW - 30 * DAY);

test('events older than the instant go, in batches, and the project says up to where', async () => {
  const projectId = await projectWithAges(50, 45, 40, 35, 31, 29, 1);
  expect(await deleteSyncEventsBefore(db, MONTH_AGO, 2)).toBe(5);
  expect(await rangeAndCursors(projectId)).toEqual({ oldest: 5, current: 7, cursors: [6, 7] });
  expect(await deleteSyncEventsBefore(db, MONTH_AGO, 2)).toBe(0);
});

test('the newest event of a project stays, however old', async () => {
  const projectId = await projectWithAges(400, 300, 200);
  expect(await deleteSyncEventsBefore(db, MONTH_AGO, 100)).toBe(2);
  expect(await rangeAndCursors(projectId)).toEqual({ oldest: 2, current: 3, cursors: [3] });
});

test('an old event behind a young one stays, so that no hole is left', async () => {
  const projectId = await projectWithAges(40, 2, 40, 1);
  expect(await deleteSyncEventsBefore(db, MONTH_AGO, 100)).toBe(1);
  expect(await rangeAndCursors(projectId)).toEqual({ oldest: 1, current: 4, cursors: [2, 3, 4] });
});

test('each project is judged by itself', async () => {
  const old = await projectWithAges(40, 40);
  const young = await projectWithAges(3, 2, 1);
  expect(await deleteSyncEventsBefore(db, MONTH_AGO, 100)).toBe(1);
  expect(await rangeAndCursors(old)).toEqual({ oldest: 1, current: 2, cursors: [2] });
  expect(await rangeAndCursors(young)).toEqual({ oldest: 0, current: 3, cursors: [1, 2, 3] });
});

test('cursors go on from where they were after a removal', async () => {
  const projectId = await projectWithAges(40, 40, 40);
  await deleteSyncEventsBefore(db, MONTH_AGO, 100);
  const next = { action: 'UPDATE' as const, dataType: 'jobs', dataKey: 'k', data: {} };
  await expect(appendSyncEvents(db, projectId, [next])).resolves.toBe(4);
});
