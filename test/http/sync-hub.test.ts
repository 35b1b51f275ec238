import { type KyselyPlugin, type PluginTransformQueryArgs, type PluginTransformResultArgs, sql } from 'kysely';
import { pino } from 'pino';
import { createSyncHub, type SyncHub } from '../../src/http/sync-hub';
import type { Database } from '../../src/store/database';
import { appendSyncEvents } from '../../src/store/sync';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject } from '../support/fixtures';

const NEVER_MS = 2_000_000;
const log = pino({ level: 'silent' });
const idle = new AbortController().signal;

let database: TestDatabase;
let db: Database;
let hub: SyncHub;
let projectId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.store.db;
});
afterAll(() => database.drop());
beforeEach(async () => {
  projectId = (await createProject(db)).id;
});
afterEach(() => hub.close());

function start(pollMs: number, plugin?: KyselyPlugin): void {
  hub = createSyncHub({
    db: plugin === undefined ? db : db.withPlugin(plugin),
    pool: database.store.pool,
    logger: log,
    pollMs,
  });
}

function append(): Promise<number> {
  return appendSyncEvents(db, projectId, [{ action: 'UPDATE', dataType: 'jobs', dataKey: 'k', data: {} }]);
}

/** Counts the queries whose text has this part. */
function countQueries(part: string): KyselyPlugin & { count: number } {
  const counter = {
    count: 0,
    transformQuery: ({ node }: PluginTransformQueryArgs) => {
      if (JSON.stringify(node).includes(part)) counter.count += 1;
      return node;
    },
    transformResult: ({ result }: PluginTransformResultArgs) => Promise.resolve(result),
  };
  return counter;
}

/** The backends of this database that listen. */
async function listeners(): Promise<number[]> {
  const { rows } = await sql<{ pid: number }>`
    select pid from pg_stat_activity
    where datname = current_database() and query = 'listen longhaul_sync' and state = 'idle'`.execute(db);
  return rows.map((row) => row.pid);
}

async function untilListening(except: readonly number[] = []): Promise<number> {
  for (;;) {
    const pid = (await listeners()).find((found) => !except.includes(found));
    if (pid !== undefined) return pid;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('all readers of a process share one listening connection, which is given back at the end', async () => {
  start(NEVER_MS);
  const watches = Array.from({ length: 5 }, () => hub.watch(projectId));
  await untilListening();
  expect(await listeners()).toHaveLength(1);
  for (const watch of watches) watch.stop();
  await hub.close();
  while ((await listeners()).length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
});

test('a waiting reader is woken by the notification', async () => {
  start(NEVER_MS);
  const watch = hub.watch(projectId);
  await untilListening();
  const news = watch.news(0, NEVER_MS, idle);
  await append();
  await news;
  expect((await watch.read(0, 10)).current).toBe(1);
});

test('news that come between a read and the wait are not lost', async () => {
  start(NEVER_MS);
  const watch = hub.watch(projectId);
  const witness = hub.watch(projectId);
  await untilListening();
  expect((await watch.read(0, 10)).events).toEqual([]);
  const heard = witness.news(0, NEVER_MS, idle);
  await append();
  await heard;
  await watch.news(0, NEVER_MS, idle);
});

test('news that the reader has read already do not wake it', async () => {
  start(NEVER_MS);
  const watch = hub.watch(projectId);
  const witness = hub.watch(projectId);
  await untilListening();
  // The news that the connection listens come first.
  await watch.news(0, NEVER_MS, idle);
  const heard = witness.news(0, NEVER_MS, idle);
  await append();
  await heard;
  const startedAt = performance.now();
  await watch.news(1, 100, idle);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(95);
});

test('a wait ends by its time, by its signal, by stop and by the end of the hub', async () => {
  start(NEVER_MS);
  await hub.watch(projectId).news(0, 10, idle);
  const controller = new AbortController();
  const aborted = hub.watch(projectId).news(0, NEVER_MS, controller.signal);
  controller.abort();
  await aborted;
  await hub.watch(projectId).news(0, NEVER_MS, controller.signal);
  const stopped = hub.watch(projectId);
  const left = stopped.news(0, NEVER_MS, idle);
  stopped.stop();
  await left;
  const ended = hub.watch(projectId).news(0, NEVER_MS, idle);
  await hub.close();
  await ended;
});

test('an event whose notification is lost is found by the poll', async () => {
  start(50);
  const watch = hub.watch(projectId);
  await untilListening();
  const news = watch.news(0, NEVER_MS, idle);
  await db.updateTable('sync_cursors').set({ cursor: '1' }).where('project_id', '=', projectId).execute();
  await news;
});

test('nothing is polled while nobody waits', async () => {
  const polls = countQueries('from sync_cursors');
  start(5, polls);
  const watch = hub.watch(projectId);
  await untilListening();
  await watch.news(0, NEVER_MS, idle);
  const controller = new AbortController();
  const waiting = watch.news(0, NEVER_MS, controller.signal);
  while (polls.count === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  await waiting;
  const before = polls.count;
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(polls.count).toBe(before);
});

test('a new connection listens when the old one is terminated, and missed events are told', async () => {
  start(NEVER_MS);
  const watch = hub.watch(projectId);
  const pid = await untilListening();
  await watch.news(0, NEVER_MS, idle);
  const missed = watch.news(0, NEVER_MS, idle);
  await sql`select pg_terminate_backend(${pid})`.execute(db);
  await append();
  await missed;
  expect((await watch.read(0, 10)).current).toBe(1);
  await untilListening([pid]);
  const news = watch.news(1, NEVER_MS, idle);
  await append();
  await news;
});

test('readers woken together at one cursor share one query; a new reader asks for itself', async () => {
  const reads = countQueries('from sync_events');
  start(NEVER_MS, reads);
  const watches = Array.from({ length: 10 }, () => hub.watch(projectId));
  await untilListening();
  await Promise.all(watches.map((watch) => watch.news(0, NEVER_MS, idle)));
  const woken = watches.map(async (watch) => {
    await watch.news(0, NEVER_MS, idle);
    return (await watch.read(0, 10)).events.map((event) => event.cursor);
  });
  await append();
  expect(await Promise.all(woken)).toEqual(watches.map(() => [1]));
  expect(reads.count).toBe(1);
  await hub.watch(projectId).read(0, 10);
  expect(reads.count).toBe(2);
});
