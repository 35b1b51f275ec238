import type { ReviewPolicy } from '../../src/domain/review';
import { findInconsistencies } from '../../src/store/consistency';
import { settleStatuses } from '../../src/store/review-status';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createTeam, createUser, grantAccess } from '../support/fixtures';
import { createReview, writeAnswer } from '../support/reviews';

const ANSWERS = ['pending', 'approved', 'needs_revision'] as const;
const POLICIES: readonly ReviewPolicy[] = [
  { kind: 'all' },
  { kind: 'any' },
  { kind: 'minimum', minimum: 2 },
  { kind: 'minimum', minimum: 4 },
];

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function brokenStatuses(): Promise<number | undefined> {
  for await (const { name, count } of findInconsistencies(database.store.db)) if (name === 'review statuses') return count; // prettier-ignore
  return undefined;
}

it('the rule of statuses and the function that decides them agree on every list of answers of three approvers', async () => {
  const { db } = database.store;
  const people = [await createUser(db), await createUser(db), await createUser(db)];
  const approverIds = people.map(({ id }) => id);
  const project = await createProject(db);
  await grantAccess(db, project.id, (await createTeam(db, approverIds)).id, { canApprove: true }); // prettier-ignore
  const [requester] = people;
  if (requester === undefined) throw new Error('there is nobody');
  const lists = ANSWERS.flatMap((a) => ANSWERS.flatMap((b) => ANSWERS.map((c) => [a, b, c])));
  for (const policy of POLICIES) {
    const assets = await createAssets(db, { projectId: project.id, ownerId: requester.id }, lists.length);
    const { requestIds } = await createReview(db, { project, requester, policy, assetIds: assets.map(({ id }) => id), approverIds }); // prettier-ignore
    for (const [at, answers] of lists.entries()) {
      for (const [who, answer] of answers.entries()) await writeAnswer(db, requestIds[at] ?? '', approverIds[who] ?? '', answer); // prettier-ignore
    }
    const changed = await settleStatuses(db, requestIds, new Date());
    expect(changed.length).toBeGreaterThan(5);
    expect(await brokenStatuses()).toBe(0);
    // Each that was told another status than its own is found.
    await db.updateTable('review_requests').set({ status: 'pending', decided_at: null }).where('id', 'in', requestIds).execute(); // prettier-ignore
    expect(await brokenStatuses()).toBe(changed.length);
    await settleStatuses(db, requestIds, new Date());
  }
});
