import { sql } from 'kysely';
import type { Store } from '../../src/store/database';
import { createApi, type Api } from './support/api';
import { countDoneItems, countHistory, countIn } from './support/direct-count';
import { createInstallation, type Installation } from './support/installation';
import { addsUp, watchJob } from './support/job-watcher';
import { createLibrary, fillFolder, type Library } from './support/library';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { followSync } from './support/sync-follower';
import { until } from './support/until';

const ASSETS = 300_000;
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
  const release = await holdLastAsset(source.id);
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

  for (const also of [killFacade, killTemporal, killPostgres]) {
    await untilItMovesOn();
    await killWorker();
    await untilItMovesOn();
    await also();
  }
  await release();
  const job = await until('the job has ended', async () => {
    const answer = await api.job(token);
    return ['done', 'failed', 'cancelled'].includes(answer.state) && answer;
  }, JOB_DEADLINE_MS); // prettier-ignore

  expect(job).toMatchObject({ state: 'done', outcome: 'succeeded', total: ASSETS, succeeded: ASSETS, remaining: 0 });
  expect({ source: await countIn(db, source.id), target: await countIn(db, target.id) }).toEqual({ source: 0, target: ASSETS }); // prettier-ignore
  expect(await countHistory(db, token)).toEqual({ entries: ASSETS, assets: ASSETS });

  const { current } = await newestCursor();
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

  // The façade and the worker of the end are the ones that stood by while Temporal and Postgres died.
  expect([isRunning(facade), isRunning(worker)]).toEqual([true, true]);
  expect(installation.postgresServers()).toHaveLength(1);
  expect(installation.temporalServers()).toHaveLength(1);
});

async function killWorker(): Promise<void> {
  await worker.end('SIGKILL');
  worker = installation.spawn('worker');
}

async function killFacade(): Promise<void> {
  await facade.end('SIGKILL');
  facade = installation.spawn('server');
}

async function killTemporal(): Promise<void> {
  const victim = installation.temporalServers()[0]?.identity.pid ?? 0;
  process.kill(victim, 'SIGKILL');
  await until('another Temporal runs', () => installation.temporalServers().some(({ identity }) => identity.pid !== victim)); // prettier-ignore
}

async function killPostgres(): Promise<void> {
  const victim = installation.postgresServers()[0]?.identity.pid ?? 0;
  process.kill(victim, 'SIGKILL');
  await until('another Postgres runs', () => installation.postgresServers().some(({ identity }) => identity.pid !== victim)); // prettier-ignore
}

function isRunning(root: RootProcess): boolean {
  try {
    return process.kill(root.pid, 0);
  } catch {
    return false;
  }
}

/** The move cannot end while this row is locked: every kill hits a move that runs, however fast the machine is. */
async function holdLastAsset(folderId: string): Promise<() => Promise<void>> {
  const client = await store.pool.connect();
  client.on('error', () => undefined);
  await client.query('begin');
  await client.query('select from assets where id = (select max(id) from assets where parent_id = $1) for update', [folderId]); // prettier-ignore
  return async () => {
    // The death of Postgres has ended the transaction already.
    await client.query('commit').catch(() => undefined);
    client.release(true);
  };
}

async function newestCursor(): Promise<{ current: number }> {
  const { rows } = await sql<{ current: number }>`
    select cursor::int as current from sync_cursors where project_id = ${library.project.id}`.execute(store.db);
  return rows[0] ?? { current: 0 };
}
