import { sql } from 'kysely';
import { Registry } from 'prom-client';
import { registerJobMetrics } from '../../src/job-metrics';
import { newUuid } from '../../src/store/ids';
import { createJob } from '../../src/store/job-creation';
import { foldJobTallies } from '../../src/store/job-tallies';
import { readJobStatistics } from '../../src/store/job-statistics';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, createUser } from '../support/fixtures';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

it('tells how many jobs are open, and how long the oldest has been waiting for Temporal', async () => {
  const { db } = database.store;
  const user = await createUser(db);
  const project = await createProject(db);
  const now = new Date(Date.now() - 90_000);
  await createJob(db, { token: newUuid(), kind: 'bulk_move_assets', project, createdBy: user.id, input: {}, selection: { parentId: null, assetIds: [], rules: [] }, idempotency: null, dispatched: false, now }); // prettier-ignore
  await sql`insert into mails (uuid, event_key, template, recipient, data, state)
    values (${newUuid()}, 'e', 't', 'a@example.test', '{}', 'given_up')`.execute(db);
  let readings = 0;
  const registry = new Registry();
  registerJobMetrics(registry, () => {
    readings += 1;
    return readJobStatistics(db);
  });
  const text = await registry.metrics();
  expect(text).toContain('longhaul_jobs_open{state="queued"} 1');
  expect(text).toContain('longhaul_jobs_undispatched{kind="bulk_move_assets"} 1');
  expect(text).toContain('longhaul_jobs_undispatched{kind="ingest_media"} 0');
  expect(
    Number(/^longhaul_jobs_oldest_undispatched_seconds{kind="bulk_move_assets"} (\S+)/m.exec(text)?.[1]),
  ).toBeGreaterThanOrEqual(90);
  expect(text).toContain('longhaul_shares_overdue 0');
  expect(text).toContain('longhaul_shares_live 0');
  expect(text).toContain('longhaul_mails_waiting 0');
  expect(text).toContain('longhaul_mails_undelivered{state="uncertain"} 0');
  expect(text).toContain('longhaul_mails_undelivered{state="given_up"} 1');
  expect(readings).toBe(1);
});

it('counts ended jobs, their items and their durations, whichever façade is asked and whenever', async () => {
  const { db } = database.store;
  const user = await createUser(db);
  const project = await createProject(db);
  const now = new Date();
  const make = () => createJob(db, { token: newUuid(), kind: 'set_shared', project, createdBy: user.id, input: {}, selection: { parentId: null, assetIds: [], rules: [] }, idempotency: null, dispatched: true, now }); // prettier-ignore
  await make();
  await make();
  await sql`update jobs set total = 5, succeeded = 3, failed = 2 where kind = 'set_shared'`.execute(db);
  const { rows } = await sql<{ id: string }>`select id from jobs where kind = 'set_shared' order by id`.execute(db);
  await sql`update jobs set state = 'done', outcome = 'with_failures', started_at = ${now}, finished_at = ${now}::timestamptz
    + interval '2 s' where id = ${rows[0]?.id}`.execute(db);
  const scrape = () => {
    const registry = new Registry();
    registerJobMetrics(registry, () => readJobStatistics(db));
    return registry.metrics();
  };
  for (const fold of [0, 100]) {
    await foldJobTallies(db, fold);
    const text = await scrape();
    expect(text).toContain('longhaul_jobs_ended_total{kind="set_shared",outcome="with_failures"} 1');
    expect(text).toContain('longhaul_job_items_total{kind="set_shared",result="succeeded"} 6');
    expect(text).toContain('longhaul_job_items_total{kind="set_shared",result="failed"} 4');
    expect(text).toContain('longhaul_job_duration_seconds_bucket{kind="set_shared",outcome="with_failures",le="1"} 0');
    expect(text).toContain('longhaul_job_duration_seconds_bucket{kind="set_shared",outcome="with_failures",le="5"} 1');
    expect(text).toContain(
      'longhaul_job_duration_seconds_bucket{kind="set_shared",outcome="with_failures",le="+Inf"} 1',
    );
    expect(text).toContain('longhaul_job_duration_seconds_sum{kind="set_shared",outcome="with_failures"} 2');
    expect(text).toContain('longhaul_job_duration_seconds_count{kind="set_shared",outcome="with_failures"} 1');
  }
});

it('serves the other metrics while the store is away', async () => {
  const registry = new Registry();
  registerJobMetrics(registry, () => Promise.reject(new Error('the store is away')));
  expect(await registry.metrics()).not.toMatch(/^longhaul_\w+(\{.*\})? \d/m);
});
