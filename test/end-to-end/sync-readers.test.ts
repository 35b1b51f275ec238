import { sql } from 'kysely';
import { readPeakResident } from '../../bench/resident-memory';
import { type Crowd, type CrowdReader, joinAll, openCrowd } from '../../bench/sync-crowd';
import { addApiKey } from '../../src/store/credentials';
import type { Store } from '../../src/store/database';
import { appendSyncEvents } from '../../src/store/sync';
import { currentCursor } from '../../src/store/sync-reading';
import { createUser, grantAccess } from '../support/fixtures';
import { createApi } from './support/api';
import { createInstallation } from './support/installation';
import { createLibrary, fillFolder, type Library } from './support/library';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { until } from './support/until';

const MIB = 1024 * 1024;
const MOST_MIB = 300;
const READERS = 1_000;
/** Whom the readers are: some share a key, as the tabs of a person do. */
const PEOPLE = 100;
const ASSETS = 5_000;
const ARRIVAL_MS = 120_000;

const opened = createOpened();
let facade: RootProcess;
let store: Store;
let library: Library;
let url: string;

beforeAll(async () => {
  const installation = opened.keep(await createInstallation());
  // One serves them all, also where there could be two; as it is built, for what loads the source takes memory too.
  facade = installation.spawnBuilt('server');
  await facade.ready();
  await installation.start('worker');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  ({ url } = installation);
});
afterAll(() => opened.closeAll());

test(`${String(READERS)} readers of one project see each event once and in order, and the façade stays small`, async () => {
  const keys = await Promise.all(Array.from({ length: PEOPLE }, () => createReaderKey()));
  const crowd = await openCrowd({
    url: `${url}/api/p/${library.project.uuid}/sync/stream`,
    count: READERS,
    keyOf: (no) => keys[no % PEOPLE] ?? '',
    after: 0,
  });
  opened.keep({ close: async () => crowd.close() });
  const slow = crowd.readers.slice(0, 100);
  const leavers = crowd.readers.slice(100, 200);

  // A job tells of itself, others write beside it; meanwhile some take nothing, some leave and come back.
  const api = opened.keep(createApi(url, library.apiKey));
  const { source, target } = await fillFolder(store.db, library, ASSETS);
  for (const reader of slow) reader.pause();
  const token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  await append(200, 300);
  for (const reader of leavers) reader.leave();
  await append(200, 300);
  const killed = await killListener();
  await append(200, 300);
  await joinAll(leavers.slice(0, 50));
  await append(200, 300);
  await joinAll(leavers.slice(50));
  await until('the job is done', async () => (await api.job(token)).state === 'done', ARRIVAL_MS);
  // In one transaction.
  await append(1_000, 300, 1_000);
  for (const reader of slow) reader.resume();
  await untilAllSaw(crowd, crowd.readers);
  expect(await until('another connection listens', async () => (await listeners())[0])).not.toBe(killed);

  // By that connection again, or the poll behind it would be all that is left.
  await append(1, 300);
  await untilAllSaw(crowd, crowd.readers);

  // 20 MB for readers that take nothing: together a gigabyte, if the façade kept it for them.
  const [stuck, others] = [slow.slice(0, 50), crowd.readers.slice(50)];
  for (const reader of others.slice(1)) reader.leave();
  for (const reader of stuck) reader.pause();
  await append(10_000, 2_000, 500);
  await untilAllSaw(crowd, others.slice(0, 1));
  expect(peakMib()).toBeLessThan(MOST_MIB);
  for (const reader of stuck) reader.resume();
  await untilAllSaw(crowd, stuck);

  expect(crowd.faults()).toEqual([]);
  expect(peakMib()).toBeLessThan(MOST_MIB);
});

const peakMib = () => readPeakResident(facade.pid) / MIB;

async function createReaderKey(): Promise<string> {
  const user = await createUser(store.db);
  await grantAccess(store.db, library.project.id, user.ownTeamId);
  return addApiKey(store.db, user.id);
}

/** So many events of so many bytes, some to a transaction. */
async function append(count: number, bytes: number, atOnce = 10): Promise<void> {
  const event = { action: 'UPDATE' as const, dataType: 'jobs', dataKey: 'k', data: { text: 'x'.repeat(bytes) } };
  for (let done = 0; done < count; done += atOnce) {
    const events = Array.from({ length: Math.min(atOnce, count - done) }, () => event);
    await appendSyncEvents(store.db, library.project.id, events);
  }
}

/** No cursor can have been left out by a reader that has seen the newest one and had no fault. */
async function untilAllSaw(crowd: Crowd, readers: readonly CrowdReader[]): Promise<void> {
  const { current } = await currentCursor(store.db, library.project.id);
  await until(
    `all readers are at ${String(current)}`,
    () => crowd.faults().length > 0 || readers.every((reader) => reader.cursor() === current),
    ARRIVAL_MS,
  );
  expect(crowd.faults().slice(0, 5)).toEqual([]);
}

/** The façade's one connection that listens, as the number of its backend. */
async function listeners(): Promise<readonly number[]> {
  const { rows } = await sql<{ pid: number }>`select pid from pg_stat_activity
    where datname = current_database() and query = 'listen longhaul_sync' and state = 'idle'`.execute(store.db);
  return rows.map(({ pid }) => pid);
}

async function killListener(): Promise<number> {
  const [pid, ...more] = await listeners();
  if (pid === undefined || more.length > 0) throw new Error('there is not one connection that listens');
  await sql`select pg_terminate_backend(${pid}::int)`.execute(store.db);
  return pid;
}
