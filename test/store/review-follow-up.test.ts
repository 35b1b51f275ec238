import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { pino } from 'pino';
import { createReviewFollowUpActivities } from '../../src/activities/review-follow-up';
import type { JobState } from '../../src/domain/job';
import { cancelReview } from '../../src/store/review-decision';
import { findOverdueFollowUps, followUpReview } from '../../src/store/review-follow-up';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestUser } from '../support/fixtures';
import { createReview } from '../support/reviews';

const HOUR_MS = 3_600_000;
const MADE_AT = new Date('2026-03-01T12:00:00.000Z');
const later = (hours: number) => new Date(MADE_AT.getTime() + hours * HOUR_MS);

let database: TestDatabase;
const db = () => database.store.db;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => database.store.pool.query('truncate mails'));

/** Two approvers, three assets, a reminder each day and a due time after two days. */
async function ask(state: JobState = 'done') {
  const [requester, ann, bob] = [await createUser(db()), await createUser(db()), await createUser(db())];
  const project = await createProject(db());
  for (const user of [ann, bob]) await grantAccess(db(), project.id, user.ownTeamId, { canApprove: true });
  const assets = await createAssets(db(), { projectId: project.id, ownerId: requester.id }, 3);
  const assetIds = assets.map(({ id }) => id);
  const approverIds = [ann.id, bob.id];
  const { jobId } = await createReview(db(), { project, requester, policy: { kind: 'all' }, assetIds, approverIds });
  await sql`update review_orders set created_at = ${MADE_AT}, due_at = ${later(48)}, remind_every_hours = 24
    where job_id = ${jobId}`.execute(db());
  const isEnded = state === 'done' || state === 'cancelled';
  const { uuid: token } = await db()
    .updateTable('jobs')
    .set({
      state,
      outcome: state === 'done' ? 'succeeded' : isEnded ? 'cancelled' : null,
      started_at: MADE_AT,
      finished_at: isEnded ? MADE_AT : null,
    }) // prettier-ignore
    .where('id', '=', jobId)
    .returning('uuid')
    .executeTakeFirstOrThrow();
  return { token, project, requester, ann, bob, assetIds };
}

const look = async (token: string, hours: number) =>
  (await followUpReview(db(), { token, at: later(hours), now: new Date() })).standing;

/** `<who> <template> <number of assets>`, in the order of the names. */
async function mailed(people: Readonly<Record<string, TestUser>>): Promise<string[]> {
  const rows = await db().selectFrom('mails').select(['template', 'recipient', 'data']).execute();
  const nameOf = (email: string) => Object.entries(people).find(([, user]) => user.email === email)?.[0] ?? email;
  return rows.map(({ template, recipient, data }) => `${nameOf(recipient)} ${template} ${String((data as { count: number }).count)}`).sort(); // prettier-ignore
}

it('does not remind whoever lost the right, nor of what is in the trash', async () => {
  const { token, project, ann, bob, assetIds } = await ask();
  await db().deleteFrom('team_access').where('project_id', '=', project.id).where('team_id', '=', bob.ownTeamId).execute(); // prettier-ignore
  await db().updateTable('assets').set({ deleted_at: new Date(), trash_root_id: assetIds[0] ?? '' }).where('id', '=', assetIds[0] ?? '').execute(); // prettier-ignore
  expect(await look(token, 24)).toMatchObject({ state: 'open', pending: 2, reminders: 1 });
  expect(await mailed({ ann, bob })).toEqual(['ann review_reminder 2']);
});

it('waits for a job that has not ended', async () => {
  for (const state of ['queued', 'running', 'paused'] as const) {
    const { token } = await ask(state);
    expect(await look(token, 49)).toMatchObject({ state: 'waiting', reminders: 0, escalatedAt: null });
  }
  expect(await mailed({})).toEqual([]);
});

it('follows up what a job asked for before it was cancelled', async () => {
  const { token, ann, bob, requester } = await ask('cancelled');
  expect(await look(token, 24)).toMatchObject({ state: 'open', pending: 3, reminders: 1 });
  // Nobody manages the gallery: who asked for it is told that the time is over.
  expect(await look(token, 48)).toMatchObject({ reminders: 2, escalatedAt: later(48).toISOString() });
  expect(await look(token, 48)).toMatchObject({ reminders: 2 });
  expect(await mailed({ ann, bob, requester })).toEqual([
    'ann review_reminder 3',
    'ann review_reminder 3',
    'bob review_reminder 3',
    'bob review_reminder 3',
    'requester review_escalation 3',
  ]);
});

it('ends when all requests are closed', async () => {
  const { token, assetIds, requester } = await ask();
  for (const assetId of assetIds) await cancelReview(db(), { assetId, userId: requester.id }, new Date());
  expect(await look(token, 24)).toMatchObject({ state: 'ended', pending: 0, reminders: 0 });
  expect(await mailed({})).toEqual([]);
});

describe('the watch', () => {
  const overdue = (hours: number) => findOverdueFollowUps(db(), { now: later(hours), graceMs: 0, limit: 1_000 });

  it('finds what is due and pending, and nothing that is decided, not due, or has been done', async () => {
    const [open, running, closed, half] = [await ask(), await ask('running'), await ask(), await ask('cancelled')];
    for (const assetId of closed.assetIds) await cancelReview(db(), { assetId, userId: closed.requester.id }, new Date()); // prettier-ignore
    const found = async (hours: number) => {
      const tokens = await overdue(hours);
      return [open, running, closed, half].map(({ token }) => tokens.includes(token));
    };
    expect(await found(23)).toEqual([false, false, false, false]);
    expect(await found(25)).toEqual([true, false, false, true]);
    await look(open.token, 25);
    expect(await found(26)).toEqual([false, false, false, true]);
    expect(await found(49)).toEqual([true, false, false, true]);
  });

  it('wakes the follow-up of each', async () => {
    const [one, other] = [await ask(), await ask()];
    const woken: string[] = [];
    const { watchReviews } = createReviewFollowUpActivities({
      store: database.store,
      timers: { wake: () => Promise.resolve() },
      followUps: { wake: (token) => Promise.resolve(void woken.push(token)) },
      log: pino({ level: 'silent' }),
      now: () => later(24.2),
    });
    const { overdue: count } = await new MockActivityEnvironment().run<[], { overdue: number }, typeof watchReviews>(watchReviews); // prettier-ignore
    expect(woken).toEqual(expect.arrayContaining([one.token, other.token]));
    expect(count).toBe(woken.length);
  });
});
