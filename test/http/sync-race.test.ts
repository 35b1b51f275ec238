import { setTimeout as sleep } from 'node:timers/promises';
import { appendSyncEvents } from '../../src/store/sync';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, type TestThing } from '../support/fixtures';
import { createReader, startSyncApp, type SyncApp } from './sync-app';
import { getSync, openStream, postSyncGet } from './sync-client';

/** How long the writers write: a sample by default, SYNC_RACE_SECONDS=30 for the full run. */
const SECONDS = Number(process.env['SYNC_RACE_SECONDS'] ?? 3);
const WRITERS = 20;
const READERS = 20;

let database: TestDatabase;
let sync: SyncApp;
let project: TestThing;
let key: string;

beforeAll(async () => {
  database = await createTestDatabase();
  project = await createProject(database.store.db);
  ({ key } = await createReader(database.store, project.id));
  sync = await startSyncApp(database.store);
});
afterAll(async () => {
  await sync.close();
  await database.drop();
});

/** Writes until the time is over: some transactions of several events, some that linger, some that roll back. */
async function write(writer: number, until: number): Promise<void> {
  for (let no = 0; performance.now() < until; no += 1) {
    const events = Array.from({ length: 1 + (no % 3) }, (_, index) => ({
      action: 'UPDATE' as const,
      dataType: 'jobs',
      dataKey: `${String(writer)}-${String(no)}-${String(index)}`,
      data: { writer, no, index },
    }));
    await database.store.db
      .transaction()
      .execute(async (tx) => {
        await appendSyncEvents(tx, project.id, events);
        if ((writer + no) % 11 === 0) await sleep(3);
        if ((writer + no) % 7 === 0) throw new Error('rolled back');
      })
      .catch((error: unknown) => {
        if (!(error instanceof Error) || error.message !== 'rolled back') throw error;
      });
  }
}

/** Reads in one of the ways until `isDone` says so, and answers every cursor it was given. */
type Read = (isDone: (last: number) => boolean) => Promise<number[]>;

const byLongPoll: Read = async (isDone) => {
  const seen: number[] = [];
  let cursor = 0;
  while (!isDone(cursor)) {
    const { result } = await getSync(sync.address, project.uuid, key, { cursor, limit: 50, wait: 1 });
    seen.push(...result.sync.map((event) => event.cursor));
    cursor = result.cursor;
  }
  return seen;
};

const byPost: Read = async (isDone) => {
  const seen: number[] = [];
  let cursor = 0;
  while (!isDone(cursor)) {
    const { result } = await postSyncGet(sync.address, project.key, key, { cursor, limit: 1000 });
    seen.push(...result.sync.map((event) => event.cursor));
    cursor = result.cursor;
    if (result.sync.length === 0) await sleep(20);
  }
  return seen;
};

/** Hangs up now and then, as clients do, and goes on from the last id. */
const byStream: Read = async (isDone) => {
  const seen: number[] = [];
  let lastEventId = '0';
  while (!isDone(Number(lastEventId))) {
    const stream = await openStream(sync.address, project.id, { key, lastEventId });
    for (let count = 0; count < 150 && !isDone(Number(lastEventId)); count += 1) {
      const next = await stream.messages.next();
      if (next.done === true) break;
      lastEventId = next.value.id ?? lastEventId;
      seen.push(Number(lastEventId));
    }
    stream.close();
  }
  return seen;
};

const WAYS: readonly Read[] = [byLongPoll, byStream, byPost];

test(
  `${String(READERS)} readers see every cursor of ${String(WRITERS)} writers once and in order, however they read`,
  async () => {
    let end: number | null = null;
    const isDone = (last: number) => end !== null && last >= end;
    const readers = Array.from({ length: READERS }, (_, no) => (WAYS[no % WAYS.length] ?? byPost)(isDone));
    const until = performance.now() + SECONDS * 1000;
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer, until)));
    // Written by itself, so that no reader can have seen the end before it is known.
    const last = { action: 'UPDATE' as const, dataType: 'jobs', dataKey: 'last', data: {} };
    const newest = await appendSyncEvents(database.store.db, project.id, [last]);
    end = newest;
    const all = Array.from({ length: newest }, (_, index) => index + 1);
    expect(all.length).toBeGreaterThan(WRITERS);
    for (const seen of await Promise.all(readers)) expect(seen).toEqual(all);
  },
  SECONDS * 1000 + 30_000,
);
