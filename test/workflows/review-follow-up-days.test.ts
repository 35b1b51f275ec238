import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { sql } from 'kysely';
import { pino } from 'pino';
import { createReviewFollowUpActivities } from '../../src/activities/review-follow-up';
import { toReviewFollowUpId } from '../../src/contract/review-follow-up';
import type { ReviewFollowUpStanding } from '../../src/domain/review-follow-up';
import { answerReviews } from '../../src/store/review-decision';
import { createFollowUpWaker } from '../../src/temporal-wakers';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { readTestVariable } from '../support/environment';
import { createAssets, createProject, createTeam, createUser, grantAccess, type TestUser } from '../support/fixtures';
import { createReview } from '../support/reviews';
import { startTimeSkippingServer } from '../support/time-skipping';
import { until } from '../support/until';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let database: TestDatabase;
let server: TestWorkflowEnvironment | undefined;

Runtime.install({ logger: new DefaultLogger('ERROR') });
beforeAll(async () => {
  database = await createTestDatabase();
  server = await startTimeSkippingServer();
}, 300_000);
afterAll(async () => {
  await server?.teardown();
  await database.drop();
});

async function ask(createdAt: number) {
  const { db } = database.store;
  const [requester, ann, bob, mia] = [await createUser(db), await createUser(db), await createUser(db), await createUser(db)]; // prettier-ignore
  const project = await createProject(db, 'Rushes');
  await grantAccess(db, project.id, (await createTeam(db, [ann.id, bob.id])).id, { canApprove: true });
  await grantAccess(db, project.id, mia.ownTeamId, { canManage: true });
  const assets = await createAssets(db, { projectId: project.id, ownerId: requester.id }, 3);
  const assetIds = assets.map(({ id }) => id);
  const approverIds = [ann.id, bob.id];
  const { jobId } = await createReview(db, { project, requester, policy: { kind: 'all' }, assetIds, approverIds });
  const dueAt = new Date(createdAt + 10 * DAY_MS);
  await sql`update review_orders set created_at = ${new Date(createdAt)}, due_at = ${dueAt}, remind_every_hours = 24
    where job_id = ${jobId}`.execute(db);
  const { uuid: token } = await db
    .updateTable('jobs')
    .set({ state: 'done', outcome: 'succeeded', started_at: new Date(), finished_at: new Date() })
    .where('id', '=', jobId)
    .returning('uuid')
    .executeTakeFirstOrThrow();
  return { token, assetIds, ann, bob, mia };
}

/** Mails as `<template> <number of assets>`, in their order, by who gets them. */
async function mailsTo(user: TestUser): Promise<readonly string[]> {
  const rows = await database.store.db.selectFrom('mails').select(['template', 'data']).where('recipient', '=', user.email).orderBy('id').execute(); // prettier-ignore
  return rows.map(({ template, data }) => `${template} ${String((data as { count: number }).count)}`);
}

const times = (count: number, mail: string) => Array<string>(count).fill(mail);

it('reminds each day for 14 days who owes an answer, escalates once when it is due, and ends with the last answer', async () => {
  if (server === undefined) throw new Error('there is no server');
  const { client, nativeConnection: connection } = server;
  const env = server;
  const taskQueue = randomUUID();
  const waker = createFollowUpWaker(client, taskQueue);
  const { store } = database;
  const startedAt = await env.currentTimeMs();
  const { token, assetIds, ann, bob, mia } = await ask(startedAt);
  const say = async (user: TestUser, answer: 'approved' | 'pending', ids = assetIds) => {
    const { followUps } = await answerReviews(store.db, ids, { userId: user.id, answer, comment: null }, new Date());
    for (const woken of followUps) await waker.wake(woken);
  };
  const handle = client.workflow.getHandle(toReviewFollowUpId(token));
  /** To half past the beginning of a day, when everything of the hours before is done. */
  const goTo = async (day: number) => {
    await env.sleep(startedAt + day * DAY_MS + HOUR_MS / 2 - (await env.currentTimeMs()));
  };
  const standing = () => handle.query<ReviewFollowUpStanding | null>('getReviewFollowUp');
  const remindersOf = async () => (await standing())?.reminders;

  const activities = createReviewFollowUpActivities({ store, timers: { wake: () => Promise.resolve() }, followUps: waker, log: pino({ level: 'silent' }), now: () => new Date() }); // prettier-ignore
  const worker = await Worker.create({ connection, taskQueue, workflowBundle: { codePath: readTestVariable('TEST_WORKFLOW_BUNDLE') }, activities }); // prettier-ignore
  await worker.runUntil(async () => {
    await waker.wake(token);
    await until(async () => (await standing())?.state === 'open');
    await goTo(3);
    await until(async () => (await remindersOf()) === 3);
    await say(bob, 'approved');
    await goTo(7);
    await until(async () => (await remindersOf()) === 7);
    const [trashed = ''] = assetIds;
    await store.db.updateTable('assets').set({ deleted_at: new Date(), trash_root_id: trashed }).where('id', '=', trashed).execute(); // prettier-ignore
    await goTo(14);
    await until(async () => (await remindersOf()) === 14);
    expect(await mailsTo(ann)).toEqual([...times(7, 'review_reminder 3'), ...times(7, 'review_reminder 2')]);
    expect(await mailsTo(bob)).toEqual(times(3, 'review_reminder 3'));
    expect(await mailsTo(mia)).toEqual(['review_escalation 2']);

    // Nothing but what lies in the trash is pending then, which nobody is reminded of.
    await say(ann, 'approved', assetIds.slice(1));
    expect(await handle.result()).toMatchObject({ state: 'ended', pending: 0, reminders: 14 });

    await say(bob, 'pending', assetIds.slice(2));
    await until(async () => (await standing())?.state === 'open');
    // How far the server's time ran ahead while nothing was followed up is its own matter.
    const next = Date.parse((await standing())?.next ?? '');
    await env.sleep(next + HOUR_MS / 2 - (await env.currentTimeMs()));
    await until(async () => (await remindersOf()) === 15);
    expect(await mailsTo(ann)).toHaveLength(14);
    expect((await mailsTo(bob)).slice(3)).toEqual(['review_reminder 1']);
    expect(await mailsTo(mia)).toHaveLength(1);
    await handle.terminate();
  });
}, 120_000);
