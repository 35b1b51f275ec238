import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { request } from 'undici';
import type { Store } from '../../src/store/database';
import { findInconsistencies } from '../../src/store/consistency';
import { createTemporalClient, temporalTarget } from '../../src/temporal';
import { createApi, type Api } from './support/api';
import { countIn } from './support/direct-count';
import { createInstallation, type Installation } from './support/installation';
import { createLibrary, fillFolder, type Library } from './support/library';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { until } from './support/until';

const DELAY_MS = 4_000;
const ASSETS = 30_000;

const opened = createOpened();
let installation: Installation;
let store: Store;
let library: Library;
let api: Api;
let worker: RootProcess;

beforeAll(async () => {
  installation = opened.keep(await createInstallation());
  worker = await installation.start('worker');
  store = await installation.openStore();
  library = await createLibrary(store.db);
});
afterAll(() => opened.closeAll());

test('a façade that is told to stop says so while it serves on; then its streams end, and it exits in order', async () => {
  const facade = await installation.start('server', { SHUTDOWN_DELAY_MS: String(DELAY_MS) });
  const url = `${installation.url}/api/p/${library.project.uuid}/sync/stream`;
  expect((await readiness()).status).toBe(200);
  const stream = await request(url, { headers: { 'x-api-key': library.apiKey } });
  expect(stream.statusCode).toBe(200);
  const told = stream.body.text();
  const gone = facade.end('SIGTERM');

  const notReady = await until('it says that it is not ready', async () => {
    const answer = await readiness();
    return answer.status === 503 && answer;
  });
  expect(notReady.body).toEqual({
    status: 'unavailable',
    parts: { server: { ok: false, took_ms: 0, error: 'is about to stop' } },
  });
  const socket = await openSocket();
  const headers = { 'x-api-key': library.apiKey };
  const served = await request(`${installation.url}/api/jobs`, { headers });
  expect([served.statusCode, facade.isRunning()]).toEqual([200, true]);
  await served.body.dump();
  expect(await gone).toEqual({ code: 0, signal: null });
  // The stream has ended, not broken off.
  expect(await told).toMatch(/^retry: /);
  await expect(readiness()).rejects.toThrow();
  socket.destroy();
});

test('workers that are replaced one after another under load lose nothing, and leave no attempt failed', async () => {
  await installation.start('server');
  api = opened.keep(createApi(installation.url, library.apiKey));
  const { source, target } = await fillFolder(store.db, library, ASSETS);
  const token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  let seen = 0;
  for (const round of [1, 2, 3]) {
    const before = seen;
    const next = await installation.start('worker');
    await until(`round ${String(round)} moves on`, async () => {
      seen = (await api.job(token)).succeeded;
      return seen > before || (await api.job(token)).state === 'done';
    });
    expect(await worker.end('SIGTERM')).toEqual({ code: 0, signal: null });
    worker = next;
  }
  await until('the job is done', async () => (await api.job(token)).state === 'done', 240_000);
  expect(await api.job(token)).toMatchObject({ outcome: 'succeeded', succeeded: ASSETS, failed: 0, remaining: 0 });
  expect(await countIn(store.db, target.id)).toBe(ASSETS);
  expect(await readLaterAttempts(token)).toEqual([]);
  const faults: string[] = [];
  for await (const { fault, count } of findInconsistencies(store.db)) if (count > 0) faults.push(fault);
  expect(faults).toEqual([]);
});

async function readiness() {
  const { statusCode: status, body } = await request(`${installation.url}/health/ready`, { reset: true });
  return { status, body: await body.json() };
}

/** A connection that is open while the façade closes; it must not keep it from ending. */
async function openSocket(): Promise<Socket> {
  const { hostname, port } = new URL(installation.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  return socket;
}

/** Attempts after the first one, with what the one before failed with. */
async function readLaterAttempts(token: string): Promise<readonly string[]> {
  const client = createTemporalClient(
    temporalTarget(installation.temporalServers()[0]?.address ?? '', installation.namespace),
  );
  opened.keep(client.connection);
  const { events } = await client.workflow.getHandle(token).fetchHistory();
  return (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started }) =>
    started && (started.attempt ?? 1) > 1 ? [started.lastFailure?.message ?? 'no reason'] : [],
  );
}
