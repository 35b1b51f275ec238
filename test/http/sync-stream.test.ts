import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Database } from '../../src/store/database';
import { appendSyncEvents } from '../../src/store/sync';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, type TestThing } from '../support/fixtures';
import { until } from '../support/until';
import { createReader, startSyncApp, type SyncApp, type SyncAppOptions } from './sync-app';
import { getSync, openStream, takeEvents } from './sync-client';

/** With the event that makes it full. */
const PAGE_BYTES = 45_000;

let database: TestDatabase;
let db: Database;
let sync: SyncApp;
let project: TestThing;
let reader: Awaited<ReturnType<typeof createReader>>;
let key: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.store.db;
});
afterAll(() => database.drop());
beforeEach(async () => {
  project = await createProject(db);
  reader = await createReader(database.store, project.id);
  ({ key } = reader);
});
afterEach(() => sync.close());

async function start(options: SyncAppOptions = {}): Promise<void> {
  sync = await startSyncApp(database.store, options);
}

function append(...keys: string[]): Promise<number> {
  const events = keys.map((dataKey) => ({ action: 'UPDATE' as const, dataType: 'jobs', dataKey, data: {} }));
  return appendSyncEvents(db, project.id, events);
}

async function keysOf(stream: Awaited<ReturnType<typeof openStream>>, count: number): Promise<string[]> {
  return (await takeEvents(stream, count)).map((event) => `${String(event.cursor)} ${event.data_key}`);
}

test('a stream tells what there is and what comes, each event with its cursor as id', async () => {
  await start();
  await append('a', 'b');
  const stream = await openStream(sync.address, project.uuid, { key });
  expect(stream.status).toBe(200);
  expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  expect(await keysOf(stream, 2)).toEqual(['1 a', '2 b']);
  await append('c');
  expect(await keysOf(stream, 1)).toEqual(['3 c']);
  stream.close();
});

test('a stream of more events than fit a page has all of them', async () => {
  await start();
  const keys = Array.from({ length: 450 }, (_, index) => `k${String(index)}`);
  await append(...keys);
  const stream = await openStream(sync.address, project.uuid, { key });
  expect(await keysOf(stream, 450)).toEqual(keys.map((name, index) => `${String(index + 1)} ${name}`));
  stream.close();
});

test('a stream continues after Last-Event-ID, which wins over the cursor of the address', async () => {
  await start();
  await append('a', 'b', 'c');
  const byCursor = await openStream(sync.address, project.uuid, { key, cursor: 1 });
  expect(await keysOf(byCursor, 2)).toEqual(['2 b', '3 c']);
  byCursor.close();
  const resumed = await openStream(sync.address, project.uuid, { key, cursor: 1, lastEventId: '2' });
  expect(await keysOf(resumed, 1)).toEqual(['3 c']);
  resumed.close();
});

test.each([{ lastEventId: 'abc' }, { lastEventId: '99' }, { cursor: '99' }, { cursor: '-1' }])(
  'a stream from %j is refused with 1006',
  async (from) => {
    await start();
    await append('a');
    const headers = { 'x-api-key': key, ...('lastEventId' in from ? { 'last-event-id': from.lastEventId } : {}) };
    const query = 'cursor' in from ? `?cursor=${from.cursor}` : '';
    const answer = await fetch(`${sync.address}/api/p/${project.uuid}/sync/stream${query}`, { headers });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ success: false, result: { code: 1006 } });
  },
);

test('a silent stream says now and then that it is alive', async () => {
  await start({ heartbeatMs: 20 });
  let beats = 0;
  let threeBeats = () => {};
  const alive = new Promise<void>((resolve) => (threeBeats = resolve));
  const onOther = (line: string) => {
    if (line === ':' && ++beats === 3) threeBeats();
  };
  const stream = await openStream(sync.address, project.uuid, { key, onOther });
  const next = takeEvents(stream, 1);
  await alive;
  await append('a');
  expect(await next).toMatchObject([{ data_key: 'a' }]);
  stream.close();
});

test.each<[string, number, () => Promise<unknown>]>([
  ['the rights are taken away', 403, () => db.deleteFrom('team_access').where('project_id', '=', project.id).execute()],
  [
    'the key is revoked',
    401,
    () => db.updateTable('api_keys').set({ revoked_at: new Date() }).where('user_id', '=', reader.id).execute(),
  ],
  [
    'the user is deleted',
    401,
    () => db.updateTable('users').set({ deleted_at: new Date() }).where('id', '=', reader.id).execute(),
  ],
])('a stream ends when %s, without another event', async (_what, code, takeAway) => {
  await start({ heartbeatMs: 20, recheckMs: 0 });
  await append('a');
  const stream = await openStream(sync.address, project.uuid, { key });
  expect(await keysOf(stream, 1)).toEqual(['1 a']);
  await takeAway();
  await append('secret');
  const { value } = await stream.messages.next();
  expect(value).toMatchObject({ event: 'refused' });
  expect(JSON.parse(value?.data ?? '')).toMatchObject({ success: false, result: { code } });
  expect(await stream.messages.next()).toEqual({ done: true, value: undefined });
});

test('a long poll does not answer a caller whose rights were taken away while it waited', async () => {
  let waits = () => {};
  const waited = new Promise<void>((resolve) => (waits = resolve));
  await start({
    recheckMs: 0,
    wrapHub: (hub) => ({
      ...hub,
      watch: (id) => {
        const watch = hub.watch(id);
        return { ...watch, news: (...wanted) => (waits(), watch.news(...wanted)) };
      },
    }),
  });
  const waiting = getSync(sync.address, project.uuid, key, { wait: 60 });
  await waited;
  await db.deleteFrom('team_access').where('project_id', '=', project.id).execute();
  await append('secret');
  expect((await waiting).result).toMatchObject({ code: 403 });
});

test('closing the app ends streams and long polls in order', async () => {
  await start();
  await append('a');
  const stream = await openStream(sync.address, project.uuid, { key });
  expect(await keysOf(stream, 1)).toEqual(['1 a']);
  const ended = stream.messages.next();
  const waiting = getSync(sync.address, project.uuid, key, { cursor: 1, wait: 60 });
  await untilRequests(2);
  const startedAt = performance.now();
  await sync.close();
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  expect(await ended).toEqual({ done: true, value: undefined });
  expect((await waiting).result).toEqual({ sync: [], cursor: 1 });
});

test('a reader that takes nothing off its socket costs two pages, not all events, and does not hold up the end', async () => {
  /** How far the façade has read for each reader, in the order in which they came. */
  const read: number[] = [];
  await start({
    wrapHub: (hub) => ({
      ...hub,
      watch: (id) => {
        const watch = hub.watch(id);
        const no = read.push(0) - 1;
        return { ...watch, read: (after, limit) => ((read[no] = after + limit), watch.read(after, limit)) };
      },
    }),
  });
  const big = 'x'.repeat(10_000);
  const events = Array.from({ length: 500 }, (_, no) => ({
    action: 'UPDATE' as const,
    dataType: 'jobs',
    dataKey: String(no),
    data: { big },
  }));
  for (let batch = 0; batch < 8; batch += 1) await appendSyncEvents(db, project.id, events);

  const taken: Socket[] = [];
  sync.app.server.on('connection', (socket: Socket) => taken.push(socket));
  const { port } = sync.app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  socket.write(`GET /api/p/${project.uuid}/sync/stream HTTP/1.1\r\nHost: x\r\nX-API-KEY: ${key}\r\n\r\n`);
  await new Promise((resolve) => socket.once('readable', resolve));
  const server = taken[0];
  if (server === undefined) throw new Error('nobody has connected');
  await until(() => server.writableNeedDrain);
  // One who takes everything shows that there has been time for it.
  const quick = await openStream(sync.address, project.uuid, { key });
  await takeEvents(quick, 4_000);
  quick.close();
  expect(server.writableNeedDrain).toBe(true);
  expect(server.writableLength).toBeLessThan(2 * PAGE_BYTES);
  // Of 40 MB: what the kernel has taken, and no more than has been read at once.
  expect(((read[0] ?? 0) - 100) * big.length).toBeLessThan(server.bytesWritten + 2 * PAGE_BYTES);
  expect(read[0]).toBeLessThan(2_000);

  const startedAt = performance.now();
  await sync.close();
  expect(performance.now() - startedAt).toBeLessThan(4_000);
  socket.destroy();
});

test('a HEAD starts no stream', async () => {
  await start();
  const headers = { 'x-api-key': key };
  const answer = await sync.app.inject({ method: 'HEAD', url: `/api/p/${project.uuid}/sync/stream`, headers });
  expect(answer.statusCode).toBe(404);
});

/** Resolves when the app has that many connections with a request under way. */
async function untilRequests(count: number): Promise<void> {
  const connections = () =>
    new Promise<number>((resolve, reject) =>
      sync.app.server.getConnections((error, found) => (error === null ? resolve(found) : reject(error))),
    );
  while ((await connections()) < count) await new Promise((resolve) => setTimeout(resolve, 5));
}
