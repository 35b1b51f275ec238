import { sql } from 'kysely';
import type { Store } from '../../src/store/database';
import { createApi, type Api } from './support/api';
import { countDoneItems, countHistory, countIn, readNewestCursor } from './support/direct-count';
import { holdAsset } from './support/held-asset';
import { createInstallation, type Installation, killServer } from './support/installation';
import { addsUp, watchJob } from './support/job-watcher';
import { createLibrary, fillFolder, type Library } from './support/library';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { followSync } from './support/sync-follower';
import { readTemporalCli } from './support/temporal-cli';
import { until } from './support/until';

const ASSETS = 200_000;
const MOVED_BETWEEN_KILLS = 5_000;
const JOB_DEADLINE_MS = 240_000;

const opened = createOpened();
let installation: Installation;
let store: Store;
let library: Library;
let api: Api;
let facade: RootProcess;
let worker: RootProcess;

beforeAll(async () => {
  installation = opened.keep(await createInstallation());
  facade = await installation.start('server');
  worker = await installation.start('worker');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  api = opened.keep(createApi(installation.url, library.apiKey));
});

afterAll(() => opened.closeAll());

test('a move survives kill -9 of worker, façade, Temporal and Postgres, each while it runs', async () => {
  const { db } = store;
  const { source, target } = await fillFolder(db, library, ASSETS);
  let release = await holdLastAsset(source.id);
  const follower = followSync(api, library.project.uuid);
  const token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  const watcher = watchJob(api, token);

  let done = 0;
  /** Waits until some more has moved, so that each kill hits a move that goes on; more is left, for a row is held. */
  const untilItMovesOn = async () => {
    done = await until('the move goes on', async () => {
      const now = await countDoneItems(db, token);
      return now >= done + MOVED_BETWEEN_KILLS && now;
    });
    expect(done).toBeLessThan(ASSETS);
  };

  const killTemporal = () => killServer(installation, 'temporal');
  const killPostgresAndHold = async () => {
    await killServer(installation, 'postgres');
    release = await until('the row is held again', () => holdLastAsset(source.id));
  };

  for (const kill of [killFacade, killTemporal, killPostgresAndHold]) {
    await untilItMovesOn();
    await kill();
    await untilItMovesOn();
    await killWorker();
  }
  await release();
  const job = await until('the job has ended', async () => {
    const answer = await api.job(token);
    return ['done', 'failed', 'cancelled'].includes(answer.state) && answer;
  }, JOB_DEADLINE_MS); // prettier-ignore

  expect(job).toMatchObject({ state: 'done', outcome: 'succeeded', total: ASSETS, succeeded: ASSETS, remaining: 0 });
  expect({ source: await countIn(db, source.id), target: await countIn(db, target.id) }).toEqual({ source: 0, target: ASSETS }); // prettier-ignore
  expect(await countHistory(db, token)).toEqual({ entries: ASSETS, assets: ASSETS });

  const current = await readNewestCursor(db, library.project.id);
  await until('the reader has seen the newest event', () => follower.events.at(-1)?.cursor === current);
  await Promise.all([follower.stop(), watcher.stop()]);
  expect(follower.events.map((event) => event.cursor)).toEqual(Array.from({ length: current }, (_, at) => at + 1));
  expect(follower.events.at(-1)?.data).toMatchObject({ status: 'done', info: { succeeded: ASSETS, remaining: 0 } });

  expect(watcher.seen.length).toBeGreaterThan(50);
  expect(watcher.seen.filter((answer) => !addsUp(answer))).toEqual([]);
  const progress = watcher.seen.map((answer) => answer.succeeded);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(watcher.outages()).toBeGreaterThan(0);
  expect(watcher.refusals.filter((status) => status !== 503)).toEqual([]);

  // It was started before Temporal and Postgres died.
  expect(facade.isRunning()).toBe(true);
  expect(installation.postgresServers()).toHaveLength(1);
  expect(installation.temporalServers()).toHaveLength(1);
});

test('a chunk that a killed worker still holds in the store is moved when it is let go', async () => {
  const { source, target } = await fillFolder(store.db, library, 3_000);
  const release = await holdLastAsset(source.id);
  const token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  await until('all but the held chunk is done', async () => (await countDoneItems(store.db, token)) === 2_000);
  await killWorker();
  const length = await readHistoryLength(token);
  await until('another worker has found nothing else to do', async () => (await readHistoryLength(token)) > length);
  await release();
  await until('the job is done', async () => (await api.job(token)).state === 'done');
  expect(await countIn(store.db, target.id)).toBe(3_000);
  expect(await countHistory(store.db, token)).toEqual({ entries: 3_000, assets: 3_000 });
});

async function readHistoryLength(token: string): Promise<number> {
  const described = await readTemporalCli<{ workflowExecutionInfo: { historyLength: string } }>(installation, ['workflow', 'describe', '--workflow-id', token]); // prettier-ignore
  return Number(described.workflowExecutionInfo.historyLength);
}

async function killWorker(): Promise<void> {
  await worker.end('SIGKILL');
  worker = installation.spawn('worker');
}

async function killFacade(): Promise<void> {
  await facade.end('SIGKILL');
  facade = installation.spawn('server');
}

async function holdLastAsset(folderId: string): Promise<() => Promise<void>> {
  const { rows } = await sql<{ id: string }>`select max(id) as id from assets where parent_id = ${folderId}`.execute(store.db); // prettier-ignore
  return holdAsset(store, opened, rows[0]?.id ?? '');
}
