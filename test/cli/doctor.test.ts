import { randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import { type RawBuilder, sql } from 'kysely';
import type { Check } from '../../src/cli/doctor-check';
import { toIngestTaskQueue } from '../../src/contract/task-queues';
import { applySchedules, SCHEDULE_IDS } from '../../src/temporal-setup';
import { openStore } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { readTestVariable } from '../support/environment';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestPlace } from '../support/fixtures'; // prettier-ignore
import { createReview } from '../support/reviews';
import { connectTestTemporal, type TestTemporal } from '../support/temporal';
import { createCli } from './run-in-process';

let database: TestDatabase;
let place: TestPlace;
let temporal: TestTemporal;
let queue: string;
let workers: readonly { shutdown(): void; readonly ended: Promise<void> }[];

/** Somebody who takes the tasks of a queue. */
async function startPolling(taskQueue: string, withWorkflows: boolean) {
  const { nativeConnection: connection, workflowBundle } = temporal;
  const activities = { idle: async () => {} };
  const worker = await Worker.create({
    connection,
    taskQueue,
    activities,
    ...(withWorkflows ? { workflowBundle } : {}),
  });
  return { ended: worker.run(), shutdown: () => { worker.shutdown(); } }; // prettier-ignore
}

beforeAll(async () => {
  temporal = await connectTestTemporal();
  queue = temporal.taskQueue;
  workers = [await startPolling(queue, true), await startPolling(toIngestTaskQueue(queue), false)];
});

afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await Promise.all(workers.map(({ ended }) => ended));
  await temporal.close();
});

beforeEach(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  place = { projectId: (await createProject(db)).id, ownerId: (await createUser(db)).id };
});

afterEach(() => database.drop());

async function diagnose(env: Record<string, string> = {}, ids: readonly string[] = [], taskQueue = queue) {
  const { run } = createCli(
    { DATABASE_URL: database.databaseUrl, TEMPORAL_ADDRESS: readTestVariable('TEST_TEMPORAL_ADDRESS'), ...env },
    { schedules: { ids, apply: applySchedules }, taskQueue },
  );
  const { exitCode, stdout } = await run('doctor', '--json');
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
  expect(exitCode).toBe(ok ? 0 : 1);
  return { ok, checks, failed: checks.filter(({ state }) => state === 'failed').map(({ name }) => name) };
}

async function insertJob(columns: { total: number | null; succeeded: number; state: string; ageMinutes: number }) {
  const { total, succeeded, state, ageMinutes } = columns;
  const ended = state === 'done';
  const { rows } = await sql<{ id: string }>`
    insert into jobs (uuid, key, kind, project_id, created_by, input, total, succeeded, state, outcome, finished_at, created_at)
    values (${newUuid()}, ${randomUUID().slice(0, 20)}, 'bulk_move_assets', ${place.projectId}, ${place.ownerId}, '{}',
      ${total}::bigint, ${succeeded}::bigint, ${state}, ${ended ? 'succeeded' : null}, ${ended ? new Date() : null},
      now() - make_interval(mins => ${ageMinutes}::int))
    returning id`.execute(database.store.db);
  return rows[0]?.id ?? '';
}

async function insertShare(overdueSeconds: number) {
  const [asset] = await createAssets(database.store.db, place, 1);
  await sql`insert into shares (uuid, project_id, asset_id, owner_id, token_hash, expires_at)
    values (${newUuid()}, ${place.projectId}, ${asset?.id ?? ''}, ${place.ownerId}, '', now() - make_interval(secs => ${overdueSeconds}))`.execute(
    database.store.db,
  );
}

async function insertReview() {
  const { db } = database.store;
  const [asset] = await createAssets(db, place, 1);
  const owner = await db
    .selectFrom('teams')
    .select('id')
    .where('owner_id', '=', place.ownerId)
    .executeTakeFirstOrThrow();
  const [project, requester] = [{ id: place.projectId ?? '' }, { id: place.ownerId }];
  await grantAccess(db, project.id, owner.id, { canApprove: true });
  const { jobId } = await createReview(db, { project, requester, policy: { kind: 'all' }, assetIds: [asset?.id ?? ''], approverIds: [place.ownerId] }); // prettier-ignore
  await sql`insert into job_chunks (job_id, no, phase, item_ids) values (${jobId}, 0, 1, array[${asset?.id ?? ''}::bigint])`.execute(db); // prettier-ignore
  await sql`update jobs set dispatched_at = now() where id = ${jobId}`.execute(db);
}

async function spoilReview(spoil: RawBuilder<unknown>) {
  await insertReview();
  await spoil.execute(database.store.db);
}

const insertMail = (state: string, ageMinutes: number) =>
  sql`insert into mails (uuid, event_key, template, recipient, data, state, created_at)
    values (${newUuid()}, ${randomUUID()}, 't', 'a@example.test', '{}', ${state}, now() - make_interval(mins => ${ageMinutes}::int))`.execute(
    database.store.db,
  );

test('a sound store and a reachable Temporal pass every check', async () => {
  const { db } = database.store;
  await insertMail('given_up', 60 * 24 * 8);
  await insertMail('waiting', 30);
  await insertShare(-60);
  await insertReview();
  const folder = await createFolder(db, place);
  const inner = await createFolder(db, { ...place, parentId: folder.id });
  await createAssets(db, { ...place, parentId: inner.id }, 3);
  const id = await insertJob({ total: 2, succeeded: 2, state: 'done', ageMinutes: 9 });
  await sql`insert into job_chunks (job_id, no, phase, item_ids, done_at, succeeded)
    values (${id}, 0, 1, '{1,2}', now(), 2)`.execute(db);
  const { ok, checks } = await diagnose();
  expect(checks.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(ok).toBe(true);
  expect(checks.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['postgres', 'schema', 'temporal', 'schedules']),
  );
});

test.each<[string, () => Promise<unknown>]>([
  [
    'asset parents',
    async () => {
      const [asset] = await createAssets(database.store.db, place, 1);
      await createAssets(database.store.db, { ...place, parentId: asset?.id ?? '' }, 1);
    },
  ],
  [
    'asset parents',
    async () => {
      const foreign = await createProject(database.store.db);
      const folder = await createFolder(database.store.db, { ...place, projectId: foreign.id });
      await createAssets(database.store.db, { ...place, parentId: folder.id }, 1);
    },
  ],
  ['asset parents', () => createAssets(database.store.db, { ...place, parentId: '999999' }, 1)],
  [
    'folder cycles',
    async () => {
      const a = await createFolder(database.store.db, place);
      const b = await createFolder(database.store.db, { ...place, parentId: a.id });
      await sql`update assets set parent_id = ${b.id} where id = ${a.id}`.execute(database.store.db);
    },
  ],
  [
    'search words',
    async () => {
      await createAssets(database.store.db, place, 1);
      await sql`delete from asset_words`.execute(database.store.db);
    },
  ],
  ['own teams', () => sql`delete from team_members`.execute(database.store.db)],
  ['job counts', () => insertJob({ total: 2, succeeded: 2, state: 'done', ageMinutes: 0 })],
  ['job counts', () => insertJob({ total: null, succeeded: 0, state: 'done', ageMinutes: 0 })],
  ['waiting jobs', () => insertJob({ total: null, succeeded: 0, state: 'queued', ageMinutes: 2 })],
  ['overdue shares', () => insertShare(60)],
  ['stuck mails', () => insertMail('waiting', 61)],
  ['stuck mails', () => insertMail('uncertain', 0)],
  ['stuck mails', () => insertMail('given_up', 60 * 24)],
  ['review statuses', () => spoilReview(sql`update review_requests set status = 'approved', decided_at = now()`)],
  ['owed reviews', () => spoilReview(sql`update reviews set waiting = false`)],
  ['approvers', () => spoilReview(sql`update team_access set can_approve = false`)],
  ['approvers', () => spoilReview(sql`update users set deleted_at = now() where id = ${place.ownerId}`)],
  ['sync cursors', () => sql`update sync_cursors set cursor = 1`.execute(database.store.db)],
])('the check of %s finds what breaks it', async (name, spoil) => {
  await spoil();
  const { ok, failed } = await diagnose();
  expect(failed).toEqual([name]);
  expect(ok).toBe(false);
});

test('jobs that keep their details for longer than they may fail, unless they are kept for ever', async () => {
  const id = await insertJob({ total: 0, succeeded: 0, state: 'done', ageMinutes: 0 });
  await sql`update jobs set finished_at = now() - interval '100 days' where id = ${id}`.execute(database.store.db);
  const { failed, checks } = await diagnose();
  expect(failed).toEqual(['retention']);
  expect(checks.find(({ name }) => name === 'retention')?.message).toContain('1 jobs keep their details');
  expect((await diagnose({ JOB_RETENTION: 'forever' })).failed).toEqual([]);
  await sql`update jobs set pruned_at = now() - interval '2 days', pruning = true where id = ${id}`.execute(database.store.db); // prettier-ignore
  expect((await diagnose({ JOB_RETENTION: 'forever' })).failed).toEqual(['pruned jobs']);
});

test('a history that goes back further than it may fails', async () => {
  await sql`insert into history (asset_id, kind, created_at) values (1, 'updated', now() - interval '40 days')`.execute(
    database.store.db,
  );
  expect((await diagnose()).failed).toEqual([]);
  expect((await diagnose({ HISTORY_RETENTION: '30d' })).failed).toEqual(['retention']);
  expect((await diagnose({ HISTORY_RETENTION: '38d' })).failed).toEqual([]);
});

test('more processes than Postgres has connections for are warned of, and fail nothing', async () => {
  const stores = ['longhaul-facade 1@a', 'longhaul-worker 1@b'].map((applicationName) =>
    openStore({ databaseUrl: database.databaseUrl, maxConnections: 1, applicationName, onIdleError: () => undefined }),
  );
  try {
    for (const { db } of stores) await sql`select 1`.execute(db);
    const { ok, checks } = await diagnose({ DATABASE_POOL_SIZE: '200' });
    const told = checks.find(({ name }) => name === 'connections');
    expect(told).toMatchObject({ state: 'warning', message: expect.stringMatching(/\d processes may take 200 each/) });
    expect(ok).toBe(true);
  } finally {
    for (const store of stores) await store.close();
  }
});

test('a Postgres that is not there fails, and Temporal is looked at all the same', async () => {
  const { checks } = await diagnose({ DATABASE_URL: 'postgres://127.0.0.1:1/x' });
  expect(checks.filter(({ state }) => state === 'failed').map(({ name }) => name)).toEqual(['postgres']);
  expect(checks.find(({ name }) => name === 'temporal')?.state).toBe('ok');
});

test('a Temporal that is not there fails, and what needs it is skipped', async () => {
  const { checks } = await diagnose({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
  const states = Object.fromEntries(checks.slice(-5).map(({ name, state }) => [name, state]));
  expect(states).toEqual({
    temporal: 'failed',
    'search attributes': 'skipped',
    schedules: 'skipped',
    'job workflows': 'skipped',
    workers: 'skipped',
  });
}, 60_000);

test('a schedule that is missing fails until the schedules are applied', async () => {
  expect((await diagnose({}, ['no-such-schedule'])).failed).toEqual(['schedules']);
  const env = { DATABASE_URL: database.databaseUrl, TEMPORAL_ADDRESS: temporal.address };
  const { json } = createCli(env, { schedules: { ids: SCHEDULE_IDS, apply: applySchedules } });
  expect(await json('schedules', 'apply')).toEqual({ schedules: SCHEDULE_IDS });
  const listed = new Set<string>();
  while (listed.size < SCHEDULE_IDS.length) {
    for await (const { scheduleId } of temporal.client.schedule.list()) listed.add(scheduleId);
  }
  expect((await diagnose({}, SCHEDULE_IDS)).failed).toEqual([]);
  for (const id of SCHEDULE_IDS) await temporal.client.schedule.getHandle(id).delete();
});

test('a queue that nobody polls fails', async () => {
  const { failed, checks } = await diagnose({}, [], 'nobody');
  expect(failed).toEqual(['workers']);
  expect(checks.at(-1)?.message).toContain('activities of nobody-ingest');
});

test('an object store that cannot be reached fails, and the rest is looked at', async () => {
  const bucket = { OBJECT_STORE_URL: 's3://bucket?endpoint=http://127.0.0.1:1' };
  const { failed, checks } = await diagnose({ ...bucket, AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'hunter2' });
  expect(failed).toEqual(['object store']);
  expect(JSON.stringify(checks)).not.toContain('hunter2');
});

test('people read one line for each check', async () => {
  const { run } = createCli({ DATABASE_URL: database.databaseUrl, TEMPORAL_ADDRESS: '127.0.0.1:1' });
  const { exitCode, stdout } = await run('doctor');
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^ok {7}configuration: .*\nok {7}object store: .*\nok {7}postgres: version 1\d\.\d+\n/);
  expect(stdout).toMatch(/\nFAILED {3}temporal: .*\n[\s\S]*\n1 of \d+ checks failed\.\n$/);
}, 60_000);
