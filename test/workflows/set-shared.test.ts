import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { sql } from 'kysely';
import { createJobActivities } from '../../src/activities/job';
import { createSetSharedActivities } from '../../src/activities/set-shared';
import type { Activities } from '../../src/contract/activities';
import { cancelJob, pauseJob, resumeJob } from '../../src/store/job-control';
import { findRunnableJob } from '../../src/store/job-progress';
import { readJob } from '../../src/store/jobs';
import { createActivityDependencies } from '../support/activity-dependencies';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { createFakeActivities } from './fake-activities';
import { resultOf, start, untilState, useWorker, withWorker } from './workflow-worker';

useWorker();

let database: TestDatabase;
let activities: Activities;
let user: TestUser;
let project: TestThing;
let items: readonly TestThing[];

const db = () => database.store.db;
const input = (over: object = {}) => ({ project: project.uuid, is_shared: true, requested_by: user.email, ...over });
const run = (given: unknown, work: Activities = activities) =>
  withWorker(work, async (taskQueue) => start(taskQueue, 'setSharedWorkflow', given));

beforeAll(async () => {
  database = await createTestDatabase();
  const dependencies = createActivityDependencies(database.store);
  activities = {
    ...createFakeActivities({ folders: 0, files: 0 }).activities,
    ...createJobActivities({ ...dependencies, discardStaged: () => Promise.resolve() }),
    ...createSetSharedActivities(dependencies),
  };
});
beforeEach(async () => {
  user = await createUser(db());
  project = await createProject(db());
  await grantAccess(db(), project.id, user.ownTeamId, { canWrite: true });
  items = await createAssets(db(), { projectId: project.id, ownerId: user.id }, 2_100);
});
afterAll(() => database.drop());

async function sharedCount(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from assets where project_id = ${project.id} and shared`.execute(db());
  return rows[0]?.n ?? -1;
}

async function failureOf(given: unknown): Promise<unknown> {
  const error = await (await run(given)).result().catch((reason: unknown) => reason);
  return error instanceof WorkflowFailedError ? (error.cause?.cause ?? error.cause) : error;
}

it('shares a whole project when it is started with a flat input', async () => {
  const handle = await run(input());
  const counts = { total: 2_100, succeeded: 2_100, skipped: 0, failed: 0, remaining: 0 };
  expect(await resultOf(handle)).toMatchObject({ token: handle.workflowId, state: 'done', outcome: 'succeeded', counts }); // prettier-ignore
  expect(await readJob(db(), handle.workflowId)).toMatchObject({ kind: 'set_shared', counts, createdBy: user.email });
  expect(await sharedCount()).toBe(2_100);
});

it('shares and unshares the assets of a list, in any of their names', async () => {
  const asset_ids = [items[0]?.uuid, Number(items[1]?.id), items[2]?.key, items[0]?.id];
  expect((await resultOf(await run(input({ asset_ids })))).counts).toMatchObject({ total: 3, succeeded: 3 });
  const back = await resultOf(await run(input({ asset_ids: [items[0]?.id, items[9]?.id], is_shared: false })));
  expect(back.counts).toMatchObject({ total: 2, succeeded: 1, skipped: 1 });
  expect(await sharedCount()).toBe(2);
});

it.each([
  ['no is_shared', { is_shared: undefined }, 'InputInvalid', 'is_shared: is required'],
  ['an is_shared that is a text', { is_shared: 'true' }, 'InputInvalid', 'is_shared: '],
  ['an empty list', { asset_ids: [] }, 'InputInvalid', 'asset_ids: must not be empty'],
  ['a list that is null', { asset_ids: null }, 'InputInvalid', 'asset_ids: must be a list of ids'],
  ['an unknown asset', { asset_ids: [999999999] }, 'SelectionInvalid', 'asset_ids[0]: no such asset in this project'],
  ['an unknown field', { everything: true }, 'InputInvalid', 'everything'],
  ['a selection that nobody keeps', { selection_ref: randomUUID() }, 'InputInvalid', 'selection_ref: '],
  [
    'a job that is not there',
    { is_shared: undefined, retry_of: randomUUID() },
    'InputInvalid',
    'retry_of: there is no',
  ],
  ['a retry beside a list', { retry_of: randomUUID(), asset_ids: [1] }, 'InputInvalid', 'retry_of: must not be given'],
  ['an unknown project', { project: randomUUID() }, 'Forbidden', 'project: there is no such project'],
  ['an unknown person', { requested_by: 'nobody@example.test' }, 'Forbidden', 'requested_by: there is no such user'],
])('refuses %s at once, and makes no job', async (_what, over, type, message) => {
  const failure = await failureOf(input(over));
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({ type, message: expect.stringContaining(message), nonRetryable: true });
  const { rows } = await sql`select from jobs where created_by = ${user.id}`.execute(db());
  expect(rows).toEqual([]);
});

it('refuses one who may only read', async () => {
  await grantAccess(db(), project.id, user.ownTeamId, { canWrite: false });
  expect(await failureOf(input())).toMatchObject({ type: 'Forbidden', message: expect.stringContaining('write') });
  expect(await sharedCount()).toBe(0);
});

it('stands while it is paused, and goes on to the end when it is resumed', async () => {
  let slices = 0;
  const slow: Activities = {
    ...activities,
    shareChunks: async (request) => {
      slices += 1;
      if (slices === 1) {
        const job = await findRunnableJob(db(), request.token);
        await pauseJob(db(), job?.id ?? '', user, new Date());
      }
      return activities.shareChunks(request);
    },
  };
  await withWorker(slow, async (taskQueue) => {
    const handle = await start(taskQueue, 'setSharedWorkflow', input());
    await untilState(handle, 'paused');
    expect(await sharedCount()).toBe(0);
    const job = await findRunnableJob(db(), handle.workflowId);
    await resumeJob(db(), job?.id ?? '', user, new Date());
    await handle.signal('controlChanged');
    expect(await resultOf(handle)).toMatchObject({ state: 'done', counts: { succeeded: 2_100 } });
    expect(await cancelJob(db(), job?.id ?? '', user, new Date())).toBe('ended');
  });
});

it('tries a slice again after a fault in the middle of it, and counts nothing twice', async () => {
  let faults = 0;
  const faulty: Activities = {
    ...activities,
    shareChunks: async (request) => {
      const result = await activities.shareChunks(request);
      faults += 1;
      if (faults === 1) throw new Error('the answer was lost');
      return result;
    },
  };
  const result = await withWorker(faulty, async (taskQueue) =>
    resultOf(await start(taskQueue, 'setSharedWorkflow', input())),
  );
  expect(result.counts).toMatchObject({ total: 2_100, succeeded: 2_100 });
  const { rows } = await sql`select count(*)::int as n from history where project_id = ${project.id}`.execute(db());
  expect(rows).toEqual([{ n: 2_100 }]);
});

it('ends as cancelled when people cancel it before its first chunk: all of it is told as remaining', async () => {
  const held: Activities = {
    ...activities,
    shareChunks: async (request) => {
      const job = await findRunnableJob(db(), request.token);
      await cancelJob(db(), job?.id ?? '', user, new Date());
      return activities.shareChunks(request);
    },
  };
  await withWorker(held, async (taskQueue) => {
    const handle = await start(taskQueue, 'setSharedWorkflow', input());
    await untilState(handle, 'cancelled');
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
    const job = await readJob(db(), handle.workflowId);
    expect(job).toMatchObject({ state: 'cancelled', counts: { total: 2_100, succeeded: 0, remaining: 2_100 } });
  });
  expect(await sharedCount()).toBe(0);
});
