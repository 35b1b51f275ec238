import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Store } from '../../src/store/database';
import { createApi, type Api, type JobAnswer } from './support/api';
import { createInstallation, type Installation, killServer } from './support/installation';
import { addsUp, watchJob } from './support/job-watcher';
import { createLibrary, fillFolder, type Library } from './support/library';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { runTemporalCli } from './support/temporal-cli';
import { until } from './support/until';

const ASSETS = 100_000;
/** With the folder. */
const TOTAL = ASSETS + 1;
const JOB_DEADLINE_MS = 180_000;

const opened = createOpened();
let installation: Installation;
let store: Store;
let library: Library;
let api: Api;
let worker: RootProcess;
let folder: { readonly id: string; readonly uuid: string };

beforeAll(async () => {
  installation = opened.keep(await createInstallation());
  await installation.start('server');
  worker = await installation.start('worker');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  api = opened.keep(createApi(installation.url, library.apiKey));
  folder = (await fillFolder(store.db, library, ASSETS)).source;
});

afterAll(() => opened.closeAll());

async function count(condition: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from assets a where (a.id = ${folder.id} or a.parent_id = ${folder.id}) and ${condition}`.execute(store.db); // prettier-ignore
  return rows[0]?.n ?? -1;
}

async function countHistory(kind: string): Promise<{ entries: number; assets: number } | undefined> {
  const { rows } = await sql<{ entries: number; assets: number }>`
    select count(*)::int as entries, count(distinct asset_id)::int as assets from history
    where project_id = ${library.project.id} and kind = ${kind}`.execute(store.db);
  return rows[0];
}

async function newestJob(): Promise<string> {
  const { rows } = await sql<{ uuid: string }>`select uuid from jobs order by id desc limit 1`.execute(store.db);
  return rows[0]?.uuid ?? '';
}

const ended = (token: string): Promise<JobAnswer> =>
  until('the job has ended', async () => {
    const answer = await api.job(token).catch(() => null);
    return answer !== null && ['done', 'failed', 'cancelled'].includes(answer.state) && answer;
  }, JOB_DEADLINE_MS); // prettier-ignore

async function killWorker(): Promise<void> {
  await worker.end('SIGKILL');
  worker = installation.spawn('worker');
}

test('a folder of 100,000 assets is trashed all at once or not at all, whatever is killed', async () => {
  const holder = await store.pool.connect();
  await holder.query('begin');
  await holder.query('select from assets where id = (select max(id) from assets where parent_id = $1) for update', [folder.id]); // prettier-ignore
  expect(await api.post(`/api/v2/assets/${folder.uuid}/trash_bin`, {})).toEqual({ status: 200, body: { ok: 'ok' } });
  const token = await newestJob();
  const watcher = watchJob(api, token);
  await until('the worker waits for the held asset', () => isSomebodyWaiting());
  expect(await count(sql`a.deleted_at is not null`)).toBe(0);
  await killWorker();
  await killServer(installation, 'postgres');
  holder.release(true);

  expect(await ended(token)).toMatchObject({ state: 'done', outcome: 'succeeded', total: TOTAL, succeeded: TOTAL });
  await watcher.stop();
  expect(watcher.seen.filter((answer) => !addsUp(answer))).toEqual([]);
  expect(await count(sql`a.trash_root_id = ${folder.id}`)).toBe(TOTAL);
  expect(await countHistory('trashed')).toEqual({ entries: TOTAL, assets: TOTAL });
});

async function isSomebodyWaiting(): Promise<boolean> {
  const { rows } = await sql`select from pg_locks where not granted`.execute(store.db);
  return rows.length > 0;
}

test('the Temporal CLI restores it, under the same checks', async () => {
  const start = (input: object) =>
    runTemporalCli(installation, [
      ...['workflow', 'execute', '--type', 'restoreAssetsWorkflow', '--task-queue', 'longhaul'],
      ...['--workflow-id', randomUUID(), '--input', JSON.stringify(input)],
    ]);
  expect((await start({ asset: folder.uuid })).stdout).toContain('requested_by: is required');
  const stranger = { asset: folder.uuid, requested_by: 'nobody@example.test' };
  expect((await start(stranger)).stdout).toContain('requested_by: there is no such user');
  expect(await count(sql`a.deleted_at is null`)).toBe(0);
  expect((await start({ asset: folder.uuid, requested_by: library.user.email })).code).toBe(0);
  expect(await count(sql`a.deleted_at is null`)).toBe(TOTAL);
  expect(await api.job(await newestJob())).toMatchObject({ state: 'done', total: TOTAL, succeeded: TOTAL });
});

test('a permanent deletion is seen by nobody from its beginning, and comes to its end whatever is killed', async () => {
  expect(await api.delete(`/api/v2/assets/${folder.uuid}`)).toEqual({ status: 200, body: { ok: 'ok' } });
  const token = await newestJob();
  const watcher = watchJob(api, token);
  await until('some are gone', async () => (await count(sql`true`)) < TOTAL - 5_000);
  await killWorker();
  const [left] = (await sql<{ id: string }>`select id from assets where parent_id = ${folder.id} limit 1`.execute(store.db)).rows; // prettier-ignore
  if (left !== undefined) expect((await api.get(`/api/v2/assets/${left.id}`)).status).toBe(404);
  expect(await ended(token)).toMatchObject({ state: 'done', outcome: 'succeeded', total: TOTAL, succeeded: TOTAL });
  await watcher.stop();
  expect(watcher.seen.filter((answer) => !addsUp(answer))).toEqual([]);
  expect(await count(sql`true`)).toBe(0);
  expect(await countHistory('deleted')).toEqual({ entries: TOTAL, assets: TOTAL });
  expect(await countHistory('trashed')).toEqual({ entries: 0, assets: 0 });
});
