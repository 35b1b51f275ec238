import { sql } from 'kysely';
import { findInconsistencies } from '../../src/store/consistency';
import { createNode } from '../support/dag-actions';
import { addRun, applyAction, bringRun, endRun, type TestRun } from '../support/dag-runs';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createUser } from '../support/fixtures';

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const db = () => database.store.db;
const DECISION = JSON.stringify({ decision: 'approve', values: {}, by: 'ann', user: '', at: '2026-01-01T00:00:00Z' });

async function aRun(): Promise<TestRun> {
  const user = await createUser(db());
  const [asset] = await createAssets(db(), { projectId: null, ownerId: user.id }, 1);
  if (asset === undefined) throw new Error('no asset');
  const action = await applyAction(db(), { nodes: [createNode('a'), createNode('b')] });
  return addRun(db(), action, asset, user);
}

/** Names of the rules that are broken, with what breaks them. */
async function broken(): Promise<Record<string, readonly string[]>> {
  const found: Record<string, readonly string[]> = {};
  for await (const { name, count, samples } of findInconsistencies(db())) if (count > 0) found[name] = samples;
  return found;
}

test('runs that wait, are at work or have ended break no rule', async () => {
  await aRun();
  await bringRun(db(), await aRun(), { a: { state: 'waiting' } });
  const run = await aRun();
  await bringRun(db(), run, { a: { state: 'failed' }, b: { state: 'omitted', cause: 'failure' } });
  await endRun(db(), run);
  expect(await broken()).toEqual({});
});

test('an ended run with a node at work is found', async () => {
  const run = await aRun();
  await bringRun(db(), run, { a: { state: 'succeeded' } });
  await endRun(db(), run, 'cancelled');
  await sql`update dag_run_nodes set state = 'running' where run_id = ${run.runId} and id = 'b'`.execute(db());
  expect(await broken()).toEqual({ 'nodes of ended runs': [run.runId] });
});

test('a node that says other than its chunk is found', async () => {
  const run = await aRun();
  await bringRun(db(), run, { a: { state: 'succeeded' } });
  await sql`update dag_run_nodes set state = 'failed' where run_id = ${run.runId} and id = 'a'`.execute(db());
  expect(await broken()).toEqual({ 'nodes and their chunks': [run.runId] });
});

test('a node that waits on for a job that has ended, or for an answer that was given, is found', async () => {
  const [run, child] = [await aRun(), await aRun()];
  await bringRun(db(), child, { a: { state: 'succeeded' }, b: { state: 'succeeded' } });
  await endRun(db(), child);
  await bringRun(db(), run, { a: { state: 'waiting', waiting: { job: child.token } }, b: { state: 'waiting' } });
  await sql`insert into dag_child_jobs (job_id, run_id, node_no) values (${child.jobId}, ${run.runId}, 1)`.execute(
    db(),
  );
  await sql`update dag_run_nodes set decision = ${DECISION}::jsonb where run_id = ${run.runId} and id = 'b'`.execute(db()); // prettier-ignore
  expect(await broken()).toEqual({ 'answered approvals': [run.runId] });
  await sql`update jobs set finished_at = now() - interval '11 minutes' where id = ${child.jobId}`.execute(db());
  expect(await broken()).toEqual({ 'answered approvals': [run.runId], 'awaited jobs': [run.runId] });
});
