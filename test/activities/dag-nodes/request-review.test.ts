import { requestReviewHandler } from '../../../src/activities/dag-nodes/request-review';
import type { NodeContext, NodeResult } from '../../../src/activities/dag-nodes/node-handler';
import type { JsonObject } from '../../../src/domain/dag-action';
import type { ReviewAnswer } from '../../../src/domain/review';
import type { WithOf } from '../../../src/schemas/dag-nodes';
import type { Store } from '../../../src/store/database';
import { endJob, findRunnableJob } from '../../../src/store/job-progress';
import { answerReview, cancelReview } from '../../../src/store/review-decision';
import { snapshotReview } from '../../../src/store/review-request';
import { readReviewJob, reviewNextChunk } from '../../../src/store/review-request-chunk';
import { tokenOf } from '../../support/dag-child-jobs';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import {
  begin,
  contextOf,
  createNodeLibrary,
  createTestRun,
  type NodeLibrary,
  type TestRun,
} from '../../support/dag-nodes';
import { createFolder, createUser, grantAccess, type TestUser } from '../../support/fixtures';
import { runReview } from '../../support/review-requests';

let database: TestDatabase;
let store: Store;
let library: NodeLibrary;
let approver: TestUser;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ store } = database);
});
beforeEach(async () => {
  library = await createNodeLibrary(store.db);
  approver = await createUser(store.db);
  await grantAccess(store.db, library.project.id, approver.ownTeamId, { canApprove: true, canManage: true });
});
afterAll(() => database.drop());

interface Asked {
  readonly run: TestRun;
  readonly context: NodeContext<WithOf<'request_review'>>;
  readonly token: string;
  waiting: JsonObject;
}

/** A node whose job has asked, unless it is told not to. */
async function ask(given: object = {}, works = true): Promise<Asked> {
  const run = await createTestRun(store.db, library, 'request_review');
  const now = new Date();
  const context = contextOf(library, run, 'request_review', given, { at: now, now });
  const result = await begin(store.db, requestReviewHandler, context);
  if (result.kind !== 'waiting') throw new Error(JSON.stringify(result));
  const token = tokenOf(result);
  if (works) await work(token);
  return { run, context, token, waiting: result.waiting };
}

async function work(token: string): Promise<void> {
  const job = await findRunnableJob(store.db, token);
  if (job === null) throw new Error(`there is no job ${token}`);
  await snapshotReview(store.db, { id: job.id, token, projectId: library.project.id }, new Date());
  const review = await readReviewJob(store.db, job.id);
  while ((await reviewNextChunk(store.db, review, new Date())) === 'worked');
  await endJob(store.db, job.id, { state: 'done', outcome: null, error: null }, new Date());
}

async function resume(asked: Asked): Promise<NodeResult> {
  const resumed = await store.db.transaction().execute((tx) => requestReviewHandler.resume?.(tx, asked.context, asked.waiting) ?? Promise.reject(new Error('it cannot be resumed'))); // prettier-ignore
  if (resumed.kind === 'waiting') asked.waiting = resumed.waiting;
  return resumed;
}

const answer = (said: ReviewAnswer) =>
  answerReview(store.db, { assetId: library.asset.id, userId: approver.id, answer: said, comment: null }, new Date());

async function isNudged({ run }: Asked): Promise<boolean> {
  const { nudge_due_at: at } = await store.db.selectFrom('jobs').select('nudge_due_at').where('id', '=', run.jobId).executeTakeFirstOrThrow(); // prettier-ignore
  await store.db.updateTable('jobs').set({ nudge_due_at: null }).where('id', '=', run.jobId).execute();
  return at !== null;
}

it('waits for the decision, which wakes the run', async () => {
  const asked = await ask();
  expect(await isNudged(asked)).toBe(true);
  expect(await resume(asked)).toMatchObject({ kind: 'waiting' });
  expect(await isNudged(asked)).toBe(false);
  await answer('approved');
  expect(await isNudged(asked)).toBe(true);
  expect(await resume(asked)).toEqual({ kind: 'done', output: { job: asked.token, status: 'approved' } });
});

it('finds a decision that was made before anybody looked', async () => {
  const asked = await ask();
  await answer('approved');
  expect(await resume(asked)).toMatchObject({ kind: 'done', output: { status: 'approved' } });
});

it.each([
  [{}, 'failed'],
  [{ on_needs_revision: 'succeed' }, 'done'],
])('of what needs a revision with %j is %s', async (given, kind) => {
  const asked = await ask(given);
  await answer('needs_revision');
  expect(await resume(asked)).toMatchObject({ kind, output: { status: 'needs_revision' } });
});

it('fails when its review is cancelled, and the run is woken', async () => {
  const asked = await ask();
  await resume(asked);
  await isNudged(asked);
  await cancelReview(store.db, { assetId: library.asset.id, userId: library.user.id }, new Date());
  expect(await isNudged(asked)).toBe(true);
  expect(await resume(asked)).toMatchObject({ kind: 'failed', code: 'review_closed', output: { status: 'closed' } });
});

it('counts a forced approval as approved, and the run is woken', async () => {
  const asked = await ask();
  await resume(asked);
  await isNudged(asked);
  const { project, asset } = library;
  await runReview(store, { kind: 'force_approve', project, user: approver, assetIds: [asset.id] });
  expect(await isNudged(asked)).toBe(true);
  expect(await resume(asked)).toMatchObject({ kind: 'done', output: { status: 'approved' } });
});

it('fails when the asset is asked for again after its decision', async () => {
  const asked = await ask();
  await resume(asked);
  await answer('approved');
  const { project, asset, user } = library;
  await runReview(store, { project, user, assetIds: [asset.id] });
  expect(await resume(asked)).toMatchObject({ kind: 'failed', code: 'review_closed' });
});

it('waits for the review that others have asked for', async () => {
  const { project, asset, user } = library;
  await runReview(store, { project, user, assetIds: [asset.id] });
  const asked = await ask();
  expect(await resume(asked)).toMatchObject({ kind: 'waiting' });
  await isNudged(asked);
  await answer('approved');
  expect(await isNudged(asked)).toBe(true);
  expect(await resume(asked)).toMatchObject({ kind: 'done', output: { status: 'approved' } });
});

it('wakes two runs that wait for one review', async () => {
  const one = await ask();
  const two = await ask();
  await resume(one);
  await resume(two);
  await isNudged(one);
  await isNudged(two);
  await answer('approved');
  expect([await isNudged(one), await isNudged(two)]).toEqual([true, true]);
});

it('fails when its asset is deleted for good', async () => {
  const asked = await ask();
  expect(await resume(asked)).toMatchObject({ kind: 'waiting' });
  await store.db.deleteFrom('assets').where('id', '=', library.asset.id).execute();
  await store.db.deleteFrom('review_requests').where('asset_id', '=', library.asset.id).execute();
  expect(await resume(asked)).toMatchObject({ kind: 'failed', code: 'review_closed' });
});

it('is closed with its node, but not a review of others', async () => {
  const abandon = ({ context, waiting }: Asked) =>
    store.db.transaction().execute((tx) => requestReviewHandler.abandon?.(tx, context, waiting) ?? Promise.resolve());
  const openOnes = () => store.db.selectFrom('review_requests').select('id').where('asset_id', '=', library.asset.id).where('closed_at', 'is', null).execute(); // prettier-ignore
  await abandon(await ask());
  expect(await openOnes()).toHaveLength(0);
  const { project, asset, user } = library;
  await runReview(store, { project, user, assetIds: [asset.id] });
  const asked = await ask();
  await resume(asked);
  await abandon(asked);
  expect(await openOnes()).toHaveLength(1);
});

it('is not made by a job that was abandoned before it began', async () => {
  const asked = await ask({}, false);
  await store.db.transaction().execute((tx) => requestReviewHandler.abandon?.(tx, asked.context, asked.waiting) ?? Promise.resolve()); // prettier-ignore
  const job = await findRunnableJob(store.db, asked.token);
  await snapshotReview(store.db, { id: job?.id ?? '', token: asked.token, projectId: library.project.id }, new Date());
  expect(await reviewNextChunk(store.db, await readReviewJob(store.db, job?.id ?? ''), new Date())).toBe('stopped');
});

it('fails when the right to write was taken away before its job worked', async () => {
  const asked = await ask({}, false);
  await grantAccess(store.db, library.project.id, library.user.ownTeamId);
  await work(asked.token);
  expect(await resume(asked)).toMatchObject({ kind: 'failed', code: 'forbidden' });
});

it.each([
  ['without an approver', 'no_approver', () => grantAccess(store.db, library.project.id, approver.ownTeamId)],
  ['without the right to write', 'forbidden', () => grantAccess(store.db, library.project.id, library.user.ownTeamId)],
])('does not begin %s', async (_what, code, prepare) => {
  await prepare();
  await expect(ask()).rejects.toThrow(code);
});

it.each([
  [{ policy: 2 }, 'bad_with'],
  [{ due_at: '2020-01-01T00:00:00Z' }, 'bad_with'],
])('does not begin on the terms %j', async (given, code) => {
  await expect(ask(given)).rejects.toThrow(code);
});

it('does not begin for a folder', async () => {
  const folder = await createFolder(store.db, { projectId: library.project.id, ownerId: library.user.id });
  await expect(ask({ asset: folder.uuid })).rejects.toThrow('not_a_file');
});
