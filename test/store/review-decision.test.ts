import { sql } from 'kysely';
import type { ReviewAnswer, ReviewPolicy } from '../../src/domain/review';
import { answerReview, answerReviews, cancelReview } from '../../src/store/review-decision';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createTeam, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { createReview } from '../support/reviews';

let database: TestDatabase;
let project: TestThing;
let requester: TestUser;
let ann: TestUser;
let bob: TestUser;
let approvers: TestThing;

const db = () => database.store.db;
const NOW = new Date('2026-03-01T12:00:00.000Z');
const LATER = new Date('2026-03-01T13:00:00.000Z');
const ALL: ReviewPolicy = { kind: 'all' };

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

beforeEach(async () => {
  project = await createProject(db());
  [requester, ann, bob] = [await createUser(db()), await createUser(db()), await createUser(db())];
  approvers = await createTeam(db(), [ann.id, bob.id]);
  await grantAccess(db(), project.id, approvers.id, { canApprove: true });
  await grantAccess(db(), project.id, requester.ownTeamId, { canWrite: true });
});

async function ask({ policy = ALL, count = 1 } = {}) {
  const assets = await createAssets(db(), { projectId: project.id, ownerId: requester.id }, count);
  const assetIds = assets.map(({ id }) => id);
  const review = await createReview(db(), { project, requester, policy, assetIds, approverIds: [ann.id, bob.id] });
  return { assetIds, assetId: assetIds[0] ?? '', ...review };
}

const say = (assetId: string, user: TestUser, answer: ReviewAnswer, comment: string | null = null, now = NOW) =>
  answerReview(db(), { assetId, userId: user.id, answer, comment }, now);

const reviewsOf = (requestId = '') =>
  db().selectFrom('reviews').select(['answer', 'answered_at', 'waiting']).where('request_id', '=', requestId).orderBy('approver_id').execute(); // prettier-ignore
const requestOf = (id = '') =>
  db().selectFrom('review_requests').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const historyOf = async (assetId: string) =>
  (
    await db()
      .selectFrom('history')
      .select(['kind', 'actor_id', 'details'])
      .where('asset_id', '=', assetId)
      .orderBy('id')
      .execute()
  ).map(
    // prettier-ignore
    ({ kind, actor_id: actor, details }) => ({ kind, actor, details }),
  );
const eventsOf = () =>
  db().selectFrom('sync_events').select(['action', 'data_type', 'data_key', 'data']).where('project_id', '=', project.id).orderBy('cursor').execute(); // prettier-ignore
const messagesOf = async (assetId: string) =>
  (await db().selectFrom('comments').select('message').where('asset_id', '=', assetId).orderBy('id').execute()).map(
    ({ message }) => message,
  );
/** Everything that an answer could have written. */
const traces = async () => {
  const { rows } = await sql<{ digest: string }>`
    select concat(
      (select string_agg(r::text, '|' order by r.request_id, r.approver_id) from reviews r),
      (select string_agg(q::text, '|' order by q.id) from review_requests q), (select count(*) from history),
      (select count(*) from comments), (select sum(cursor) from sync_cursors)) as digest`.execute(db());
  return rows[0]?.digest;
};

test('an answer is written with its comment, history and one sync event', async () => {
  const { assetId, requestIds } = await ask();
  expect(await say(assetId, ann, 'approved', 'Lovely.')).toEqual({ outcome: 'answered', followUps: [] });
  expect(await reviewsOf(requestIds[0])).toEqual([
    { answer: 'approved', answered_at: NOW, waiting: false },
    { answer: 'pending', answered_at: null, waiting: true },
  ]);
  expect(await messagesOf(assetId)).toEqual(['Lovely.']);
  const review = { id: Number(requestIds[0]), approver: Number(ann.id), answer: 'approved' };
  expect(await historyOf(assetId)).toEqual([
    { kind: 'commented', actor: ann.id, details: { comment_id: expect.any(Number) as number } },
    { kind: 'review_answered', actor: ann.id, details: { review } },
  ]);
  const [asset] = await db().selectFrom('assets').select('uuid').where('id', '=', assetId).execute();
  const data = { project_gid: project.uuid, status: 'pending', open: true };
  expect(await eventsOf()).toEqual([{ action: 'UPDATE', data_type: 'reviews', data_key: asset?.uuid, data }]);
});

test('the answer that decides is told as a decision too, by one sync event', async () => {
  const { assetId, requestIds } = await ask();
  await say(assetId, ann, 'approved');
  await say(assetId, bob, 'approved', null, LATER);
  expect(await requestOf(requestIds[0])).toMatchObject({ status: 'approved', decided_at: LATER, closed_at: null });
  const id = Number(requestIds[0]);
  expect((await historyOf(assetId)).slice(1)).toEqual([
    { kind: 'review_answered', actor: bob.id, details: { review: { id, approver: Number(bob.id), answer: 'approved' } } }, // prettier-ignore
    { kind: 'review_decided', actor: bob.id, details: { review: { id, status: 'approved' } } },
  ]);
  expect((await eventsOf()).map(({ data }) => (data as { status: string }).status)).toEqual(['pending', 'approved']);
});

test('a threshold that can no longer be met ends the review, and a changed mind opens it again', async () => {
  const { assetId, requestIds } = await ask();
  await say(assetId, ann, 'needs_revision');
  expect(await requestOf(requestIds[0])).toMatchObject({ status: 'needs_revision', decided_at: NOW });
  await say(assetId, ann, 'approved');
  expect(await requestOf(requestIds[0])).toMatchObject({ status: 'pending', decided_at: null });
  await say(assetId, bob, 'approved');
  await say(assetId, ann, 'pending');
  expect(await requestOf(requestIds[0])).toMatchObject({ status: 'pending', decided_at: null });
  expect((await reviewsOf(requestIds[0]))[0]).toEqual({ answer: 'pending', answered_at: null, waiting: true });
});

test.each(['approved', 'needs_revision', 'pending'] as const)('saying %s again changes nothing', async (answer) => {
  const { assetId } = await ask();
  await say(assetId, ann, 'approved');
  await say(assetId, ann, answer, 'as I said');
  const before = await traces();
  expect(await say(assetId, ann, answer, 'as I said', LATER)).toEqual({ outcome: 'unchanged', followUps: [] });
  expect(await say(assetId, ann, answer, null, LATER)).toEqual({ outcome: 'unchanged', followUps: [] });
  expect(await traces()).toBe(before);
});

test('another comment with the same answer is a comment, and no answer', async () => {
  const { assetId } = await ask();
  await say(assetId, ann, 'approved', 'Good.');
  expect((await say(assetId, ann, 'approved', 'And sharp.', LATER)).outcome).toBe('answered');
  expect(await messagesOf(assetId)).toEqual(['Good.', 'And sharp.']);
  expect((await historyOf(assetId)).map(({ kind }) => kind)).toEqual(['commented', 'review_answered', 'commented']);
  expect(await eventsOf()).toHaveLength(1);
});

describe('nobody else is heard, and nothing is written of it', () => {
  const refused = async (assetId: string, user: TestUser, outcome: string) => {
    const before = await traces();
    expect(await say(assetId, user, 'approved', 'me too')).toEqual({ outcome, followUps: [] });
    expect(await traces()).toBe(before);
  };

  test('who is not asked, even an approver or an administrator', async () => {
    const { assetId } = await ask();
    const carl = await createUser(db(), { admin: true });
    await grantAccess(db(), project.id, carl.ownTeamId, { canApprove: true });
    await refused(assetId, carl, 'forbidden');
    await refused(assetId, requester, 'forbidden');
  });

  test('an approver whose right is gone at this moment, recorded or not', async () => {
    const { assetId, requestIds } = await ask();
    await db().updateTable('reviews').set({ lost_at: NOW, waiting: false }).where('request_id', '=', requestIds[0] ?? '').where('approver_id', '=', bob.id).execute(); // prettier-ignore
    await refused(assetId, bob, 'forbidden');
    await grantAccess(db(), project.id, approvers.id, { canApprove: false });
    await refused(assetId, ann, 'forbidden');
  });

  test('an approver of another project, once the asset has moved there', async () => {
    const { assetId } = await ask();
    const other = await createProject(db());
    await grantAccess(db(), other.id, ann.ownTeamId);
    await db().updateTable('assets').set({ project_id: other.id }).where('id', '=', assetId).execute();
    await refused(assetId, ann, 'forbidden');
  });

  test('where no request is open', async () => {
    const { assetId } = await ask();
    await cancelReview(db(), { assetId, userId: requester.id }, NOW);
    await refused(assetId, ann, 'none');
    const [asset] = await createAssets(db(), { projectId: project.id, ownerId: requester.id }, 1);
    await refused(asset?.id ?? '', ann, 'none');
  });
});

test('many assets are answered in the statements of one, each by what it is', async () => {
  const { assetIds, requestIds } = await ask({ policy: { kind: 'any' }, count: 50 });
  const [closed = '', said = ''] = assetIds;
  await cancelReview(db(), { assetId: closed, userId: requester.id }, NOW);
  await say(said, ann, 'approved', 'fine');
  const voice = { userId: ann.id, answer: 'approved', comment: 'fine' } as const;
  const { outcomes } = await answerReviews(db(), assetIds, voice, LATER);
  expect([...outcomes.values()]).toEqual(['none', 'unchanged', ...Array<string>(48).fill('answered')]);
  const { rows } = await sql<{ status: string; count: string }>`
    select status, count(*) from review_requests where id = any(${requestIds}::bigint[]) group by status order by 1`.execute(db()); // prettier-ignore
  expect(rows).toEqual([
    { status: 'approved', count: '49' },
    { status: 'pending', count: '1' },
  ]);
  expect(await messagesOf(assetIds[49] ?? '')).toEqual(['fine']);
  expect(await eventsOf()).toHaveLength(50);
});

describe('cancelling', () => {
  test.each(['requester', 'manager', 'administrator'])('the %s may', async (who) => {
    const { assetId, requestIds } = await ask();
    await say(assetId, ann, 'approved');
    const user = who === 'requester' ? requester : await createUser(db(), { admin: who === 'administrator' });
    if (who === 'manager') await grantAccess(db(), project.id, user.ownTeamId, { canManage: true });
    expect(await cancelReview(db(), { assetId, userId: user.id }, LATER)).toEqual({ outcome: 'cancelled', followUps: [] }); // prettier-ignore
    const closed = { closed_at: LATER, closed_reason: 'cancelled', closed_by: user.id, status: 'pending' };
    expect(await requestOf(requestIds[0])).toMatchObject(closed);
    expect((await reviewsOf(requestIds[0])).map(({ answer, waiting }) => [answer, waiting])).toEqual([
      ['approved', false],
      ['pending', false],
    ]);
    const review = { id: Number(requestIds[0]), status: 'pending' };
    expect((await historyOf(assetId)).at(-1)).toEqual({
      kind: 'review_cancelled',
      actor: user.id,
      details: { review },
    });
    expect((await eventsOf()).at(-1)).toMatchObject({ data: { open: false } });
    expect((await cancelReview(db(), { assetId, userId: user.id }, LATER)).outcome).toBe('none');
  });

  test('an approver, and who may write, may not', async () => {
    const { assetId } = await ask();
    const writer = await createUser(db());
    await grantAccess(db(), project.id, writer.ownTeamId, { canWrite: true });
    const before = await traces();
    for (const { id: userId } of [ann, writer]) {
      expect((await cancelReview(db(), { assetId, userId }, NOW)).outcome).toBe('forbidden');
    }
    expect(await traces()).toBe(before);
  });
});

describe('which follow-ups are to look again', () => {
  const followed = async (count = 1) => {
    const review = await ask({ policy: { kind: 'any' }, count });
    await db().updateTable('review_orders').set({ due_at: LATER }).where('job_id', '=', review.jobId).execute();
    const { uuid } = await db().selectFrom('jobs').select('uuid').where('id', '=', review.jobId).executeTakeFirstOrThrow(); // prettier-ignore
    return { ...review, token: uuid };
  };
  const end = (jobId: string) =>
    db().updateTable('review_orders').set({ follow_up_ended_at: NOW }).where('job_id', '=', jobId).execute();

  test('only when the last pending one of the order is decided or cancelled', async () => {
    const { assetIds, token } = await followed(3);
    const [first = '', second = '', third = ''] = assetIds;
    expect((await say(first, ann, 'approved')).followUps).toEqual([]);
    await db().updateTable('assets').set({ deleted_at: NOW, trash_root_id: third }).where('id', '=', third).execute();
    expect((await say(second, ann, 'approved')).followUps).toEqual([token]);
    expect((await say(second, bob, 'approved')).followUps).toEqual([]);
    expect((await cancelReview(db(), { assetId: third, userId: requester.id }, NOW)).followUps).toEqual([token]);
  });

  test('only when something is pending again after it has ended', async () => {
    const { assetId, jobId, token } = await followed();
    await say(assetId, ann, 'approved');
    expect((await say(assetId, ann, 'pending')).followUps).toEqual([]);
    await say(assetId, ann, 'approved');
    await end(jobId);
    expect((await say(assetId, bob, 'needs_revision')).followUps).toEqual([]);
    expect((await say(assetId, ann, 'pending')).followUps).toEqual([token]);
  });

  test('none of an order that is not followed up', async () => {
    const { assetId, jobId } = await ask({ policy: { kind: 'any' } });
    expect((await say(assetId, ann, 'approved')).followUps).toEqual([]);
    await end(jobId);
    expect((await say(assetId, ann, 'pending')).followUps).toEqual([]);
  });
});
