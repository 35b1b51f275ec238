import type { ReviewPolicy } from '../../src/domain/review';
import { settleStatuses } from '../../src/store/review-status';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, type TestThing, type TestUser } from '../support/fixtures';
import { createReview, writeAnswer } from '../support/reviews';

let database: TestDatabase;
let project: TestThing;
let people: TestUser[];

const db = () => database.store.db;
const NOW = new Date('2026-03-01T12:00:00.000Z');

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
});

beforeEach(async () => {
  project = await createProject(db());
  people = [await createUser(db()), await createUser(db()), await createUser(db())];
});

async function ask(policy: ReviewPolicy, count: number) {
  const requester = people[0] as TestUser;
  const assets = await createAssets(db(), { projectId: project.id, ownerId: requester.id }, count);
  const approverIds = people.map(({ id }) => id);
  return createReview(db(), { project, requester, policy, assetIds: assets.map(({ id }) => id), approverIds });
}

const idOf = (no: number) => people[no]?.id ?? '';
const rows = (ids: readonly string[]) =>
  db().selectFrom('review_requests').select(['status', 'decided_at']).where('id', 'in', ids).orderBy('id').execute();

it('brings each of many requests to what its answers amount to, and tells those that changed', async () => {
  const { requestIds } = await ask({ kind: 'minimum', minimum: 2 }, 3);
  const [first = '', second = '', third = ''] = requestIds;
  await writeAnswer(db(), first, idOf(0), 'approved');
  await writeAnswer(db(), first, idOf(2), 'approved');
  await writeAnswer(db(), second, idOf(0), 'needs_revision');
  await writeAnswer(db(), second, idOf(1), 'needs_revision');
  await writeAnswer(db(), third, idOf(1), 'approved');
  const changes = await settleStatuses(db(), requestIds, NOW);
  expect(changes.map(({ requestId, from, to }) => [requestId, from, to])).toEqual([
    [first, 'pending', 'approved'],
    [second, 'pending', 'needs_revision'],
  ]);
  expect(await rows(requestIds)).toEqual([
    { status: 'approved', decided_at: NOW },
    { status: 'needs_revision', decided_at: NOW },
    { status: 'pending', decided_at: null },
  ]);
  expect(await settleStatuses(db(), requestIds, NOW)).toEqual([]);
});

it('does not count who has lost the right, and takes a decision back', async () => {
  const { requestIds } = await ask({ kind: 'all' }, 1);
  const [request = ''] = requestIds;
  await writeAnswer(db(), request, idOf(0), 'needs_revision');
  await settleStatuses(db(), requestIds, NOW);
  await db().updateTable('reviews').set({ lost_at: NOW }).where('approver_id', '=', idOf(0)).execute();
  expect(await settleStatuses(db(), requestIds, NOW)).toMatchObject([{ from: 'needs_revision', to: 'pending' }]);
  expect(await rows(requestIds)).toEqual([{ status: 'pending', decided_at: null }]);
});

it('leaves what is closed, or was forced, as it is', async () => {
  const { requestIds } = await ask({ kind: 'any' }, 2);
  const [closed = '', forced = ''] = requestIds;
  for (const id of requestIds) await writeAnswer(db(), id, idOf(1), 'approved');
  await db().updateTable('review_requests').set({ closed_at: NOW, closed_reason: 'cancelled' }).where('id', '=', closed).execute(); // prettier-ignore
  await db().updateTable('review_requests').set({ forced: true }).where('id', '=', forced).execute();
  expect(await settleStatuses(db(), requestIds, NOW)).toEqual([]);
});

it('of no requests does nothing', async () => {
  expect(await settleStatuses(db(), [], NOW)).toEqual([]);
});
