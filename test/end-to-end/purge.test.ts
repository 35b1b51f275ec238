import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import type { PoolClient } from 'pg';
import type { PurgeProgress } from '../../src/contract/purge';
import type { Store } from '../../src/store/database';
import { createAssets, createFolder, createProject, createUser, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { countOf, gone, hangOn, trashEach, trashTree, whole } from '../support/purge-library';
import { createInstallation, type Installation, killServer } from './support/installation';
import { createOpened } from './support/opened';
import { REPOSITORY, type RootProcess } from './support/root-process';
import { readTemporalCli, runTemporalCli } from './support/temporal-cli';
import { until } from './support/until';

const RETENTION_MS = 14 * 86_400_000;
const SINGLES = 6_000;
const IN_FOLDER = 6_000;
const EARLY = 1_000;
const DUE = SINGLES + IN_FOLDER + 1;

const opened = createOpened();
let installation: Installation;
let store: Store;
let worker: RootProcess;
let user: TestUser;
let project: TestThing;

beforeAll(async () => {
  // A test lays a folder where the file of an object should be: objects lie in a folder, whatever the shape.
  installation = opened.keep(await createInstallation({ OBJECT_STORE_URL: '' }));
  worker = await installation.start('worker');
  store = await installation.openStore();
  user = await createUser(store.db);
  project = await createProject(store.db);
});

afterAll(() => opened.closeAll());

const place = (parentId?: string) => ({ projectId: project.id, ownerId: user.id, ...(parentId === undefined ? {} : { parentId }) }); // prettier-ignore
const assets = async (count: number, parentId?: string) =>
  (await createAssets(store.db, place(parentId), count)).map(({ id }) => id);
const objectPath = (key: string) => join(installation.dataDir, 'objects', key);
const exists = (key: string) =>
  access(objectPath(key)).then(
    () => true,
    () => false,
  );

async function longhaul(...args: string[]): Promise<Record<string, unknown>> {
  const command = ['--import', 'tsx', 'src/cli.ts', ...args, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: REPOSITORY, env: installation.env, maxBuffer: 64 * 1024 * 1024 }); // prettier-ignore
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** Ids of the workflows of the schedule, newest first. */
async function scheduledRuns(): Promise<readonly string[]> {
  const described = await readTemporalCli<{ info?: { recentActions?: { startWorkflowResult?: { workflowId?: string } }[] } }>(installation, ['schedule', 'describe', '--schedule-id', 'longhaul-purge-trash']); // prettier-ignore
  return (described.info?.recentActions ?? [])
    .flatMap((action) => action.startWorkflowResult?.workflowId ?? [])
    .reverse();
}

/** Runs the schedule now, as an operator does, and answers the id of its workflow. */
async function triggerPurge(): Promise<string> {
  const before = new Set(await scheduledRuns());
  const { code } = await runTemporalCli(installation, ['schedule', 'trigger', '--schedule-id', 'longhaul-purge-trash']);
  expect(code).toBe(0);
  return until('the schedule has started the purge', async () => (await scheduledRuns()).find((id) => !before.has(id)));
}

const resultOf = (workflowId: string) =>
  until('the purge has ended', async () => {
    const { code, stdout } = await runTemporalCli(installation, ['workflow', 'result', '--workflow-id', workflowId, '--output', 'json']); // prettier-ignore
    return code === 0 && (JSON.parse(stdout) as { result: PurgeProgress }).result;
  }, 240_000); // prettier-ignore

/** Told by the rows, whoever is alive to tell of them. */
async function countPurged(): Promise<number> {
  const { rows } = await sql<{ purged: number }>`select coalesce(sum(purged), 0)::int as purged from purge_chunks`.execute(store.db); // prettier-ignore
  return rows[0]?.purged ?? 0;
}

/** The purge cannot get past this row while it is locked: every kill hits one that runs, however fast the machine is. */
async function hold(id: string): Promise<() => Promise<void>> {
  const client = await store.pool.connect();
  holders.push(client);
  await client.query('begin');
  await client.query('select from assets where id = $1 for update', [id]);
  return async () => {
    await client.query('commit');
  };
}

const holders: PoolClient[] = [];

afterEach(() => {
  for (const client of holders.splice(0)) client.release(true);
});

const heldUp = new Set<number>();

/** Until the purge waits for a row, on a connection that did not at the last call: Postgres keeps those of the killed. */
async function untilHeldUp(): Promise<void> {
  const pids = await until('the purge waits for a row', async () => {
    const { rows } = await sql<{ pid: number }>`select pid from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(store.db);
    return rows.some(({ pid }) => !heldUp.has(pid)) && rows.map(({ pid }) => pid);
  });
  for (const pid of pids) heldUp.add(pid);
}

test('a purge that the schedule runs takes exactly what is due, whoever is killed while it runs', async () => {
  const { db } = store;
  const folder = await createFolder(db, place());
  const inFolder = [folder.id, ...(await assets(IN_FOLDER, folder.id))];
  const [singles, early, live] = [await assets(SINGLES), await assets(EARLY), await assets(5)];
  const last = singles.at(-1) ?? '';
  await hangOn(db, [...inFolder, ...singles, ...early, ...live], user.id);
  await trashTree(db, folder.id, RETENTION_MS + 3_000);
  await trashEach(db, singles, RETENTION_MS + 2_000);
  await trashEach(db, [last], RETENTION_MS + 1_000);
  await trashEach(db, early, RETENTION_MS - 3_600_000);
  await mkdir(join(installation.dataDir, 'objects'), { recursive: true });
  for (const id of [last, early[0], live[0]]) await writeFile(objectPath(`object-${id ?? ''}`), 'bytes');
  // An object that cannot be deleted for now: a folder lies where its file should be.
  const stuck = `object-${singles[0] ?? ''}`;
  await mkdir(objectPath(stuck));

  const looked = await longhaul('trash', 'purge', '--dry-run');
  expect(looked).toMatchObject({ dry_run: true, total: DUE, of: SINGLES + 1, listed: 1_000 });
  const execute = ['workflow', 'execute', '--type', 'purgeTrashWorkflow', '--task-queue', 'longhaul', '--workflow-id'];
  const dry = await readTemporalCli<{ result: PurgeProgress }>(installation, [...execute, randomUUID(), '--input', '{"dry_run":true}']); // prettier-ignore
  expect(dry.result).toMatchObject({ dry_run: true, total: DUE, purged: 0, remaining: DUE });
  expect(dry.result.due?.[0]).toMatchObject({ key: folder.key, assets: IN_FOLDER + 1 });
  expect(await countOf(db, [...inFolder, ...singles])).toEqual(whole(DUE));

  const letPass = await hold(singles[SINGLES / 3] ?? '');
  await hold(last);
  const workflowId = await triggerPurge();
  await untilHeldUp();
  const purged = await countPurged();
  expect(purged).toBeGreaterThan(IN_FOLDER);
  await killWorker();
  await untilHeldUp();
  expect(await countPurged()).toBe(purged);
  await letPass();
  await until('the purge goes on', async () => (await countPurged()) > purged);
  await killServer(installation, 'postgres');
  const release = await until('the row is held again', () => hold(last));
  await untilHeldUp();
  await killWorker();
  await untilHeldUp();
  expect(await countPurged()).toBe(DUE - 1);
  await release();

  await until('an object could not be removed', async () => {
    const { rows } = await sql`select from object_removals where object_key = ${stuck} and attempts > 0 and error is not null`.execute(db); // prettier-ignore
    return rows.length === 1;
  });
  await rmdir(objectPath(stuck));
  const result = await resultOf(workflowId);
  expect(result).toMatchObject({ dry_run: false, total: DUE, purged: DUE, kept: 0, remaining: 0 });
  expect(result.objects).toEqual({ removed: DUE, waiting: 0 });
  expect(await countOf(db, [...inFolder, ...singles])).toEqual(gone(DUE));
  expect(await countOf(db, [...early, ...live])).toEqual(whole(EARLY + 5));
  expect(await exists(`object-${last}`)).toBe(false);
  for (const id of [early[0], live[0]]) expect(await exists(`object-${id ?? ''}`)).toBe(true);
});

test('the command of the administrator runs the purge and tells what it did', async () => {
  const due = await assets(2);
  await trashEach(store.db, due, RETENTION_MS);
  const retained = await assets(1);
  await trashEach(store.db, retained, 0);
  expect(await longhaul('trash', 'purge')).toMatchObject({ total: 2, purged: 2, kept: 0, remaining: 0 });
  expect(await longhaul('trash', 'purge')).toMatchObject({ total: 0, purged: 0, objects: { waiting: 0 } });
  expect(await countOf(store.db, retained)).toMatchObject({ assets: 1 });
});

test('a bad input fails at once and names the field', async () => {
  const start = ['workflow', 'execute', '--type', 'purgeTrashWorkflow', '--task-queue', 'longhaul', '--workflow-id'];
  const { code, stdout, stderr } = await runTemporalCli(installation, [...start, randomUUID(), '--input', '{"dry_run":"yes"}']); // prettier-ignore
  expect(code).not.toBe(0);
  expect(stdout + stderr).toContain('dry_run: ');
});

test('TRASH_RETENTION that is no duration keeps a worker from starting, with the variable named', async () => {
  const started = installation.spawn('worker', { TRASH_RETENTION: '2 weeks' });
  expect(await started.exited).toMatchObject({ code: 1 });
  expect(started.output()).toContain('TRASH_RETENTION: must be a duration');
});

async function killWorker(): Promise<void> {
  await worker.end('SIGKILL');
  worker = installation.spawn('worker');
}
