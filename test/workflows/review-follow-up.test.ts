import { randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { createReviewFollowUpActivities } from '../../src/activities/review-follow-up';
import { toReviewFollowUpId } from '../../src/contract/review-follow-up';
import type { ReviewFollowUpStanding } from '../../src/domain/review-follow-up';
import { newUuid } from '../../src/store/ids';
import { answerReviews } from '../../src/store/review-decision';
import { createFollowUpWaker, createReviewWaker } from '../../src/temporal-wakers';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess } from '../support/fixtures';
import { createReview } from '../support/reviews';
import { connectTestTemporal, type TestTemporal } from '../support/temporal';
import { until } from '../support/until';

let temporal: TestTemporal;
let database: TestDatabase;
const log = pino({ level: 'silent' });

beforeAll(async () => {
  temporal = await connectTestTemporal();
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
  await temporal.close();
});

type Looks = { readonly token: string; readonly at: string }[];
const OPEN: ReviewFollowUpStanding = { state: 'open', next: null, pending: 3, reminders: 0, escalatedAt: null };

/** A follow-up whose looks answer one standing after another; the last one again and again. */
async function withFollowUp(
  standings: readonly object[],
  work: (scene: { token: string; looks: Looks; wake: () => Promise<void>; handle: ReturnType<TestTemporal['client']['workflow']['getHandle']> }) => Promise<void>, // prettier-ignore
): Promise<void> {
  const looks: Looks = [];
  const followUpReview = async (request: Looks[number]) => {
    looks.push(request);
    return standings[Math.min(looks.length, standings.length) - 1];
  };
  const { nativeConnection: connection, workflowBundle, client } = temporal;
  const taskQueue = randomUUID();
  const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities: { followUpReview } });
  const token = newUuid();
  const waker = createFollowUpWaker(client, taskQueue);
  const handle = client.workflow.getHandle(toReviewFollowUpId(token));
  await worker.runUntil(async () => {
    try {
      await waker.wake(token);
      await work({ token, looks, wake: () => waker.wake(token), handle });
    } finally {
      await handle.terminate('the test is over').catch(() => undefined);
    }
  });
}

it('looks at the instant that is next, tells its time, and says where it stands', async () => {
  const next = new Date(Date.now() + 1_500).toISOString();
  await withFollowUp([{ ...OPEN, next }, OPEN], async ({ token, looks, handle }) => {
    await until(() => looks.length === 2);
    expect(looks[1]?.token).toBe(token);
    expect(Date.parse(looks[1]?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(next));
    await until(async () => (await handle.query('getReviewFollowUp')) !== null);
    const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(currentDetails).toContain('pending: 3');
  });
});

it('ends when nothing is pending, and is taken up again by the next signal', async () => {
  const ended = { ...OPEN, state: 'ended', pending: 0 };
  await withFollowUp([ended, OPEN], async ({ looks, wake, handle }) => {
    expect(await handle.result()).toEqual(ended);
    await wake();
    await until(() => looks.length === 2);
    expect((await handle.describe()).status.name).toBe('RUNNING');
  });
});

it('ends at once for an input that names no job', async () => {
  const { nativeConnection: connection, workflowBundle, client } = temporal;
  const activities = createReviewFollowUpActivities({ store: database.store, timers: { wake: () => Promise.resolve() }, followUps: { wake: () => Promise.resolve() }, log, now: () => new Date() }); // prettier-ignore
  const taskQueue = randomUUID();
  const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities });
  await worker.runUntil(async () => {
    const handle = await client.workflow.start('trackReviewWorkflow', { taskQueue, workflowId: randomUUID(), args: [{ token: 'nothing' }] }); // prettier-ignore
    await expect(handle.result()).rejects.toMatchObject({ cause: { cause: { type: 'InputInvalid' } } });
  });
});

it('continues as new when its history is long', async () => {
  const ballast = 'x'.repeat(1_000_000);
  const soon = () => new Date(Date.now()).toISOString();
  await withFollowUp([{ ...OPEN, next: soon(), ballast }], async ({ handle, looks }) => {
    const { runId } = await handle.describe();
    await until(async () => (await handle.describe()).runId !== runId);
    expect(looks.length).toBeGreaterThan(1);
  });
});

it('hears of thousands of decisions in a history of some dozen events', async () => {
  const { db } = database.store;
  const [requester, ann] = [await createUser(db), await createUser(db)];
  const project = await createProject(db);
  await grantAccess(db, project.id, ann.ownTeamId, { canApprove: true });
  const assetIds = (await createAssets(db, { projectId: project.id, ownerId: requester.id }, 200)).map(({ id }) => id);
  const { jobId } = await createReview(db, { project, requester, policy: { kind: 'any' }, assetIds, approverIds: [ann.id] }); // prettier-ignore
  await db.updateTable('review_orders').set({ due_at: new Date(Date.now() + 86_400_000) }).where('job_id', '=', jobId).execute(); // prettier-ignore
  const done = { state: 'done', outcome: 'succeeded', started_at: new Date(), finished_at: new Date() } as const;
  const { uuid: token } = await db.updateTable('jobs').set(done).where('id', '=', jobId).returning('uuid').executeTakeFirstOrThrow(); // prettier-ignore
  const { nativeConnection: connection, workflowBundle, client } = temporal;
  const taskQueue = randomUUID();
  const waker = createFollowUpWaker(client, taskQueue);
  let wakes = 0;
  const counting = { wake: (woken: string) => ((wakes += 1), waker.wake(woken)) };
  const onReviewChanged = createReviewWaker(client, log, { waker: counting, pauseMs: 200 });
  const activities = createReviewFollowUpActivities({ store: database.store, timers: { wake: () => Promise.resolve() }, followUps: waker, log, now: () => new Date() }); // prettier-ignore
  const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities });
  await worker.runUntil(async () => {
    await waker.wake(token);
    const handle = client.workflow.getHandle(toReviewFollowUpId(token));
    let transitions = 0;
    for (let round = 0; round < 20; round += 1) {
      const answer = round % 2 === 0 ? 'approved' : 'pending';
      const { followUps } = await answerReviews(db, assetIds, { userId: ann.id, answer, comment: null }, new Date());
      transitions += followUps.length;
      onReviewChanged(followUps);
    }
    // Ten times something became pending and ten times nothing was any more: 4,000 decisions.
    expect(transitions).toBeGreaterThanOrEqual(10);
    await answerReviews(db, assetIds, { userId: ann.id, answer: 'approved', comment: null }, new Date());
    onReviewChanged([token]);
    expect(await handle.result()).toMatchObject({ state: 'ended', pending: 0 });
    expect(wakes).toBeLessThan(20);
    expect((await handle.describe()).historyLength).toBeLessThan(100);
  });
}, 60_000);
