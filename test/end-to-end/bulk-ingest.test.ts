import { randomUUID } from 'node:crypto';
import type { Store } from '../../src/store/database';
import { type Finding, findInconsistencies } from '../../src/store/consistency';
import { createApi, type Api } from './support/api';
import {
  listLeftovers,
  makeServedFiles,
  postLines,
  readIngested,
  readObjectKeys,
  sweepEverything,
} from './support/bulk-ingest';
import { startFileServer, type FileServer } from './support/file-server';
import { createInstallation, type Installation } from './support/installation';
import { addsUp, watchJob } from './support/job-watcher';
import { createLibrary, type Library } from './support/library';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { readTemporalCli } from './support/temporal-cli';
import { until } from './support/until';

const FILES = 300;
/** Long enough that a job can be stopped in its middle. */
const DELAY_MS = 60;
const END_MS = 240_000;

const opened = createOpened();
let server: FileServer;
let installation: Installation;
let store: Store;
let library: Library;
let api: Api;
let facade: RootProcess;
let worker: RootProcess;

beforeAll(async () => {
  const served = await makeServedFiles(FILES, DELAY_MS);
  server = opened.keep(await startFileServer(served));
  installation = opened.keep(await createInstallation({ OUTBOUND_ALLOW: server.host, INGEST_MAX_ATTEMPTS: '2' }));
  facade = await installation.start('server');
  worker = await installation.start('worker');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  api = opened.keep(createApi(installation.url, library.apiKey));
  lines = [...Object.keys(served), ...MISSING].map(toLine);
});
afterAll(() => opened.closeAll());

let lines: readonly unknown[];
const toLine = (path: string) => ({ file_url: server.urlOf(`${path}?sig=s3cret`), filename: path.slice(1) });
const BAD_LINES = [
  'no line',
  { filename: 'a.jpg' },
  { file_url: 'ftp://127.0.0.1/a' },
  { file_url: 'http://10.0.0.1/a.jpg' },
  { file_url: 'http://169.254.169.254/latest/meta-data' },
  { file_url: 'http://127.0.0.1:9/a.jpg' },
  { file_url: 'https://cdn.example.com/a', title: ' ' },
];
const MISSING = ['/missing/1', '/missing/2', '/missing/3', '/missing/4'];
const EMPTY = 3;
const FAILED = MISSING.length + EMPTY + BAD_LINES.length;

async function faultsOf({ db }: Store): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of findInconsistencies(db)) if (finding.count > 0) findings.push(finding);
  return findings;
}

const untilDone = (token: string, count: number) =>
  until('some files are attached', async () => {
    const { succeeded } = await api.job(token);
    return succeeded >= count;
  });
const untilEnded = (token: string) =>
  until(
    'the job has ended',
    async () => {
      const job = await api.job(token);
      return ['done', 'failed', 'cancelled'].includes(job.state) && job;
    },
    END_MS,
  );

test('files of every kind and bad lines go through pause, resume and kill -9, and each counts once', async () => {
  const token = await postLines(api, library.project.uuid, [...lines, ...BAD_LINES]);
  const watcher = watchJob(api, token);
  await untilDone(token, 30);
  const paused = await api.act(token, 'pause');
  expect(paused.body.state).toBe('paused');
  const before = await until('the worker has let go', async () => {
    const counts = await readIngested(store.db, token);
    return counts.attached === (await api.job(token)).succeeded && counts;
  });
  expect(before.attached).toBeLessThan(FILES);
  await api.act(token, 'resume');
  await untilDone(token, before.attached + 30);
  await worker.end('SIGKILL');
  worker = await installation.start('worker');
  const job = await untilEnded(token);
  await watcher.stop();

  const total = lines.length + BAD_LINES.length;
  expect(job).toMatchObject({ state: 'done', outcome: 'with_failures', total, failed: FAILED, remaining: 0 });
  expect(job.succeeded).toBe(total - FAILED);
  expect(watcher.seen.filter((answer) => !addsUp(answer))).toEqual([]);
  const { attached, ...rest } = await readIngested(store.db, token);
  expect({ attached, ...rest }).toEqual({ attached: job.succeeded, assets: attached, media: attached, histories: attached, sealed: MISSING.length + EMPTY }); // prettier-ignore
  expect(await faultsOf(store)).toEqual([]);
  await sweepEverything(installation);
  expect(listLeftovers(installation.dataDir)).toEqual([]);
  expect(await installation.objects.keys()).toEqual(await readObjectKeys(store.db));
  expect(await installation.objects.unfinished()).toEqual([]);
});

test('the items tell of each line, also as CSV; nothing of an address is in Temporal or in a log', async () => {
  const token = await postLines(api, library.project.uuid, [lines[0], ...BAD_LINES]);
  await untilEnded(token);
  const { body } = await api.get<{ items: readonly { id: string; line: number; code: string | null }[] }>(
    `/api/jobs/${token}/items?status=failed`,
  );
  expect(body.items.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7, 8]);
  expect(body.items.map(({ code }) => code)).toEqual([
    'line_invalid',
    'file_url_missing',
    'url_invalid',
    'url_address',
    'url_address',
    'url_address',
    'title_invalid',
  ]);
  const { events } = await readTemporalCli<{ events: unknown }>(installation, ['workflow', 'show', '-w', token]);
  const history = JSON.stringify(events);
  expect(history).toContain('ingestFiles');
  for (const text of [history, worker.output(), facade.output()]) expect(text).not.toMatch(/s3cret|10\.0\.0\.1/);
});

test('cancel ends the job at once with exact counts, and leaves nothing on the disk', async () => {
  const token = await postLines(api, library.project.uuid, lines.slice(0, 100));
  await untilDone(token, 10);
  expect((await api.act(token, 'cancel')).body.state).toBe('cancelled');
  const job = await api.job(token);
  expect(addsUp(job)).toBe(true);
  expect(job.remaining).toBeGreaterThan(0);
  await until('the worker has let go', () => listLeftovers(installation.dataDir).length === 0);
  expect(await readIngested(store.db, token)).toMatchObject({ attached: job.succeeded, assets: job.succeeded, sealed: 0 });
  expect(await api.job(token)).toEqual(job);
}); // prettier-ignore

test('a retry, by HTTP or from Temporal, takes up the lines that may pass', async () => {
  const token = await postLines(api, library.project.uuid, [lines[1], ...MISSING.map(toLine), ...BAD_LINES]);
  expect(await untilEnded(token)).toMatchObject({ succeeded: 1, failed: MISSING.length + BAD_LINES.length });
  const { body } = await api.act(token, 'retry');
  expect(await untilEnded(body.token)).toMatchObject({ retry_of: token, total: MISSING.length, failed: MISSING.length });
  const uuid = randomUUID();
  const input = JSON.stringify({ project: library.project.key, requested_by: library.user.email, retry_of: token });
  const named = ['--type', 'bulkIngestMediaWorkflow', '--task-queue', 'longhaul', '--workflow-id', uuid];
  await readTemporalCli(installation, ['workflow', 'start', ...named, '--input', input]);
  await until('its job is there', async () => (await api.get(`/api/jobs/${uuid}`)).status === 200);
  expect(await untilEnded(uuid)).toMatchObject({ retry_of: token, total: MISSING.length });
}); // prettier-ignore
