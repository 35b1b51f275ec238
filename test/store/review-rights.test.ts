import type { ReviewPolicy } from '../../src/domain/review';
import { grantAccess, revokeAccess } from '../../src/store/access';
import { updateAccessOfProject, updateAccessOfTeam } from '../../src/store/access-bulk';
import { deleteUser } from '../../src/store/people';
import { settleReviewRights } from '../../src/store/review-rights';
import { settleStatuses } from '../../src/store/review-status';
import { addTeamMember } from '../../src/store/teams';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createTeam, createUser, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { createReview, writeAnswer } from '../support/reviews';

const APPROVE = { write: false, manage: false, approve: true };
const NOW = new Date('2026-03-01T12:00:00.000Z');
const LATER = new Date('2026-03-02T12:00:00.000Z');

let database: TestDatabase;
let project: TestThing;
let requester: TestUser;
/** Three who approve by their own teams. */
let approvers: TestUser[];

const db = () => database.store.db;
const approver = (no: number) => approvers[no] as TestUser;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  project = await createProject(db());
  requester = await createUser(db());
  approvers = [await createUser(db()), await createUser(db()), await createUser(db())];
  for (const { ownTeamId } of approvers) await grantAccess(db(), project.id, ownTeamId, APPROVE, NOW);
});

interface Asking {
  readonly policy?: ReviewPolicy;
  readonly count?: number;
  readonly includeNewApprovers?: boolean;
  readonly ended?: boolean;
  readonly place?: TestThing;
}

/** An order whose job has ended; answers the ids of its requests. */
async function ask({
  policy = { kind: 'all' },
  count = 1,
  includeNewApprovers = false,
  ended = true,
  place = project,
}: Asking = {}) {
  const assets = await createAssets(db(), { projectId: place.id, ownerId: requester.id }, count);
  const assetIds = assets.map(({ id }) => id);
  const approverIds = approvers.map(({ id }) => id);
  const order = { project: place, requester, policy, assetIds, approverIds, includeNewApprovers };
  const { jobId, requestIds } = await createReview(db(), order);
  if (ended) await db().updateTable('jobs').set({ state: 'done', outcome: 'succeeded', finished_at: NOW }).where('id', '=', jobId).execute(); // prettier-ignore
  return { jobId, requestIds, requestId: requestIds[0] ?? '' };
}

async function answer(requestId: string, no: number, said: 'approved' | 'needs_revision') {
  await writeAnswer(db(), requestId, approver(no).id, said);
  await settleStatuses(db(), [requestId], NOW);
}

const take = (no: number, now = NOW) => revokeAccess(db(), project.id, approver(no).ownTeamId, now);
const give = (user: TestUser, now = NOW) => grantAccess(db(), project.id, user.ownTeamId, APPROVE, now);

const statusOf = async (requestId: string) =>
  (await db().selectFrom('review_requests').select('status').where('id', '=', requestId).executeTakeFirstOrThrow())
    .status;
const reviewOf = (requestId: string, { id }: TestUser) =>
  db()
    .selectFrom('reviews')
    .select(['answer', 'lost_at', 'waiting'])
    .where('request_id', '=', requestId)
    .where('approver_id', '=', id)
    .executeTakeFirst();

/** Kind and details of what the history tells of a request, in its order. */
async function historyOf(requestId: string) {
  const rows = await db()
    .selectFrom('history as h')
    .innerJoin('review_requests as q', 'q.asset_id', 'h.asset_id')
    .select(['h.kind', 'h.details', 'h.actor_id', 'h.created_at'])
    .where('q.id', '=', requestId)
    .orderBy('h.id')
    .execute();
  return rows.map(({ kind, details, actor_id, created_at }) => {
    expect([actor_id, (details as { review: { id: number } }).review.id]).toEqual([null, Number(requestId)]);
    expect([NOW, LATER]).toContainEqual(created_at);
    const { approver: who, status } = (details as { review: { approver?: number; status?: string } }).review;
    return [kind, who === undefined ? status : String(who)];
  });
}

const mails = () =>
  db()
    .selectFrom('mails')
    .select(['template', 'recipient', 'data'])
    .where('recipient', 'like', '%@example.test')
    .orderBy('id')
    .execute();

describe('who may not approve any more', () => {
  it('keeps the answer, which does not count; who may again counts again', async () => {
    const { requestId } = await ask({ policy: { kind: 'any' } });
    await answer(requestId, 0, 'approved');
    await take(0);
    expect(await reviewOf(requestId, approver(0))).toEqual({ answer: 'approved', lost_at: NOW, waiting: false });
    expect(await statusOf(requestId)).toBe('pending');
    await give(approver(0), LATER);
    expect(await reviewOf(requestId, approver(0))).toEqual({ answer: 'approved', lost_at: null, waiting: false });
    expect(await statusOf(requestId)).toBe('approved');
    expect(await historyOf(requestId)).toEqual([
      ['reviewer_lost', approver(0).id],
      ['review_decided', 'pending'],
      ['reviewer_added', approver(0).id],
      ['review_decided', 'approved'],
    ]);
    expect(await mails()).toEqual([]);
    const events = await db().selectFrom('sync_events').selectAll().where('project_id', '=', project.id).orderBy('cursor').execute(); // prettier-ignore
    expect(events.map(({ data_type, data }) => [data_type, (data as { status: string }).status])).toEqual([
      ['reviews', 'pending'],
      ['reviews', 'approved'],
    ]);
  });

  it('owes no answer until the right comes back', async () => {
    const { requestId } = await ask();
    await take(1);
    expect(await reviewOf(requestId, approver(1))).toEqual({ answer: 'pending', lost_at: NOW, waiting: false });
    await give(approver(1));
    expect(await reviewOf(requestId, approver(1))).toEqual({ answer: 'pending', lost_at: null, waiting: true });
  });

  it('has not lost anything while another team gives the right', async () => {
    const { requestId } = await ask();
    const team = await createTeam(db(), [approver(0).id]);
    await grantAccess(db(), project.id, team.id, APPROVE, NOW);
    await take(0);
    expect(await reviewOf(requestId, approver(0))).toMatchObject({ lost_at: null, waiting: true });
    await revokeAccess(db(), project.id, team.id, NOW);
    expect(await reviewOf(requestId, approver(0))).toMatchObject({ lost_at: NOW, waiting: false });
  });

  const cases: [string, ReviewPolicy, ('approved' | 'needs_revision' | null)[], string, string][] = [
    ['all: the missing answer is not needed any more', { kind: 'all' }, [null, 'approved', 'approved'], 'pending', 'approved'], // prettier-ignore
    ['all: the veto is gone', { kind: 'all' }, ['needs_revision', 'approved', 'approved'], 'needs_revision', 'approved'], // prettier-ignore
    ['all: the others are still awaited', { kind: 'all' }, ['approved', 'approved', null], 'pending', 'pending'],
    ['any: the one approval is gone', { kind: 'any' }, ['approved', null, null], 'approved', 'pending'],
    ['any: nobody is left who could approve', { kind: 'any' }, [null, 'needs_revision', 'needs_revision'], 'pending', 'needs_revision'], // prettier-ignore
    ['minimum: one approval too few', { kind: 'minimum', minimum: 2 }, ['approved', 'approved', null], 'approved', 'pending'], // prettier-ignore
    ['minimum: cannot be met any more', { kind: 'minimum', minimum: 3 }, [null, null, null], 'pending', 'needs_revision'], // prettier-ignore
  ];
  it.each(cases)('by the policy %s', async (_title, policy, answers, before, after) => {
    const { requestId } = await ask({ policy });
    for (const [no, said] of answers.entries()) if (said !== null) await answer(requestId, no, said);
    expect(await statusOf(requestId)).toBe(before);
    await take(0);
    expect(await statusOf(requestId)).toBe(after);
    const told = (await historyOf(requestId)).filter(([kind]) => kind === 'review_decided');
    expect(told).toEqual(before === after ? [] : [['review_decided', after]]);
  });

  it('leaves a request to nobody: it stays pending', async () => {
    const { requestId } = await ask();
    for (const no of [0, 1, 2]) await take(no);
    expect(await statusOf(requestId)).toBe('pending');
  });

  it('leaves what is closed, or forced, as it was', async () => {
    const [closed, forced] = [await ask(), await ask()];
    const requests = db().updateTable('review_requests');
    await requests.set({ closed_at: NOW, closed_reason: 'cancelled' }).where('id', '=', closed.requestId).execute();
    await requests
      .set({ forced: true, status: 'approved', decided_at: NOW })
      .where('id', '=', forced.requestId)
      .execute();
    await take(0);
    for (const { requestId } of [closed, forced]) {
      expect(await reviewOf(requestId, approver(0))).toMatchObject({ lost_at: null });
      expect(await historyOf(requestId)).toEqual([]);
    }
  });
});

describe('who gains the right', () => {
  it('is asked where the order includes new approvers, and written to once for all assets', async () => {
    const sender = await createUser(db(), { email: 'asks@somewhere.test' });
    await db().updateTable('users').set({ first_name: 'Ada', last_name: 'Asks' }).where('id', '=', sender.id).execute();
    const { jobId, requestIds } = await ask({ count: 3, includeNewApprovers: true });
    const due = { message: 'Please look', due_at: LATER, requested_by: sender.id };
    await db().updateTable('review_orders').set(due).where('job_id', '=', jobId).execute();
    const plain = await ask();
    const newcomer = await createUser(db());
    await give(newcomer);
    for (const id of requestIds) {
      expect(await reviewOf(id, newcomer)).toEqual({ answer: 'pending', lost_at: null, waiting: true });
      expect(await historyOf(id)).toEqual([['reviewer_added', newcomer.id]]);
    }
    expect(await reviewOf(plain.requestId, newcomer)).toBeUndefined();
    const { name } = await db()
      .selectFrom('projects')
      .select('name')
      .where('id', '=', project.id)
      .executeTakeFirstOrThrow();
    const requestedBy = { name: 'Ada Asks', email: sender.email };
    const data = { count: 3, gallery: { name }, requestedBy, message: 'Please look', dueAt: LATER.toISOString() };
    expect(await mails()).toEqual([{ template: 'review_digest', recipient: newcomer.email, data }]);
    await revokeAccess(db(), project.id, newcomer.ownTeamId, NOW);
    await give(newcomer);
    expect(await mails()).toHaveLength(1);
    await db().deleteFrom('mails').execute();
  });

  it('has the decision made anew: all is not all any more', async () => {
    const { requestId } = await ask({ includeNewApprovers: true });
    for (const no of [0, 1, 2]) await answer(requestId, no, 'approved');
    expect(await statusOf(requestId)).toBe('approved');
    await give(await createUser(db()));
    expect(await statusOf(requestId)).toBe('pending');
    await db().deleteFrom('mails').execute();
  });

  it('gets one mail where several orders wait, which names nobody', async () => {
    await ask({ includeNewApprovers: true });
    await ask({ includeNewApprovers: true, count: 2 });
    await give(await createUser(db()));
    expect((await mails()).map(({ data }) => data)).toEqual([expect.objectContaining({ count: 3, requestedBy: null, message: null, dueAt: null })]); // prettier-ignore
    await db().deleteFrom('mails').execute();
  });

  it('is asked, but not written to, while the job of the order is at work: that writes at its end', async () => {
    const { requestId } = await ask({ includeNewApprovers: true, ended: false });
    const newcomer = await createUser(db());
    await give(newcomer);
    expect(await reviewOf(requestId, newcomer)).toMatchObject({ waiting: true });
    expect(await mails()).toEqual([]);
  });
});

describe('is settled by everything that changes rights', () => {
  const isCounted = async (requestId: string, user: TestUser) => (await reviewOf(requestId, user))?.lost_at === null;

  it('bulk changes: of a project, and of a team in all projects that the actor manages', async () => {
    const admin = await createUser(db(), { admin: true });
    const elsewhere = await createProject(db());
    await grantAccess(db(), elsewhere.id, approver(0).ownTeamId, APPROVE, NOW);
    const [here, there] = [await ask(), await ask({ place: elsewhere })];
    const actor = { actorId: admin.id, now: NOW };
    await updateAccessOfTeam(db(), { ...actor, teamId: approver(0).ownTeamId }, { revoke: true });
    expect(await isCounted(here.requestId, approver(0))).toBe(false);
    expect(await isCounted(there.requestId, approver(0))).toBe(false);
    await updateAccessOfProject(
      db(),
      { ...actor, projectId: project.id, ownTeams: true },
      { revoke: false, write: true },
    );
    expect(await isCounted(here.requestId, approver(1))).toBe(true);
    await updateAccessOfProject(db(), { ...actor, projectId: project.id, ownTeams: true }, { revoke: true });
    expect(await isCounted(here.requestId, approver(1))).toBe(false);
    const actors = await db().selectFrom('history').select('actor_id').where('project_id', '=', project.id).execute();
    expect(actors.map(({ actor_id }) => actor_id)).toEqual([admin.id, admin.id, admin.id]);
  });

  it('a new member of a team that approves, and the end of a user', async () => {
    const { requestId } = await ask({ includeNewApprovers: true });
    const team = await createTeam(db());
    await grantAccess(db(), project.id, team.id, APPROVE, NOW);
    const newcomer = await createUser(db());
    await addTeamMember(db(), team.id, newcomer.id, NOW);
    expect(await isCounted(requestId, newcomer)).toBe(true);
    await deleteUser(db(), newcomer.id, NOW);
    expect(await isCounted(requestId, newcomer)).toBe(false);
    await db().deleteFrom('mails').execute();
  });

  it('and finds nothing to do a second time', async () => {
    await ask({ includeNewApprovers: true });
    await take(0);
    expect(await settleReviewRights(db(), [project.id], null, NOW)).toEqual({
      lost: 0,
      regained: 0,
      added: 0,
      decided: [],
    });
  });
});
