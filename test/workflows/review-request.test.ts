import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { sql } from 'kysely';
import { createJobActivities } from '../../src/activities/job';
import { createReviewRequestActivities } from '../../src/activities/review-request';
import type { Activities } from '../../src/contract/activities';
import { toReviewFollowUpId } from '../../src/contract/review-follow-up';
import { cancelJob, pauseJob, resumeJob } from '../../src/store/job-control';
import { findRunnableJob } from '../../src/store/job-progress';
import { readJob } from '../../src/store/jobs';
import { createActivityDependencies } from '../support/activity-dependencies';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { createFakeActivities } from './fake-activities';
import { resultOf, start, typeOf, untilState, useWorker, withWorker } from './workflow-worker';

useWorker();

let database: TestDatabase;
let activities: Activities;
let user: TestUser;
let approver: TestUser;
let project: TestThing;
let items: readonly TestThing[];
const woken: string[] = [];

const db = () => database.store.db;
const input = (over: object = {}) => ({
  project: project.uuid,
  folders: [{ dirname: '/' }],
  requested_by: user.email,
  ...over,
});
const run = (given: unknown, work: Activities = activities, type = 'reviewRequestWorkflow') =>
  withWorker(work, async (taskQueue) => start(taskQueue, type, given));

beforeAll(async () => {
  database = await createTestDatabase();
  const dependencies = createActivityDependencies(database.store);
  const timers = { wake: (timer: string) => Promise.resolve(void woken.push(timer)) };
  activities = {
    ...createFakeActivities({ folders: 0, files: 0 }).activities,
    ...createJobActivities({ ...dependencies, discardStaged: () => Promise.resolve() }),
    ...createReviewRequestActivities({ ...dependencies, timers }),
  };
});
beforeEach(async () => {
  woken.length = 0;
  user = await createUser(db());
  approver = await createUser(db());
  project = await createProject(db());
  await grantAccess(db(), project.id, user.ownTeamId, { canWrite: true, canManage: true });
  await grantAccess(db(), project.id, approver.ownTeamId, { canApprove: true });
  items = await createAssets(db(), { projectId: project.id, ownerId: user.id }, 2_100);
});
afterAll(() => database.drop());

async function requestCount(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from review_requests where project_id = ${project.id}`.execute(db());
  return rows[0]?.n ?? -1;
}

async function mailCounts(token: string): Promise<number[]> {
  const { rows } = await sql<{ n: number }>`
    select (data->>'count')::int as n from mails where event_key like ${`review:${token}:%`}`.execute(db());
  return rows.map(({ n }) => n);
}

async function failureOf(given: unknown, type?: string): Promise<unknown> {
  const error = await (await run(given, activities, type)).result().catch((reason: unknown) => reason);
  return error instanceof WorkflowFailedError ? (error.cause?.cause ?? error.cause) : error;
}

/** The type of the follow-up of a job; null when there is none. */
const followUpOf = ({ workflowId }: { workflowId: string }) => typeOf(toReviewFollowUpId(workflowId));

it('asks for the review of all that a flat input names, and has the mails delivered', async () => {
  const handle = await run(input({ policy: 'any', message: 'please' }));
  const counts = { total: 2_100, succeeded: 2_100, skipped: 0, failed: 0, remaining: 0 };
  expect(await resultOf(handle)).toMatchObject({ token: handle.workflowId, state: 'done', counts });
  expect(await readJob(db(), handle.workflowId)).toMatchObject({
    kind: 'review_request',
    counts,
    createdBy: user.email,
  });
  expect([await requestCount(), await mailCounts(handle.workflowId), woken]).toEqual([2_100, [2_100], ['mail']]);
  expect(await followUpOf(handle)).toBeNull();
});

it('has the reviews followed up by a workflow of their own when they have a due time or reminders', async () => {
  const due = await run(input({ asset_ids: [items[0]?.id], folders: [], due_at: '2099-01-01' }));
  await resultOf(due);
  expect(await followUpOf(due)).toBe('trackReviewWorkflow');
  const reminded = await run(input({ asset_ids: [items[1]?.key], folders: [], remind_every_hours: 24 }));
  await resultOf(reminded);
  expect(await followUpOf(reminded)).toBe('trackReviewWorkflow');
});

it('forces the approval of all that a flat input names', async () => {
  await resultOf(await run(input({ asset_ids: [items[0]?.uuid], folders: [] })));
  const handle = await run(input({ message: 'the client said yes' }), activities, 'forceApproveWorkflow');
  expect((await resultOf(handle)).counts).toMatchObject({ total: 2_100, succeeded: 2_100 });
  expect(await mailCounts(handle.workflowId)).toEqual([]);
});

it('finds folders by their paths, and what lies in them at the depth asked for', async () => {
  const place = { projectId: project.id, ownerId: user.id };
  const a = await createFolder(db(), place, 'a');
  const b = await createFolder(db(), { ...place, parentId: a.id }, 'b');
  await createAssets(db(), { ...place, parentId: a.id }, 2);
  await createAssets(db(), { ...place, parentId: b.id }, 3);
  const flat = await resultOf(await run(input({ folders: [{ dirname: 'a' }] })));
  expect(flat.counts).toMatchObject({ total: 2, succeeded: 2 });
  const deep = await resultOf(await run(input({ folders: [{ dirname: 'a' }], recursive: true })));
  expect(deep.counts).toMatchObject({ total: 5, succeeded: 3, skipped: 2 });
});

it.each([
  ['nothing to review', { folders: undefined }, 'InputInvalid', 'asset_ids: must be given, or folders'],
  ['empty lists', { asset_ids: [], folders: [] }, 'InputInvalid', 'nothing never means all'],
  ['a list that is null', { asset_ids: null }, 'InputInvalid', 'asset_ids: must be a list of ids'],
  ['an unknown asset', { asset_ids: [999999999] }, 'SelectionInvalid', 'asset_ids[0]: no such asset'],
  ['an unknown folder', { folders: [{ dirname: 'x' }] }, 'SelectionInvalid', 'folders[0].dirname: no such folder'],
  ['a folder without its path', { folders: [{}] }, 'InputInvalid', 'folders[0].dirname'],
  ['a policy that is none', { policy: 'most' }, 'InputInvalid', 'policy: must be all, any'],
  ['a minimum that cannot be met', { policy: 2 }, 'InputInvalid', 'policy: must be met'],
  ['a due time that has passed', { due_at: '2001-01-01' }, 'InputInvalid', 'due_at: must lie in the future'],
  ['reminders that are none', { remind_every_hours: 0 }, 'InputInvalid', 'remind_every_hours: '],
  ['a message that cannot be kept', { message: 'a\u0000b' }, 'InputInvalid', 'message: '],
  ['an unknown field', { everything: true }, 'InputInvalid', 'everything'],
  ['a selection that nobody keeps', { folders: undefined, selection_ref: randomUUID() }, 'InputInvalid', 'selection_ref: '], // prettier-ignore
  ['a retry beside folders', { retry_of: randomUUID() }, 'InputInvalid', 'retry_of: must not be given beside folders'],
  ['a job that is not there', { folders: undefined, retry_of: randomUUID() }, 'InputInvalid', 'retry_of: there is no'],
  ['an unknown project', { project: randomUUID() }, 'Forbidden', 'project: there is no such project'],
  ['an unknown person', { requested_by: 'nobody@example.test' }, 'Forbidden', 'requested_by: there is no such user'],
])('refuses %s at once, and makes no job', async (_what, over, type, message) => {
  const failure = await failureOf(input(over));
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({ type, message: expect.stringContaining(message), nonRetryable: true });
  const { rows } = await sql`select from jobs where created_by = ${user.id}`.execute(db());
  expect(rows).toEqual([]);
});

it('refuses where nobody approves, who may only read, and a forced approval by who may only write', async () => {
  await grantAccess(db(), project.id, approver.ownTeamId, {});
  expect(await failureOf(input())).toMatchObject({
    type: 'InputInvalid',
    message: 'project: nobody may approve in it',
  });
  await grantAccess(db(), project.id, user.ownTeamId, { canWrite: true });
  expect(await failureOf(input(), 'forceApproveWorkflow')).toMatchObject({ type: 'Forbidden', message: expect.stringContaining('manage') }); // prettier-ignore
  await grantAccess(db(), project.id, user.ownTeamId, {});
  expect(await failureOf(input())).toMatchObject({ type: 'Forbidden', message: expect.stringContaining('write') });
  expect(await requestCount()).toBe(0);
});

it('stands while it is paused, and goes on to the end when it is resumed', async () => {
  let slices = 0;
  const slow: Activities = {
    ...activities,
    reviewChunks: async (request) => {
      slices += 1;
      if (slices === 1) {
        const job = await findRunnableJob(db(), request.token);
        await pauseJob(db(), job?.id ?? '', user, new Date());
      }
      return activities.reviewChunks(request);
    },
  };
  await withWorker(slow, async (taskQueue) => {
    const handle = await start(taskQueue, 'reviewRequestWorkflow', input());
    await untilState(handle, 'paused');
    expect(await requestCount()).toBe(0);
    const job = await findRunnableJob(db(), handle.workflowId);
    await resumeJob(db(), job?.id ?? '', user, new Date());
    await handle.signal('controlChanged');
    expect(await resultOf(handle)).toMatchObject({ state: 'done', counts: { succeeded: 2_100 } });
  });
});

it('tries a slice again after a fault in the middle of it, and makes nothing and mails nobody twice', async () => {
  let faults = 0;
  const faulty: Activities = {
    ...activities,
    reviewChunks: async (request) => {
      const result = await activities.reviewChunks(request);
      faults += 1;
      if (faults === 1) throw new Error('the answer was lost');
      return result;
    },
  };
  const handle = await run(input(), faulty);
  expect((await resultOf(handle)).counts).toMatchObject({ total: 2_100, succeeded: 2_100 });
  expect([await requestCount(), await mailCounts(handle.workflowId)]).toEqual([2_100, [2_100]]);
});

it('cancelled half-way, what was made stays, is mailed about once, and is followed up', async () => {
  const held: Activities = {
    ...activities,
    reviewChunks: async (request) => {
      const job = await findRunnableJob(db(), request.token);
      await sql`update job_chunks set closed = true where job_id = ${job?.id} and no > 0`.execute(db());
      const result = await activities.reviewChunks(request);
      await sql`update job_chunks set closed = false where job_id = ${job?.id} and done_at is null`.execute(db());
      await cancelJob(db(), job?.id ?? '', user, new Date());
      return { ...result, state: 'cancelled' };
    },
  };
  await withWorker(held, async (taskQueue) => {
    const handle = await start(taskQueue, 'reviewRequestWorkflow', input({ remind_every_hours: 1 }));
    await untilState(handle, 'cancelled');
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
    const job = await readJob(db(), handle.workflowId);
    expect(job).toMatchObject({ state: 'cancelled', counts: { total: 2_100, succeeded: 1_000, remaining: 1_100 } });
    expect([await requestCount(), await mailCounts(handle.workflowId)]).toEqual([1_000, [1_000]]);
    expect(await followUpOf(handle)).toBe('trackReviewWorkflow');
  });
});
