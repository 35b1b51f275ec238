import { sql } from 'kysely';
import type { Database } from '../../src/store/database';
import { appendSyncEvents, type NewSyncEvent, syncEventCtes } from '../../src/store/sync';
import { currentCursor, readSyncEvents, readSyncRanges } from '../../src/store/sync-reading';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, createUser } from '../support/fixtures';

let database: TestDatabase;
let db: Database;
let projectId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.store.db;
});
afterAll(() => database.drop());
beforeEach(async () => {
  projectId = (await createProject(db)).id;
});

function event(key: string): NewSyncEvent {
  return { action: 'UPDATE', dataType: 'jobs', dataKey: key, data: { key } };
}

async function cursorsAndKeys(after = 0, limit = 100): Promise<string[]> {
  const { events } = await readSyncEvents(db, projectId, after, limit);
  return events.map(({ cursor, data_key: key }) => `${String(cursor)} ${key}`);
}

/** Resolves when a session of this database waits for a lock that another one holds. */
async function untilBlocked(): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and cardinality(pg_blocking_pids(pid)) > 0`.execute(
      db,
    );
    if (rows.length > 0) return;
  }
}

test('events of one call get consecutive cursors in their order', async () => {
  await expect(appendSyncEvents(db, projectId, [event('a')])).resolves.toBe(1);
  await expect(appendSyncEvents(db, projectId, [event('b'), event('c'), event('d')])).resolves.toBe(4);
  expect(await cursorsAndKeys()).toEqual(['1 a', '2 b', '3 c', '4 d']);
  expect(await currentCursor(db, projectId)).toEqual({ oldest: 0, current: 4 });
});

test('an event is read as it was written', async () => {
  const data = { info: { total: null, text: 'é 你 "quoted"' }, list: [1, 2] };
  await appendSyncEvents(db, projectId, [{ action: 'INSERT', dataType: 'jobs', dataKey: 'k', data }]);
  const { events } = await readSyncEvents(db, projectId, 0, 1);
  expect(events).toEqual([{ type: 'cc', cursor: 1, action: 'INSERT', data_type: 'jobs', data_key: 'k', data }]);
});

test('a project whose cursor row is missing gets one with its first event', async () => {
  await db.deleteFrom('sync_cursors').where('project_id', '=', projectId).execute();
  expect(await currentCursor(db, projectId)).toEqual({ oldest: 0, current: 0 });
  await expect(appendSyncEvents(db, projectId, [event('a'), event('b')])).resolves.toBe(2);
  expect(await cursorsAndKeys()).toEqual(['1 a', '2 b']);
});

test('no events are a mistake of the caller', async () => {
  await expect(appendSyncEvents(db, projectId, [])).rejects.toThrow(`no sync events to append to project ${projectId}`);
});

test('a page starts after the cursor, ends at the limit, and tells where the project stands', async () => {
  await appendSyncEvents(db, projectId, ['a', 'b', 'c', 'd'].map(event)); // prettier-ignore
  expect(await cursorsAndKeys(1, 2)).toEqual(['2 b', '3 c']);
  expect(await cursorsAndKeys(4)).toEqual([]);
  await expect(readSyncEvents(db, projectId, 4, 10)).resolves.toEqual({ oldest: 0, current: 4, events: [] });
});

test('projects count apart', async () => {
  const other = await createProject(db);
  await appendSyncEvents(db, projectId, [event('a'), event('b')]);
  await expect(appendSyncEvents(db, other.id, [event('x')])).resolves.toBe(1);
  const ranges = await readSyncRanges(db, [projectId, other.id, '999999999']);
  expect(ranges.sort((one, two) => two.current - one.current)).toEqual([
    { projectId, oldest: 0, current: 2 },
    { projectId: other.id, oldest: 0, current: 1 },
  ]);
});

test('a writer waits for the one that took its cursor before, so none is seen late', async () => {
  let commitFirst = () => {};
  let firstWrote = () => {};
  const mayCommit = new Promise<void>((resolve) => (commitFirst = resolve));
  const wrote = new Promise<void>((resolve) => (firstWrote = resolve));
  const first = db.transaction().execute(async (tx) => {
    await appendSyncEvents(tx, projectId, [event('first')]);
    firstWrote();
    await mayCommit;
  });
  await wrote;
  let secondEnded = false;
  const second = appendSyncEvents(db, projectId, [event('second')]).finally(() => {
    secondEnded = true;
  });

  // With a cursor from a sequence the second writer would be done here, and this reader would skip the first event.
  await Promise.race([untilBlocked(), second]);
  expect(secondEnded).toBe(false);
  expect(await cursorsAndKeys()).toEqual([]);

  commitFirst();
  await first;
  await expect(second).resolves.toBe(2);
  expect(await cursorsAndKeys()).toEqual(['1 first', '2 second']);
});

test('a rollback gives its cursors back', async () => {
  await appendSyncEvents(db, projectId, [event('a')]);
  const failed = db.transaction().execute(async (tx) => {
    await appendSyncEvents(tx, projectId, [event('lost'), event('lost too')]);
    throw new Error('changed my mind');
  });
  await expect(failed).rejects.toThrow('changed my mind');
  await appendSyncEvents(db, projectId, [event('b')]);
  expect(await cursorsAndKeys()).toEqual(['1 a', '2 b']);
});

test('writers side by side leave no gap and no repetition', async () => {
  await Promise.all(
    Array.from({ length: 10 }, async (_, writer) => {
      for (let no = 0; no < 20; no += 1) {
        await db.transaction().execute(async (tx) => {
          await appendSyncEvents(tx, projectId, [event(`${String(writer)}-${String(no)}`)]);
          if (no % 5 === 4) throw new Error('rolled back');
        }).catch((error: unknown) => expect(error).toEqual(new Error('rolled back'))); // prettier-ignore
      }
    }),
  );
  const { events, current } = await readSyncEvents(db, projectId, 0, 1000);
  expect(current).toBe(160);
  expect(events.map(({ cursor }) => cursor)).toEqual(Array.from({ length: 160 }, (_, index) => index + 1));
});

describe('syncEventCtes', () => {
  const write = (from: ReturnType<typeof sql>) => sql<{ id: string }>`
    with thing as (${from}), ${syncEventCtes({
      from: sql`thing`,
      projectId: sql`thing.project_id`,
      action: 'INSERT',
      dataType: 'jobs',
      dataKey: sql`thing.id::text`,
      data: sql`json_build_object('id', thing.id)`,
    })} select id from thing`;

  test('it writes the event of the row that its statement made', async () => {
    const { rows } = await write(sql`
      insert into jobs (uuid, key, kind, project_id, created_by, input)
      values (gen_random_uuid(), ${`key ${projectId}`}, 'bulk_move_assets', ${projectId}, ${(await createUser(db)).id}, '{}')
      returning id, project_id`).execute(db);
    const { events } = await readSyncEvents(db, projectId, 0, 10);
    const id = Number(rows[0]?.id);
    expect(events).toEqual([
      { type: 'cc', cursor: 1, action: 'INSERT', data_type: 'jobs', data_key: String(id), data: { id } },
    ]);
  });

  test('no row makes no event and takes no cursor', async () => {
    await write(sql`select 1 as id, ${projectId}::bigint as project_id where false`).execute(db);
    expect(await readSyncEvents(db, projectId, 0, 10)).toEqual({ oldest: 0, current: 0, events: [] });
  });
});

describe('the announcement', () => {
  test.each<[string, (tx: Database) => Promise<unknown>, number]>([
    ['appendSyncEvents', (tx: Database) => appendSyncEvents(tx, projectId, [event('a'), event('b')]), 2],
    [
      'syncEventCtes',
      (tx: Database) =>
        sql`with one as (select ${projectId}::bigint as project_id), ${syncEventCtes({
          from: sql`one`,
          projectId: sql`one.project_id`,
          action: 'UPDATE',
          dataType: 'jobs',
          dataKey: sql`'k'`,
          data: sql`'{}'::json`,
        })} select 1`.execute(tx),
      1,
    ],
  ])('%s tells the project and its newest cursor when it commits', async (_name, write, cursor) => {
    const client = await database.store.pool.connect();
    try {
      const heard = new Promise<unknown>((resolve) => client.once('notification', ({ payload }) => resolve(payload))); // prettier-ignore
      await client.query('listen longhaul_sync');
      await db.transaction().execute((tx) => write(tx));
      expect(await heard).toBe(`${projectId}:${String(cursor)}`);
    } finally {
      client.release(true);
    }
  });
});
