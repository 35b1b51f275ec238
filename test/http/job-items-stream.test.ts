import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { createCredentialVerifier } from '../../src/http/credential-verifier';
import { jobItemRoutes } from '../../src/http/dialects/jobs/items';
import { openItemStream } from '../../src/http/dialects/jobs/items-stream';
import type { ItemsOfChunk } from '../../src/store/job-items';
import { standingOf } from '../../src/domain/job-items';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { addWaitingChunks, breakChunk, createJobOwner, type JobOwner } from './job-items-fixture';
import { buildTestApp } from './test-app';

const CHUNKS = 400;
const ITEMS = CHUNKS * 1_000;

let database: TestDatabase;
let app: FastifyInstance;
let owner: JobOwner;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  const { db, pool } = database.store;
  const credentials = createCredentialVerifier(pool, () => Promise.resolve(null));
  app = await buildTestApp({ own: jobItemRoutes({ db, credentials }, 0) }, { credentials });
  await app.listen({ host: '127.0.0.1', port: 0 });
  owner = await createJobOwner(db);
  await addWaitingChunks(db, owner.job.jobId, CHUNKS);
});
afterEach(() => app.close());

const port = () => (app.server.address() as AddressInfo).port;
const path = () => `/api/jobs/${owner.job.token}/items?format=ndjson`;

async function download(): Promise<IncomingMessage> {
  const options = { port: port(), path: path(), headers: { 'x-api-key': owner.key }, agent: false };
  const [answer] = (await once(get(options), 'response')) as [IncomingMessage];
  expect(answer.statusCode).toBe(200);
  return answer;
}

/** The lines that came, and whether the body came to its end in order. */
async function readLines(answer: IncomingMessage): Promise<{ lines: string[]; complete: boolean }> {
  let text = '';
  try {
    for await (const part of answer.setEncoding('utf8')) text += String(part);
  } catch {
    return { lines: text.split('\n'), complete: false };
  }
  return { lines: text.split('\n').slice(0, -1), complete: answer.complete };
}

/** A caller who asks for the report and takes nothing of it off the socket, and the other end of that socket. */
async function connectIdly(): Promise<{ socket: Socket; served: Socket }> {
  const accepted = once(app.server, 'connection') as Promise<[Socket]>;
  const socket = connect(port(), '127.0.0.1').on('error', () => {});
  socket.write(`GET ${path()} HTTP/1.1\r\nHost: x\r\nX-API-KEY: ${owner.key}\r\n\r\n`);
  const [served] = await accepted;
  await once(socket, 'readable');
  await untilStill(() => served.bytesWritten);
  return { socket, served };
}

/** Resolves when the number has not changed for a while. */
async function untilStill(read: () => number): Promise<void> {
  for (let last = -1; last !== read();) {
    last = read();
    await sleep(300);
  }
}

test('a report has every item once', async () => {
  const { lines, complete } = await readLines(await download());
  expect(complete).toBe(true);
  expect(lines.length).toBe(ITEMS);
  expect(new Set(lines).size).toBe(ITEMS);
});

test('a fault in the middle breaks the connection instead of ending the report', async () => {
  await breakChunk(database.store.db, owner.job.jobId, CHUNKS - 100);
  const { lines, complete } = await readLines(await download());
  expect(complete).toBe(false);
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.length).toBeLessThan(ITEMS);
});

test('a store that goes away in the middle breaks the connection too', async () => {
  const { db } = database.store;
  const answer = await download();
  const rename = (from: string, to: string) => db.schema.alterTable(from).renameTo(to).execute();
  await rename('job_chunks', 'job_chunks_away');
  try {
    expect((await readLines(answer)).complete).toBe(false);
  } finally {
    await rename('job_chunks_away', 'job_chunks');
  }
});

test('a report breaks when the rights of its caller are taken away', async () => {
  const { db } = database.store;
  const answer = await download();
  await db.updateTable('api_keys').set({ revoked_at: new Date() }).where('user_id', '=', owner.user.id).execute();
  expect((await readLines(answer)).complete).toBe(false);
});

test('a caller who takes nothing costs some batches, and no transaction stays open for them', async () => {
  const { socket, served } = await connectIdly();
  // Node keeps what the kernel does not take; the whole report is more than 30 MB.
  expect(served.writableLength).toBeLessThan(4_000_000);
  const { rows } = await database.store.pool.query<{ busy: number }>(
    `select count(*)::int as busy from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`,
  );
  expect(rows[0]?.busy).toBe(0);
  socket.destroy();
});

test('closing the app cuts a report short at once, so that it does not look complete', async () => {
  const answer = await download();
  const { socket } = await connectIdly();
  const startedAt = performance.now();
  await app.close();
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  expect((await readLines(answer)).complete).toBe(false);
  socket.destroy();
});

describe('the stream of a report', () => {
  const batch: readonly ItemsOfChunk[] = [{ names: ['a'.repeat(200_000)], standings: [standingOf(true, null)] }]; // prettier-ignore
  const allowed = () => Promise.resolve();

  /** More batches than anybody takes, which tell when nobody wants them any more. */
  function manyBatches() {
    const seen = { read: 0, closed: false };
    async function* make() {
      try {
        while (seen.read < 500) {
          seen.read += 1;
          yield batch;
        }
      } finally {
        seen.closed = true;
      }
    }
    return { seen, batches: make() };
  }

  function endingOfTest() {
    const controller = new AbortController();
    return { signal: controller.signal, release: jest.fn(), end: () => controller.abort() };
  }

  test('reads no further than its consumer takes, and closes its source when that has gone', async () => {
    const { seen, batches } = manyBatches();
    const ending = endingOfTest();
    const stream = await openItemStream({ batches, format: 'csv', recheck: allowed, ending });
    expect(seen.read).toBe(1);
    for (let taken = 0; taken < 10; taken += 1) {
      await once(stream, 'readable');
      expect(stream.read()).not.toBeNull();
    }
    expect(seen.read).toBeLessThan(14);
    stream.destroy();
    await once(stream, 'close');
    await new Promise(setImmediate);
    expect(seen.closed).toBe(true);
    expect(ending.release).toHaveBeenCalled();
  });

  test('closes its source when it is cut short while it is read', async () => {
    const { seen, batches } = manyBatches();
    const ending = endingOfTest();
    const stream = await openItemStream({ batches, format: 'csv', recheck: allowed, ending });
    stream.once('data', () => ending.end());
    await expect(once(stream, 'end')).rejects.toThrow(/cut short/);
    await new Promise(setImmediate);
    expect(seen.closed).toBe(true);
    expect(ending.release).toHaveBeenCalled();
  });

  test('is refused with 503 when the app closes before there is anything of it', async () => {
    const { batches } = manyBatches();
    const ending = endingOfTest();
    ending.end();
    await expect(openItemStream({ batches, format: 'csv', recheck: allowed, ending })).rejects.toMatchObject({ statusCode: 503 }); // prettier-ignore
    expect(ending.release).toHaveBeenCalled();
  });
});
