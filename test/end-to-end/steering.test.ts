import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../src/store/database';
import { createApi, type Api, type JobAnswer } from './support/api';
import { countDoneItems, countHistory, countIn } from './support/direct-count';
import { createInstallation, type Installation } from './support/installation';
import { addsUp, watchJob } from './support/job-watcher';
import { createLibrary, fillFolder, type Library } from './support/library';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { readTemporalCli, runTemporalCli } from './support/temporal-cli';
import { until } from './support/until';

const ASSETS = 100_000;
/** Enough for the Temporal CLI, which takes half a second for each word, to come in time. */
const MANY = 500_000;
const CHUNK = 1_000;
const QUIET_MS = 10_000;

const opened = createOpened();
let installation: Installation;
let store: Store;
let library: Library;
let api: Api;
let roots: RootProcess[];

beforeAll(async () => {
  installation = opened.keep(await createInstallation());
  roots = [await installation.start('server'), await installation.start('worker')];
  store = await installation.openStore();
  library = await createLibrary(store.db);
  api = opened.keep(createApi(installation.url, library.apiKey));
});

afterAll(() => opened.closeAll());

test('cancel at 40 % ends the job at once, with counts that agree with the store; a second one answers the same', async () => {
  const { source, target, token } = await startMove(ASSETS);
  const watcher = watchJob(api, token);
  const before = await untilMoved(token, 0.4 * ASSETS);
  const { status, body: job } = await api.act(token, 'cancel');

  expect(status).toBe(200);
  expect(job).toMatchObject({ state: 'cancelled', outcome: 'cancelled', total: ASSETS, skipped: 0, failed: 0 });
  const moved = job.succeeded;
  expect(moved).toBeGreaterThanOrEqual(before);
  expect(moved).toBeLessThan(ASSETS);
  expect(job.remaining).toBe(ASSETS - moved);
  const direct = async () => [await countIn(store.db, target.id), await countIn(store.db, source.id)];
  expect(await direct()).toEqual([moved, ASSETS - moved]);
  expect(await countHistory(store.db, token)).toEqual({ entries: moved, assets: moved });

  const again = await api.act(token, 'cancel');
  expect(again).toEqual({ status: 200, body: job });
  await untilTemporalSays(token, 'Canceled');
  expect(await direct()).toEqual([moved, ASSETS - moved]);
  expect(await api.job(token)).toEqual(job);
  await watcher.stop();
  expect(watcher.seen.filter((answer) => !addsUp(answer))).toEqual([]);
});

test('cancel of a finished job changes nothing', async () => {
  const { token } = await startMove(10);
  const job = await untilEnded(token);
  expect(await api.act(token, 'cancel')).toMatchObject({ status: 409, body: { code: 'job_ended' } });
  expect(await api.act(token, 'pause')).toMatchObject({ status: 409, body: { code: 'job_ended' } });
  expect(await api.job(token)).toEqual(job);
});

test('nothing moves while a job is paused, whatever is killed and started again; then the rest moves, each item once', async () => {
  const { source, target, token } = await startMove(ASSETS);
  const watcher = watchJob(api, token);
  await untilMoved(token, 0.3 * ASSETS);
  const { body: paused } = await api.act(token, 'pause');
  expect(paused).toMatchObject({ state: 'paused', reason: `paused by ${library.user.email}`, eta: null });
  expect(await countIn(store.db, target.id)).toBe(paused.succeeded);

  await killEverything();
  roots = [installation.spawn('server'), installation.spawn('worker')];
  for (const root of roots) await root.ready();
  await sleep(QUIET_MS);

  expect(await api.job(token)).toMatchObject({ state: 'paused', succeeded: paused.succeeded });
  expect(await countIn(store.db, target.id)).toBe(paused.succeeded);
  expect(await api.act(token, 'pause')).toMatchObject({
    status: 200,
    body: { state: 'paused', reason: paused.reason },
  });
  expect((await api.act(token, 'resume')).body).toMatchObject({ state: 'running' });
  expect(await untilEnded(token)).toMatchObject({ state: 'done', succeeded: ASSETS, remaining: 0, reason: null });
  expect([await countIn(store.db, source.id), await countIn(store.db, target.id)]).toEqual([0, ASSETS]);
  expect(await countHistory(store.db, token)).toEqual({ entries: ASSETS, assets: ASSETS });
  await watcher.stop();
  expect(watcher.seen.filter((answer) => !addsUp(answer))).toEqual([]);
});

test('a job that waits for its workflow can be paused, resumed and cancelled', async () => {
  await roots[1]?.end('SIGKILL');
  const { target, token } = await startMove(10);
  expect((await api.act(token, 'pause')).body).toMatchObject({ state: 'paused', total: null });
  const other = (await startMove(10)).token;
  expect((await api.act(other, 'cancel')).body).toMatchObject({ state: 'cancelled', total: null, remaining: null });
  roots[1] = await installation.start('worker');
  await untilTemporalSays(other, 'Canceled');
  expect(await api.job(token)).toMatchObject({ state: 'paused', total: null });
  expect(await countIn(store.db, target.id)).toBe(0);
  expect((await api.act(token, 'resume')).body).toMatchObject({ state: 'queued' });
  expect(await untilEnded(token)).toMatchObject({ state: 'done', succeeded: 10 });
});

test('the Temporal CLI pauses, resumes and cancels, each within the chunks under way, and the API says so', async () => {
  const { target, token } = await startMove(MANY);
  await untilMoved(token, CHUNK);
  const by = JSON.stringify({ by: library.user.email });
  expect(await update(token, 'pause', ['--input', by])).toMatchObject({ code: 0 });
  const job = await api.job(token);
  expect(job).toMatchObject({ state: 'paused', reason: `paused by ${library.user.email}` });
  expect(await countIn(store.db, target.id)).toBe(job.succeeded);
  expect(await update(token, 'pause')).toMatchObject({ code: 0 });
  const stranger = await update(token, 'pause', ['--input', '{"by":"nobody@example.test"}']);
  expect(stranger.stderr).toContain('there is no such user');
  expect(await update(token, 'resume')).toMatchObject({ code: 0 });

  await untilMoved(token, job.succeeded + CHUNK);
  await runTemporalCli(installation, ['workflow', 'cancel', '--workflow-id', token]);
  const atCancel = await countDoneItems(store.db, token);
  const cancelled = await untilEnded(token);
  expect(cancelled).toMatchObject({ state: 'cancelled', outcome: 'cancelled', total: MANY });
  expect(await countIn(store.db, target.id)).toBe(cancelled.succeeded);
  // A slice of five seconds would have moved several hundred thousand more.
  expect(cancelled.succeeded - atCancel).toBeLessThan(100 * CHUNK);
  expect((await update(token, 'resume')).code).not.toBe(0);
  await untilTemporalSays(token, 'Canceled');
});

async function startMove(count: number) {
  const folders = await fillFolder(store.db, library, count);
  const token = await api.move(library.project.uuid, folders.target.uuid, [{ children: folders.source.uuid }]);
  return { ...folders, token };
}

/** Asks without a rest: a hundred thousand assets take a second. */
async function untilMoved(token: string, items: number): Promise<number> {
  for (;;) {
    const done = await countDoneItems(store.db, token);
    if (done >= items) return done;
    await sleep(2);
  }
}

function untilEnded(token: string): Promise<JobAnswer> {
  return until('the job has ended', async () => {
    const job = await api.job(token);
    return job.finished_at !== null && job;
  });
}

async function untilTemporalSays(token: string, status: string): Promise<void> {
  await until(`Temporal says ${status}`, async () => {
    const { workflowExecutionInfo } = await readTemporalCli<{ workflowExecutionInfo: { status: string } }>(installation, ['workflow', 'describe', '--workflow-id', token]); // prettier-ignore
    return workflowExecutionInfo.status.toLowerCase().includes(status.toLowerCase());
  });
}

function update(token: string, name: string, more: readonly string[] = []) {
  return runTemporalCli(installation, [
    'workflow',
    'update',
    'execute',
    '--workflow-id',
    token,
    '--name',
    name,
    ...more,
  ]);
}

async function killEverything(): Promise<void> {
  const servers = [...installation.postgresServers(), ...installation.temporalServers()];
  await Promise.all(roots.map((root) => root.end('SIGKILL')));
  for (const { identity } of servers) process.kill(identity.pid, 'SIGKILL');
}
