import { join } from 'node:path';
import { commandLine } from '../../src/embedded/process-identity';
import { makeJpeg } from '../support/media-files';
import { createApi, type Api } from './support/api';
import { postLines } from './support/bulk-ingest';
import { startFileServer, type FileServer } from './support/file-server';
import { createInstallation, type Installation } from './support/installation';
import { createLibrary, fillFolder, type Library } from './support/library';
import { askDoctor } from './support/longhaul-cli';
import { createOpened } from './support/opened';
import { familyOf } from './support/root-process';
import { readTemporalCli } from './support/temporal-cli';
import { until } from './support/until';
import type { Store } from '../../src/store/database';

const opened = createOpened();
let installation: Installation;
let server: FileServer;
let store: Store;
let library: Library;
let api: Api;

beforeAll(async () => {
  server = opened.keep(await startFileServer({ '/one.jpg': { body: await makeJpeg() } }));
  installation = opened.keep(await createInstallation({ OUTBOUND_ALLOW: server.host }));
  await installation.start('server');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  api = opened.keep(createApi(installation.url, library.apiKey));
});
afterAll(() => opened.closeAll());

interface Queue {
  readonly pollers: readonly { readonly taskQueueType: string; readonly identity: string }[] | null;
}

/** The processes that take tasks of a queue, by the kind of task; as of up to five seconds ago (`ANSWER_KEPT_MS`). */
async function takersOf(queue: string): Promise<readonly string[]> {
  const { pollers } = await readTemporalCli<Queue>(installation, ['task-queue', 'describe', '--task-queue', queue]);
  const takers = (pollers ?? []).map(
    ({ taskQueueType, identity }) => `${taskQueueType} ${identity.split('@')[0] ?? ''}`,
  );
  return [...new Set(takers)].toSorted();
}

/** Temporal keeps what it answers to this command for five seconds (`matching.TaskQueueInfoByBuildIdTTL`). */
const ANSWER_KEPT_MS = 5_000;

/** Until nobody but these takes tasks of the queue, and each of them does. */
async function expectTakers(queue: string, wanted: readonly string[]): Promise<void> {
  const areThese = async () => (await takersOf(queue)).join() === wanted.join();
  // What is there instead is told better by the comparison.
  await until('these take its tasks', areThese, 2 * ANSWER_KEPT_MS).catch(() => undefined);
  expect(await takersOf(queue)).toEqual(wanted);
}

/** Those that look into files. */
const countMediaProcesses = (pid: number) =>
  familyOf(pid).filter((member) => commandLine(member).join(' ').includes(join('media', 'child'))).length;

const untilEnded = (token: string) =>
  until('the job has ended', async () => {
    const job = await api.job(token);
    return job.finished_at !== null && job;
  });

test('workers with a role each do together what one does, and each starts only what its role needs', async () => {
  const stores = installation.spawnOne('worker', 0, { WORKER_ROLES: 'store' });
  await stores.ready();
  const { source, target } = await fillFolder(store.db, library, 50);
  const move = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  expect(await untilEnded(move)).toMatchObject({ outcome: 'succeeded', succeeded: 50 });
  const lines = [{ file_url: server.urlOf('/one.jpg'), filename: 'one.jpg' }];
  const ingest = await postLines(api, library.project.uuid, lines);
  await until('the worker has opened it', async () => (await api.job(ingest)).total === 1);
  await expectTakers('longhaul-ingest', []);
  const { ok, checks } = await askDoctor(installation);
  expect(ok).toBe(false);
  expect(checks.filter(({ state }) => state !== 'ok')).toEqual([
    {
      name: 'workers',
      state: 'failed',
      message:
        'nobody takes activities of longhaul-ingest (role ingest): start a worker with that role, e.g. by npm start',
    },
  ]);

  const files = installation.spawnOne('worker', 1, { WORKER_ROLES: 'ingest' });
  await files.ready();
  expect(await untilEnded(ingest)).toMatchObject({ outcome: 'succeeded', succeeded: 1 });
  await expectTakers('longhaul-ingest', [`activity ${String(files.pid)}`]);
  await expectTakers('longhaul', [`activity ${String(stores.pid)}`, `workflow ${String(stores.pid)}`]);
  expect(countMediaProcesses(files.pid)).toBeGreaterThan(0);
  expect(countMediaProcesses(stores.pid)).toBe(0);
  const found = await askDoctor(installation);
  const workers = found.checks.find(({ name }) => name === 'workers');
  expect([found.ok, workers?.message]).toEqual([true, expect.stringContaining(String(files.pid))]);

  expect(await files.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(await stores.end('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('a role that there is none of ends the start with the name of its variable', async () => {
  const worker = installation.spawn('worker', { WORKER_ROLES: 'store,media' });
  expect(await worker.exited).toEqual({ code: 1, signal: null });
  expect(worker.output()).toContain('WORKER_ROLES: media is no role: take store or ingest, or both by a comma');
});
