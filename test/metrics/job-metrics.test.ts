import { sql } from 'kysely';
import { Registry } from 'prom-client';
import { registerJobMetrics } from '../../src/job-metrics';
import { newUuid } from '../../src/store/ids';
import { createJob } from '../../src/store/job-creation';
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
  expect(text).toContain('longhaul_jobs_undispatched 1');
  expect(Number(/^longhaul_jobs_oldest_undispatched_seconds (\S+)/m.exec(text)?.[1])).toBeGreaterThanOrEqual(90);
  expect(text).toContain('longhaul_shares_overdue 0');
  expect(text).toContain('longhaul_shares_live 0');
  expect(text).toContain('longhaul_mails_waiting 0');
  expect(text).toContain('longhaul_mails_undelivered{state="uncertain"} 0');
  expect(text).toContain('longhaul_mails_undelivered{state="given_up"} 1');
  expect(readings).toBe(1);
});

it('serves the other metrics while the store is away', async () => {
  const registry = new Registry();
  registerJobMetrics(registry, () => Promise.reject(new Error('the store is away')));
  expect(await registry.metrics()).not.toMatch(/^longhaul_jobs_\w+ \d/m);
});
