import { type KyselyConfig, Kysely, PostgresDialect, sql } from 'kysely';
import { decideReview, REVIEW_ANSWERS, type ReviewPolicy } from '../../src/domain/review';
import { lockRights } from '../../src/store/approvers';
import type { Database } from '../../src/store/database';
import { preparing } from '../../src/store/prepared';
import { answerReview, answerReviews, cancelReview } from '../../src/store/review-decision';
import { lockOpenRequests } from '../../src/store/review-locking';
import { settleReviewRights } from '../../src/store/review-rights';
import type { Tables } from '../../src/store/tables';
import { waitForBlocked } from '../support/blocked';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createTeam, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { createRandom } from '../support/random';
import { createReview } from '../support/reviews';

const APPROVERS = 100;
const SEED = Number(process.env['REVIEW_RACES_SEED'] ?? Date.now() % 1_000_000);
const random = createRandom(SEED);

let database: TestDatabase;
let requester: TestUser;
let people: readonly TestUser[];
/** Codes of the errors that statements ended with, also of those that were run again. */
const faults: unknown[] = [];
let db: Database;

beforeAll(async () => {
  console.info(`REVIEW_RACES_SEED=${String(SEED)}`);
  database = await createTestDatabase();
  const log: KyselyConfig['log'] = (event) => {
    if (event.level === 'error') faults.push((event.error as { code?: unknown }).code ?? event.error);
  };
  db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: preparing(database.store.pool) }), log });
  requester = await createUser(db);
  people = await Promise.all(Array.from({ length: APPROVERS }, () => createUser(db)));
});
afterAll(() => database.drop());
beforeEach(() => {
  faults.length = 0;
});

const NOW = new Date('2026-03-01T12:00:00.000Z');

interface Scene {
  readonly project: TestThing;
  readonly team: TestThing;
  readonly assetIds: readonly string[];
  readonly requestIds: readonly string[];
}

async function prepare(policy: ReviewPolicy, count: number): Promise<Scene> {
  const project = await createProject(db);
  const approverIds = people.map(({ id }) => id);
  const team = await createTeam(db, approverIds);
  await grantAccess(db, project.id, team.id, { canApprove: true });
  const assets = await createAssets(db, { projectId: project.id, ownerId: requester.id }, count);
  const assetIds = assets.map(({ id }) => id);
  const { requestIds } = await createReview(db, { project, requester, policy, assetIds, approverIds });
  return { project, team, assetIds, requestIds };
}

const shuffled = <T>(items: readonly T[]): T[] =>
  items.map((item) => [random.integer(1 << 30), item] as const).sort(([a], [b]) => a - b).map(([, item]) => item); // prettier-ignore

/** What the function says of the answers stored. */
async function expectedOf(policy: ReviewPolicy, requestId: string) {
  const { rows } = await sql<{ approvers: number; approved: number; revision: number }>`
    select count(*)::int as approvers, count(*) filter (where answer = 'approved')::int as approved,
      count(*) filter (where answer = 'needs_revision')::int as revision
    from reviews where request_id = ${requestId} and lost_at is null`.execute(db);
  const { approvers = 0, approved = 0, revision = 0 } = rows[0] ?? {};
  return decideReview(policy, { approvers, approved, needsRevision: revision });
}

async function statusOf(requestId: string) {
  return db.selectFrom('review_requests').select(['status', 'closed_reason']).where('id', '=', requestId).executeTakeFirstOrThrow(); // prettier-ignore
}

/** The right is taken from the team, as whoever changes rights does it. */
async function takeRight({ project, team }: Scene): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await lockRights(tx, [project.id]);
    await grantAccess(tx, project.id, team.id, { canApprove: false });
    await settleReviewRights(tx, [project.id], null, NOW);
  });
}

/** As a forced approval does: what is open is closed, and what is approved takes its place. */
async function force({ assetIds, project }: Scene, jobId: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const requests = [...(await lockOpenRequests(tx, assetIds)).values()];
    await sql`update review_requests set closed_at = ${NOW}, closed_reason = 'superseded'
      where id = any(${requests.map(({ id }) => id)}::bigint[])`.execute(tx);
    await tx
      .insertInto('review_requests')
      .values(
        requests.map(({ assetId }) => ({
          project_id: project.id,
          asset_id: assetId,
          job_id: jobId,
          requested_by: requester.id,
          status: 'approved',
          forced: true,
          decided_at: NOW,
        })),
      )
      .execute();
  });
}

const POLICIES: readonly ReviewPolicy[] = [
  { kind: 'all' },
  { kind: 'any' },
  { kind: 'minimum', minimum: 40 },
  { kind: 'minimum', minimum: 1_000 },
];

test.each(POLICIES)('100 approvers at once: the status is what $kind $minimum says of the answers', async (policy) => {
  const { assetIds, requestIds } = await prepare(policy, 1);
  const [assetId = '', requestId = ''] = [assetIds[0], requestIds[0]];
  const words = people.map(({ id }) => ({ id, answer: random.pick(REVIEW_ANSWERS) }));
  await Promise.all(
    shuffled(words).map(({ id, answer }) => answerReview(db, { assetId, userId: id, answer, comment: null }, NOW)),
  );
  expect((await statusOf(requestId)).status).toBe(await expectedOf(policy, requestId));
  // The last word of everybody: all approve, so that no policy but the one out of reach is still open.
  await Promise.all(
    people.map(({ id }) => answerReview(db, { assetId, userId: id, answer: 'approved', comment: null }, NOW)),
  );
  expect((await statusOf(requestId)).status).toBe(await expectedOf(policy, requestId));
  expect(faults).toEqual([]);
});

test('answers to many assets, lost rights, cancelling and forced approval cross without a deadlock', async () => {
  const policy: ReviewPolicy = { kind: 'minimum', minimum: 40 };
  const scene = await prepare(policy, 20);
  const { jobId } = await createReview(db, { project: scene.project, requester, policy, assetIds: (await createAssets(db, { projectId: scene.project.id, ownerId: requester.id }, 1)).map(({ id }) => id), approverIds: [] }); // prettier-ignore
  const answers = people.map(({ id: userId }) => () => {
    const voice = { userId, answer: random.pick(REVIEW_ANSWERS), comment: random.integer(4) === 0 ? 'so it is' : null };
    return answerReviews(db, shuffled(scene.assetIds), voice, NOW);
  });
  const others = [
    () => cancelReview(db, { assetId: scene.assetIds[3] ?? '', userId: requester.id }, NOW),
    () => cancelReview(db, { assetId: scene.assetIds[17] ?? '', userId: requester.id }, NOW),
    () => force({ ...scene, assetIds: scene.assetIds.slice(8, 12) }, jobId),
    () => takeRight(scene),
  ];
  await Promise.all(shuffled<() => Promise<unknown>>([...answers, ...others]).map((work) => work()));
  expect(faults).toEqual([]);
  for (const requestId of scene.requestIds) {
    const { status, closed_reason: reason } = await statusOf(requestId);
    // A closed one keeps what it was, and answers of who lost the right since are not counted there.
    if (reason === null) expect(status).toBe(await expectedOf(policy, requestId));
  }
  const { rows } = await sql<{ reason: string | null; count: number }>`
    select closed_reason as reason, count(*)::int as count from review_requests
    where id = any(${scene.requestIds}::bigint[]) group by 1 order by 1`.execute(db);
  expect(rows).toEqual([
    { reason: 'cancelled', count: 2 },
    { reason: 'superseded', count: 4 },
    { reason: null, count: 14 },
  ]);
});

test('an answer that waits for its request is given to the one that took its place', async () => {
  const { project, assetIds } = await prepare({ kind: 'any' }, 1);
  const [assetId = ''] = assetIds;
  const approver = people[0] as TestUser;
  const answered = await db.transaction().execute(async (tx) => {
    const [open] = [...(await lockOpenRequests(tx, assetIds)).values()];
    const waiting = answerReview(db, { assetId, userId: approver.id, answer: 'approved', comment: null }, NOW);
    await tx.updateTable('review_requests').set({ closed_at: NOW, closed_reason: 'asked_again' }).where('id', '=', open?.id ?? '').execute(); // prettier-ignore
    const successor = await createReview(tx, { project, requester, policy: { kind: 'any' }, assetIds, approverIds: [approver.id] }); // prettier-ignore
    await waitForBlocked(database.store.pool);
    return { waiting, successor: successor.requestIds[0] ?? '' };
  });
  expect((await answered.waiting).outcome).toBe('answered');
  expect((await statusOf(answered.successor)).status).toBe('approved');
});
