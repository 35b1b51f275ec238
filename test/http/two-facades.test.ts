import { pino } from 'pino';
import { dispatchDueJobs } from '../../src/dispatch';
import { createSyncHub, type SyncHub } from '../../src/http/sync-hub';
import { addApiKey } from '../../src/store/credentials';
import { openStore, type Store } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { cancelJob } from '../../src/store/job-control';
import { claimTry } from '../../src/store/share-tries';
import { appendSyncEvents } from '../../src/store/sync';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { buildBulkMoveApp, type BulkMoveApp } from './bulk-move-app';

/** Façades that share nothing but Postgres, each with a pool of its own. */
const log = pino({ level: 'silent' });
/** So seldom that only a notification wakes in time. */
const NEVER_MS = 2_000_000;
const idle = new AbortController().signal;

let database: TestDatabase;
let stores: readonly [Store, Store];
let facades: readonly [BulkMoveApp, BulkMoveApp];
let user: TestUser;
let key: string;
let project: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  const open = (applicationName: string) => openStore({ databaseUrl: database.databaseUrl, maxConnections: 6, applicationName, onIdleError: () => undefined }); // prettier-ignore
  stores = [open('longhaul-facade 1@a'), open('longhaul-facade 1@b')];
  facades = [await buildBulkMoveApp(stores[0], () => key), await buildBulkMoveApp(stores[1], () => key)];
  const { db } = database.store;
  user = await createUser(db);
  key = await addApiKey(db, user.id);
  project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
});
afterAll(async () => {
  for (const { app } of facades) await app.close();
  for (const store of stores) await store.close();
  await database.drop();
});

const place = () => ({ projectId: project.id, ownerId: user.id });
const countJobs = async () => (await database.store.db.selectFrom('jobs').select('id').execute()).length;

async function aMove(): Promise<{ readonly parent: string; readonly selection: readonly string[] }> {
  const { db } = database.store;
  const { uuid: parent } = await createFolder(db, place());
  return { parent, selection: (await createAssets(db, place(), 2)).map(({ uuid }) => uuid) };
}

test('one Idempotency-Key at both, at once and many times, makes one job that both answer', async () => {
  for (let round = 0; round < 5; round += 1) {
    const before = await countJobs();
    const body = await aMove();
    const headers = { 'idempotency-key': newUuid() };
    const asked = Array.from({ length: 8 }, (_, at) =>
      (facades[at % 2] ?? facades[0]).post(project.uuid, body, headers),
    );
    const answers = await Promise.all(asked);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(8).fill(200));
    const tokens = answers.map((answer) => answer.json<{ result: { 'job.token': string } }>().result['job.token']);
    expect(new Set(tokens).size).toBe(1);
    expect(await countJobs()).toBe(before + 1);
  }
});

test('a job made at one is followed, waited for and cancelled at the other', async () => {
  const posted = await facades[0].post(project.uuid, await aMove());
  const token = posted.json<{ result: { 'job.token': string } }>().result['job.token'];
  const waited = facades[1].get(`/api/jobs/${token}/events`);
  const { id } = await database.store.db
    .selectFrom('jobs')
    .select('id')
    .where('uuid', '=', token)
    .executeTakeFirstOrThrow();
  await cancelJob(stores[0].db, id, user, new Date());
  const { payload } = await waited;
  expect(payload).toContain('"state":"cancelled"');
  expect((await facades[1].get(`/api/jobs/${token}`)).json()).toMatchObject({ state: 'cancelled' });
});

describe('a reader at one of an event that is written at the other', () => {
  let hub: SyncHub;
  afterEach(() => hub.close());

  const append = () => appendSyncEvents(stores[1].db, project.id, [{ action: 'UPDATE', dataType: 'jobs', dataKey: 'k', data: {} }]); // prettier-ignore

  test('is woken by the notification', async () => {
    hub = createSyncHub({ db: stores[0].db, pool: stores[0].pool, logger: log, pollMs: NEVER_MS });
    const watch = hub.watch(project.id);
    const first = await append();
    // Listening or not yet: whoever begins to listen counts that as news.
    await watch.news(first - 1, NEVER_MS, idle);
    const second = append();
    await watch.news(first, NEVER_MS, idle);
    const { events } = await watch.read(first, 10);
    expect(events.map(({ cursor }) => cursor)).toEqual([await second]);
    watch.stop();
  });

  test('finds it by looking, when its connection for notifications is lost', async () => {
    hub = createSyncHub({ db: stores[0].db, pool: stores[0].pool, logger: log, pollMs: 50 });
    const watch = hub.watch(project.id);
    const first = await append();
    await watch.news(first - 1, NEVER_MS, idle);
    await database.store.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query = 'listen longhaul_sync'`);
    const second = await append();
    await watch.news(first, NEVER_MS, idle);
    const { events } = await watch.read(first, 10);
    expect(events.map(({ cursor }) => cursor)).toEqual([second]);
    watch.stop();
  });
});

test('two dispatchers start each waiting job once', async () => {
  for (let made = 0; made < 70; made += 1) await facades[0].post(project.uuid, await aMove());
  const started: string[] = [];
  const starter = {
    start: async ({ token }: { readonly token: string }) => void started.push(token),
    wake: () => Promise.resolve(),
  };
  const soon = () => new Date(Date.now() + 60_000);
  await Promise.all(stores.map(({ db }) => dispatchDueJobs({ db, starter, log, now: soon })));
  expect(started.length).toBeGreaterThanOrEqual(70);
  expect(new Set(started).size).toBe(started.length);
});

test('tries at the password of a share are counted together, wherever they are made', async () => {
  const { db } = database.store;
  const [asset] = await createAssets(db, place(), 1);
  const share = await db
    .insertInto('shares')
    .values({
      uuid: newUuid(),
      project_id: project.id,
      asset_id: asset?.id ?? '',
      owner_id: user.id,
      token_hash: Buffer.from('t'),
    }) // prettier-ignore
    .returning('id')
    .executeTakeFirstOrThrow();
  const now = new Date();
  const address = Buffer.from('address');
  const waits = await Promise.all(
    Array.from({ length: 40 }, (_, at) => claimTry((stores[at % 2] ?? stores[0]).db, share.id, address, now)),
  );
  const taken = waits.filter((wait) => wait === 0).length;
  const alone = await db.selectFrom('share_password_failures').select('failures').where('share_id', '=', share.id).execute(); // prettier-ignore
  expect(taken).toBeLessThan(40);
  expect(alone.map(({ failures }) => failures)).toEqual([taken, taken]);
});
