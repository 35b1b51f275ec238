import { sql } from 'kysely';
import { createChildJob } from '../../src/store/job-children';
import { cancelJob } from '../../src/store/job-control';
import { findRunnableJob, finishJob } from '../../src/store/job-progress';
import { BEFORE_ALL, readItemPage } from '../../src/store/job-items';
import { newUuid } from '../../src/store/ids';
import { snapshotReview } from '../../src/store/review-request';
import { readReviewJob, reviewNextChunk } from '../../src/store/review-request-chunk';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { prepareReview, reviewAllChunks, runReview, type TestReviewOrder } from '../support/review-requests';

let database: TestDatabase;
let user: TestUser;
let approvers: readonly TestUser[];
let project: TestThing;

const db = () => database.store.db;
const order = (over: Partial<TestReviewOrder> = {}): TestReviewOrder => ({ project, user, ...over });
const run = (over: Partial<TestReviewOrder> = {}) => runReview(database.store, order(over));
const make = async (count: number) =>
  (await createAssets(db(), { projectId: project.id, ownerId: user.id }, count)).map(({ id }) => id);

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  user = await createUser(db());
  project = await createProject(db());
  await grantAccess(db(), project.id, user.ownTeamId, { canWrite: true, canManage: true });
  approvers = [await createUser(db()), await createUser(db()), await createUser(db())];
  for (const { ownTeamId } of approvers) await grantAccess(db(), project.id, ownTeamId, { canApprove: true });
});
afterAll(() => database.drop());

async function requestsOf(assetIds: readonly string[]) {
  const { rows } = await sql<{ text: string }>`
    select concat_ws(' ', status, case when forced then 'forced' end, closed_reason) as text
    from review_requests where asset_id = any(${assetIds}::bigint[]) order by id`.execute(db());
  return rows.map(({ text }) => text);
}

async function reviewsOf(assetId: string) {
  const { rows } = await sql<{ text: string }>`
    select concat_ws(' ', r.approver_id, r.answer, case when r.lost_at is not null then 'lost' end,
      case when r.waiting then 'waiting' end) as text
    from reviews r join review_requests q on q.id = r.request_id where q.asset_id = ${assetId} order by q.id, r.approver_id`.execute(db()); // prettier-ignore
  return rows.map(({ text }) => text);
}

async function historyOf(assetId: string) {
  const rows = await db().selectFrom('history').select(['kind', 'actor_id', 'details']).where('asset_id', '=', assetId).orderBy('id').execute(); // prettier-ignore
  return rows;
}

const kindsOf = async (assetId: string) => (await historyOf(assetId)).map(({ kind }) => kind);

async function digestsOf(token: string): Promise<string[]> {
  const { rows } = await sql<{ recipient: string; count: number }>`
    select recipient, (data->>'count')::int as count from mails
    where template = 'review_digest' and event_key like ${`review:${token}:%`} order by id`.execute(db());
  return rows.map(({ recipient, count }) => `${recipient} ${String(count)}`);
}

const answer = (assetId: string, status: string) =>
  sql`update review_requests set status = ${status}, decided_at = case when ${status} <> 'pending' then now() end
    where asset_id = ${assetId} and closed_at is null`.execute(db());

test('makes one request for each asset, one review for each approver, a line of history and one mail each', async () => {
  const ids = await make(3);
  const { counts, token } = await run({ assetIds: ids });
  expect(counts).toMatchObject({ total: 3, succeeded: 3, skipped: 0, failed: 0 });
  expect(await requestsOf(ids)).toEqual(['pending', 'pending', 'pending']);
  for (const id of ids) expect(await reviewsOf(id)).toEqual(approvers.map((one) => `${one.id} pending waiting`));
  const { rows } = await sql<{ id: number }>`select id::int from review_requests where asset_id = ${ids[0]}`.execute(db()); // prettier-ignore
  expect(await historyOf(ids[0] ?? '')).toEqual([
    { kind: 'review_requested', actor_id: user.id, details: { review: { id: rows[0]?.id } } },
  ]);
  expect(await digestsOf(token)).toEqual(approvers.map(({ email }) => `${email} 3`));
});

test('asked again while it is pending makes nothing, and sends no mail', async () => {
  const ids = await make(2);
  await run({ assetIds: ids });
  const { counts, token, jobId } = await run({ assetIds: ids });
  expect(counts).toMatchObject({ succeeded: 0, skipped: 2 });
  expect(await requestsOf(ids)).toEqual(['pending', 'pending']);
  expect(await digestsOf(token)).toEqual([]);
  const page = await readItemPage(db(), { jobId, status: 'skipped', doneAs: 'succeeded' }, BEFORE_ALL, 10);
  expect(page.items.map(({ code }) => code)).toEqual(['already_pending', 'already_pending']);
});

test('a decided request is closed as asked again, and its answers stay', async () => {
  const [id = ''] = await make(1);
  await run({ assetIds: [id] });
  await answer(id, 'approved');
  expect((await run({ assetIds: [id] })).counts.succeeded).toBe(1);
  expect(await requestsOf([id])).toEqual(['approved asked_again', 'pending']);
  const old = approvers.map((one) => `${one.id} pending`);
  expect(await reviewsOf(id)).toEqual([...old, ...old.map((text) => `${text} waiting`)]);
});

test('folders, what is in the trash and what left the project are told apart as they are when their turn comes', async () => {
  const [live = '', trashed = '', moved = '', purged = ''] = await make(4);
  const folder = await createFolder(db(), { projectId: project.id, ownerId: user.id });
  const job = await prepareReview(database.store, order({ assetIds: [live, trashed, moved, purged, folder.id] }));
  const elsewhere = await createProject(db());
  await sql`update assets set deleted_at = now(), trash_root_id = id where id = ${trashed}`.execute(db());
  await sql`update assets set project_id = ${elsewhere.id} where id = ${moved}`.execute(db());
  await sql`delete from assets where id = ${purged}`.execute(db());
  await reviewAllChunks(database.store, job);
  const { rows } = await sql`
    select e.id, e.code from job_chunks k cross join lateral unnest(k.exception_ids, k.exception_codes) as e (id, code)
    where k.job_id = ${job.jobId} order by e.id`.execute(db());
  expect(rows).toEqual([
    { id: trashed, code: 'trashed' },
    { id: moved, code: 'gone' },
    { id: purged, code: 'gone' },
    { id: folder.id, code: 'not_a_file' },
  ]);
});

test('who lost the right to write has every item failed, and a retry with the right makes the requests on the same terms', async () => {
  const ids = await make(2);
  const terms = { policy: { kind: 'minimum', minimum: 2 }, message: 'please' } as const;
  const job = await prepareReview(database.store, order({ assetIds: ids, terms }));
  await grantAccess(db(), project.id, user.ownTeamId, {});
  await reviewAllChunks(database.store, job);
  expect((await finishJob(db(), job.jobId, new Date()))?.counts).toMatchObject({ succeeded: 0, failed: 2 });
  expect(await requestsOf(ids)).toEqual([]);
  expect(await digestsOf(job.token)).toEqual([]);

  const token = newUuid();
  const child = { relation: 'retry', parentId: job.jobId, token, caller: user, idempotencyKey: null, dispatched: true, now: new Date() } as const; // prettier-ignore
  expect(await createChildJob(db(), child)).toMatchObject({ kind: 'refused', refusal: 'no_write' });
  await grantAccess(db(), project.id, user.ownTeamId, { canWrite: true });
  expect(await createChildJob(db(), child)).toMatchObject({ kind: 'created' });
  const made = await findRunnableJob(db(), token);
  await snapshotReview(db(), { id: made?.id ?? '', token, projectId: project.id }, new Date());
  const retried = await readReviewJob(db(), made?.id ?? '');
  expect(retried).toMatchObject({ ...terms, approverIds: job.approverIds });
  await reviewAllChunks(database.store, retried);
  expect(await requestsOf(ids)).toEqual(['pending', 'pending']);
});

test('an approver who lost the right since does not count, is told so in the history, and gets no mail', async () => {
  const [id = ''] = await make(1);
  const job = await prepareReview(database.store, order({ assetIds: [id] }));
  await grantAccess(db(), project.id, approvers[1]?.ownTeamId ?? '', {});
  await reviewAllChunks(database.store, job);
  await finishJob(db(), job.jobId, new Date());
  expect(await reviewsOf(id)).toEqual([
    `${approvers[0]?.id ?? ''} pending waiting`,
    `${approvers[1]?.id ?? ''} pending lost`,
    `${approvers[2]?.id ?? ''} pending waiting`,
  ]);
  expect(await kindsOf(id)).toEqual(['review_requested', 'reviewer_lost']);
  expect(await digestsOf(job.token)).toEqual([`${approvers[0]?.email ?? ''} 1`, `${approvers[2]?.email ?? ''} 1`]);
});

test('where too few approvers are left for the policy, the request is decided before anybody answers', async () => {
  const [id = ''] = await make(1);
  const job = await prepareReview(database.store, order({ assetIds: [id], terms: { policy: { kind: 'minimum', minimum: 3 } } })); // prettier-ignore
  await grantAccess(db(), project.id, approvers[0]?.ownTeamId ?? '', {});
  await reviewAllChunks(database.store, job);
  expect(await requestsOf([id])).toEqual(['needs_revision']);
  expect(new Set(await kindsOf(id))).toEqual(new Set(['review_requested', 'reviewer_lost', 'review_decided']));
});

test('who became an approver since is asked only by an order that includes new ones', async () => {
  const [one = '', other = ''] = await make(2);
  const plain = await prepareReview(database.store, order({ assetIds: [one] }));
  const open = await prepareReview(database.store, order({ assetIds: [other], terms: { includeNewApprovers: true } }));
  const late = await createUser(db());
  await grantAccess(db(), project.id, late.ownTeamId, { canApprove: true });
  await reviewAllChunks(database.store, plain);
  await reviewAllChunks(database.store, open);
  expect(await reviewsOf(one)).toHaveLength(3);
  expect(await reviewsOf(other)).toHaveLength(4);
  await finishJob(db(), open.jobId, new Date());
  expect(await digestsOf(open.token)).toContain(`${late.email} 1`);
});

test('a job that is cancelled half-way sends one mail to each approver about what was made', async () => {
  const ids = await make(2_500);
  const job = await prepareReview(database.store, order({ assetIds: ids }));
  await reviewNextChunk(db(), job, new Date());
  await cancelJob(db(), job.jobId, null, new Date());
  expect(await digestsOf(job.token)).toEqual(approvers.map(({ email }) => `${email} 1000`));
  expect(await reviewNextChunk(db(), job, new Date())).not.toBe('worked');
});

test('two orders at once over the same assets make one request for each of them', async () => {
  const ids = await make(3_000);
  const jobs = await Promise.all([
    prepareReview(database.store, order({ assetIds: ids })),
    prepareReview(database.store, order({ assetIds: [...ids].reverse() })),
  ]);
  await Promise.all(
    jobs.flatMap((job) => [reviewAllChunks(database.store, job), reviewAllChunks(database.store, job)]),
  );
  const ended = await Promise.all(jobs.map(({ jobId }) => finishJob(db(), jobId, new Date())));
  const made = ended.map((one) => one?.counts.succeeded ?? 0);
  const left = ended.map((one) => one?.counts.skipped ?? 0);
  expect([(made[0] ?? 0) + (made[1] ?? 0), (left[0] ?? 0) + (left[1] ?? 0)]).toEqual([3_000, 3_000]);
  expect(await requestsOf(ids)).toHaveLength(3_000);
});

test('a forced approval supersedes open requests, keeps their answers, and says who did it and why', async () => {
  const [pending = '', fresh = ''] = await make(2);
  await run({ assetIds: [pending] });
  await sql`update reviews set answer = 'needs_revision', answered_at = now(), waiting = false
    where approver_id = ${approvers[0]?.id}`.execute(db());
  const force = {
    kind: 'force_approve',
    assetIds: [pending, fresh],
    terms: { message: 'the client said yes' },
  } as const;
  const { counts, token } = await run(force);
  expect(counts).toMatchObject({ succeeded: 2 });
  expect(await requestsOf([pending])).toEqual(['pending superseded', 'approved forced']);
  expect(await reviewsOf(pending)).toEqual([
    `${approvers[0]?.id ?? ''} needs_revision`,
    `${approvers[1]?.id ?? ''} pending`,
    `${approvers[2]?.id ?? ''} pending`,
  ]);
  const reason = 'the client said yes';
  expect((await historyOf(pending)).slice(1)).toMatchObject([
    { kind: 'review_superseded', actor_id: user.id, details: { review: { reason } } },
    { kind: 'review_forced', actor_id: user.id, details: { review: { reason, status: 'approved' } } },
  ]);
  expect(await digestsOf(token)).toEqual([]);
  expect((await run(force)).counts).toMatchObject({ succeeded: 0, skipped: 2 });
  // Who wants to hear the approvers after all asks again.
  expect((await run({ assetIds: [fresh] })).counts).toMatchObject({ succeeded: 1 });
  expect(await requestsOf([fresh])).toEqual(['approved forced asked_again', 'pending']);
});

test('a chunk of a thousand assets takes as many statements as one of three, for twenty approvers or for one', async () => {
  const countOf = async (assets: number) => {
    const job = await prepareReview(database.store, order({ assetIds: await make(assets) }));
    let statements = 0;
    const counting = db().withPlugin({
      transformQuery: ({ node }) => {
        statements += 1;
        return node;
      },
      transformResult: ({ result }) => Promise.resolve(result),
    });
    await reviewNextChunk(counting, job, new Date());
    return statements;
  };
  const few = await countOf(3);
  for (let n = 0; n < 17; n += 1) {
    await grantAccess(db(), project.id, (await createUser(db())).ownTeamId, { canApprove: true });
  }
  expect(await countOf(1_000)).toBe(few);
  expect(few).toBeLessThan(10);
});
