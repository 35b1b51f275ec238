import { readAllItems, readItemPage, BEFORE_ALL } from '../../src/store/job-items';
import { readJob } from '../../src/store/jobs';
import { createChildJob, type ChildCreation } from '../../src/store/job-children';
import { readDagRunOfJob } from '../../src/store/dag-run-reading';
import { openDagRun } from '../../src/store/dag-run-opening';
import { repeatDagRun } from '../../src/store/dag-run-repeat';
import { newUuid } from '../../src/store/ids';
import { grantPermissions } from '../../src/store/people';
import { createNode } from '../support/dag-actions';
import { addRun, applyAction, bringRun, endRun, type TestRun } from '../support/dag-runs';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestUser } from '../support/fixtures';

let database: TestDatabase;
let user: TestUser;
const db = () => database.store.db;

const NODES = [
  createNode('meta'),
  createNode('tell', { needs: ['meta'] }),
  createNode('then', { needs: ['tell'] }),
  createNode('maybe', { if: 'false' }),
  createNode('sign', { uses: 'approval', with: { message: 'Fine?' } }),
];

beforeAll(async () => {
  database = await createTestDatabase();
  user = await createUser(db());
  await grantPermissions(db(), user.id, ['ACTIONS_START']);
});
afterAll(() => database.drop());

async function aRun(): Promise<TestRun> {
  const project = await createProject(db());
  await grantAccess(db(), project.id, user.ownTeamId, { canWrite: true });
  const [asset] = await createAssets(db(), { projectId: project.id, ownerId: user.id }, 1);
  if (asset === undefined) throw new Error('no asset');
  return addRun(db(), await applyAction(db(), { nodes: NODES }), asset, user, { project });
}

const FAILED = { state: 'failed', error: { code: 'http_status', message: 'answered 500', retryable: true } } as const;
const HALFWAY = {
  meta: { state: 'succeeded', output: { width: 1 } },
  tell: FAILED,
  then: { state: 'omitted', cause: 'failure' },
  maybe: { state: 'skipped' },
} as const;

async function aFailedRun(): Promise<TestRun> {
  const run = await aRun();
  await bringRun(db(), run, { ...HALFWAY, sign: { state: 'succeeded' } });
  await endRun(db(), run);
  return run;
}

const retry = (run: TestRun, caller = user): Promise<ChildCreation> =>
  createChildJob(db(), {
    ...{ relation: 'retry', parentId: run.jobId, token: newUuid(), caller, idempotencyKey: null, dispatched: false },
    now: new Date(),
  });

test('the steps of a run are its nodes', async () => {
  const run = await aRun();
  await bringRun(db(), run, { ...HALFWAY, sign: { state: 'waiting', waiting: { for: 'approval', message: 'Fine?' } } });
  const steps = (await readJob(db(), run.token))?.steps ?? [];
  expect(steps.map(({ name, state, message }) => [name, state, message])).toEqual([
    ['meta', 'done', null],
    ['tell', 'failed', 'answered 500'],
    ['then', 'skipped', 'what it needs has failed'],
    ['maybe', 'skipped', 'its condition is false'],
    ['sign', 'waiting', 'waiting for approval: Fine?'],
  ]);
  expect(steps[0]?.startedAt).toBeInstanceOf(Date);
});

test('the items of a run are its nodes, with why they failed or were left out', async () => {
  const run = await aRun();
  await bringRun(db(), run, { ...HALFWAY, sign: { state: 'running' } });
  const wanted = { jobId: run.jobId, doneAs: 'succeeded', ofRun: true } as const;
  const page = await readItemPage(db(), { ...wanted, status: null }, BEFORE_ALL, 10);
  expect(page.items.map(({ name, status, code, retryable }) => [name, status, code, retryable])).toEqual([
    ['meta', 'succeeded', null, false],
    ['tell', 'failed', 'node_failed', true],
    ['then', 'skipped', 'needs_not_met', true],
    ['maybe', 'skipped', 'condition_false', false],
    ['sign', 'remaining', null, false],
  ]);
  for (const [status, names] of [['failed', ['tell']], ['skipped', ['then', 'maybe']], ['succeeded', ['meta']], ['remaining', ['sign']]] as const) {
    expect((await readItemPage(db(), { ...wanted, status }, BEFORE_ALL, 10)).items.map(({ name }) => name)).toEqual(names);
  } // prettier-ignore
  const told: string[] = [];
  for await (const batch of readAllItems(db(), { ...wanted, status: null })) {
    told.push(...batch.flatMap(({ names }) => names));
  }
  expect(told).toEqual(NODES.map(({ id }) => id));
});

test('a retry goes on where the run failed: what succeeded or was skipped by itself is kept', async () => {
  const run = await aFailedRun();
  const creation = await retry(run);
  if (creation.kind !== 'created') throw new Error(creation.kind);
  const child = await readDagRunOfJob(db(), creation.job.token);
  expect(child).toMatchObject({ origin: 'resume', originRunId: run.runId, version: 1 });
  expect(child?.nodes.map(({ id, state, kept, output }) => [id, state, kept, output])).toEqual([
    ['meta', 'succeeded', true, { width: 1 }],
    ['tell', 'pending', false, null],
    ['then', 'pending', false, null],
    ['maybe', 'skipped', true, null],
    ['sign', 'succeeded', true, null],
  ]);
  expect((await readJob(db(), creation.job.token))?.retryOf).toBe(run.token);
  expect(await retry(run)).toEqual({ kind: 'existing', token: creation.job.token });
});

test('the counts of a resumption from one node add up: what is left out was skipped', async () => {
  const run = await aRun();
  await bringRun(db(), run, { ...HALFWAY, sign: FAILED });
  await endRun(db(), run);
  const origin = await readDagRunOfJob(db(), run.token);
  if (origin === null) throw new Error('no run');
  const creation = await repeatDagRun(db(), {
    ...{ relation: 'resume', origin, action: run.action, inputs: {}, from: 'tell', token: newUuid(), caller: user },
    ...{ idempotency: null, dispatched: true, now: new Date() },
  });
  if (creation.kind !== 'created') throw new Error(creation.kind);
  const job = await readJob(db(), creation.job.token);
  const opened = await openDagRun(db(), job?.id ?? '', new Date());
  expect(opened.nodes.map(({ state }) => state)).toEqual(['succeeded', 'pending', 'pending', 'skipped', 'omitted']);
  expect(opened.standing.counts).toEqual({ total: 5, succeeded: 1, skipped: 2, failed: 0, remaining: 2 });
});

test('two retries at once are one run', async () => {
  const run = await aFailedRun();
  const [one, other] = await Promise.all([retry(run), retry(run)]);
  expect([one.kind, other.kind].sort()).toEqual(['created', 'existing']);
});

test('a run is not retried by who may not start actions, nor before it has ended, nor when nothing is unfinished', async () => {
  const [stranger, failed, running, fine] = [await createUser(db()), await aFailedRun(), await aRun(), await aRun()];
  await bringRun(db(), fine, Object.fromEntries(NODES.map(({ id }) => [id, { state: 'succeeded' }])));
  await endRun(db(), fine);
  expect(await retry(failed, stranger)).toMatchObject({ kind: 'refused', refusal: 'no_permission' });
  expect(await retry(running)).toMatchObject({ kind: 'refused', refusal: 'not_ended' });
  expect(await retry(fine)).toMatchObject({ kind: 'refused', refusal: 'nothing_failed' });
});
