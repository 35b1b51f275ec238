import type { LightMyRequestResponse } from 'fastify';
import { decideReview, REVIEW_ANSWERS } from '../../../src/domain/review';
import { addApiKey } from '../../../src/store/credentials';
import { newUuid } from '../../../src/store/ids';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createAssets, createProject, createTeam, createUser, grantAccess, type TestThing, type TestUser } from '../../support/fixtures'; // prettier-ignore
import { createRandom } from '../../support/random';
import { createReview } from '../../support/reviews';
import { digestStore } from '../../support/store-digest';
import { FORBIDDEN } from './gallery-library';
import { buildStrawberryApp, type Method, ORIGIN, type StrawberryApp } from './strawberry-app';

const NOW = new Date('2026-03-01T12:00:00.000Z');

let database: TestDatabase;
let facade: StrawberryApp;
let gallery: TestThing;
let approvers: TestThing;
let asset: TestThing;
let requester: TestUser;
let ann: TestUser;
let bob: TestUser;
let token: string;
let requestId: string;
let keys: Record<'requester' | 'ann' | 'bob' | 'reader' | 'manager' | 'admin' | 'stranger', string>;
const told: (readonly string[])[] = [];

const db = () => database.store.db;

beforeAll(async () => {
  database = await createTestDatabase();
  facade = await buildStrawberryApp(
    database.store,
    () => NOW,
    (tokens) => told.push(tokens),
  );
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});
beforeEach(async () => {
  told.length = 0;
  gallery = await createProject(db());
  const people = {
    requester: await createUser(db()),
    ann: await createUser(db()),
    bob: await createUser(db()),
    reader: await createUser(db()),
    manager: await createUser(db()),
    admin: await createUser(db(), { admin: true }),
    stranger: await createUser(db()),
  };
  ({ requester, ann, bob } = people);
  keys = Object.fromEntries(
    await Promise.all(Object.entries(people).map(async ([name, { id }]) => [name, await addApiKey(db(), id)] as const)),
  ) as typeof keys;
  approvers = await createTeam(db(), [ann.id, bob.id]);
  await grantAccess(db(), gallery.id, approvers.id, { canApprove: true });
  await grantAccess(db(), gallery.id, requester.ownTeamId, { canWrite: true });
  await grantAccess(db(), gallery.id, people.reader.ownTeamId);
  await grantAccess(db(), gallery.id, people.manager.ownTeamId, { canManage: true });
  [asset] = (await createAssets(db(), { projectId: gallery.id, ownerId: requester.id }, 1)) as [TestThing];
  const review = { project: gallery, requester, policy: { kind: 'all' }, assetIds: [asset.id] } as const;
  const made = await createReview(db(), { ...review, approverIds: [ann.id, bob.id] });
  requestId = made.requestIds[0] ?? '';
  const job = db().selectFrom('jobs').select('uuid').where('id', '=', made.jobId);
  token = (await job.executeTakeFirstOrThrow()).uuid;
});

const path = (name: string) => `/api/v1/assets/${name}/review_request`;
const call = (key: string, method: Method, body?: object, name = asset.id) =>
  facade.call(key, method, path(name), body);
const answerOf = ({ statusCode, body }: LightMyRequestResponse) => [statusCode, JSON.parse(body)] as const;
const NO_REVIEW = () => ({ error: `Couldn't find ReviewRequest with 'asset_id'=${asset.id}` });

/** Runs what must change nothing. */
async function changingNothing(work: () => Promise<void>): Promise<void> {
  const before = await digestStore(database.store.pool);
  await work();
  expect(await digestStore(database.store.pool)).toEqual(before);
}

const personOf = ({ id, email }: TestUser) => ({ id: Number(id), email, first_name: null, last_name: null });

test('an answer is answered with the review as it stands, which every reader may see', async () => {
  const answer = await call(keys.ann, 'PATCH', { status: 'approved', comment: 'Lovely.' });
  const pending = { status: 'pending', answered_at: null, counts: true };
  const approved = { status: 'approved', answered_at: NOW.toISOString(), counts: true };
  const approvals = [
    { user: personOf(ann), ...approved },
    { user: personOf(bob), ...pending },
  ].sort((a, b) => a.user.email.localeCompare(b.user.email));
  const review = {
    id: Number(requestId),
    asset_id: Number(asset.id),
    status: 'pending',
    open: true,
    closed_reason: null,
    forced: false,
    policy: 'all',
    message: null,
    requested_by: personOf(requester),
    requested_at: expect.any(String) as string,
    due_at: null,
    decided_at: null,
    closed_at: null,
    'job.token': token,
    approvals,
  };
  expect(answerOf(answer)).toEqual([200, review]);
  expect(answerOf(await call(keys.reader, 'GET'))).toEqual([200, review]);
  expect(told).toEqual([[]]);
});

describe('an answer is read', () => {
  const statusOf = async (said: LightMyRequestResponse, user = ann) => {
    const { approvals } = said.json<{ approvals: { user: { id: number }; status: string }[] }>();
    return approvals.find(({ user: { id } }) => id === Number(user.id))?.status;
  };

  test.each(REVIEW_ANSWERS.flatMap((word, no) => [word, no, String(no)].map((said) => [said, word] as const)))(
    'from %j as %s, whether JSON, form or query has it',
    async (said, word) => {
      const opposite = word === 'approved' ? 'needs_revision' : 'approved';
      const headers = { 'x-api-key': keys.ann };
      const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
      for (const send of [
        () => call(keys.ann, 'PATCH', { status: said }),
        () => facade.app.inject({ method: 'PATCH', url: path(asset.id), headers: form, payload: `status=${String(said)}` }), // prettier-ignore
        () => facade.app.inject({ method: 'PATCH', url: `${path(asset.id)}?status=${String(said)}`, headers }),
      ]) {
        expect(await statusOf(await call(keys.ann, 'PATCH', { status: opposite }))).toBe(opposite);
        const answer = await send();
        expect(answer.statusCode).toBe(200);
        expect(await statusOf(answer)).toBe(word);
      }
    },
  );

  test('at any of the three names of the asset', async () => {
    for (const name of [asset.id, asset.uuid, asset.key]) {
      expect((await call(keys.ann, 'PATCH', { status: 1 }, name)).statusCode).toBe(200);
    }
  });
});

const WORDS = 'Must be one of: <code>pending</code>, <code>approved</code>, <code>needs_revision</code>.';
test.each([
  ['status', 'approve', WORDS],
  ['status', '', WORDS],
  ['status', 'APPROVED', WORDS],
  ['status', 3, WORDS],
  ['status', -1, WORDS],
  ['status', '01', WORDS],
  ['status', 1.5, 'Must be a Integer'],
  ['status', true, 'Must be a Integer'],
  ['status', null, 'Must be a Integer'],
  ['status', [1], 'Must be a Integer'],
  ['status', { approved: true }, 'Must be a Integer'],
  ['comment', 7, 'Must be a String'],
  ['comment', null, 'Must be a String'],
  ['comment', ['fine'], 'Must be a String'],
  ['comment', ' \n ', 'Must not be blank'],
])('a %s of %j is refused in the words of the page, and changes nothing', async (name, value, rule) => {
  const error = `Invalid parameter '${name}' value ${JSON.stringify(value)}: ${rule}`;
  await changingNothing(async () => {
    expect(answerOf(await call(keys.ann, 'PATCH', { status: 'approved', [name]: value }))).toEqual([422, { error }]);
  });
});

test('a missing status, one given twice, and a body that is no object are refused', async () => {
  await changingNothing(async () => {
    expect(answerOf(await call(keys.ann, 'PATCH', {}))).toEqual([422, { error: 'Missing parameter status' }]);
    expect(answerOf(await call(keys.ann, 'PATCH', { comment: 'x' }))[1]).toEqual({ error: 'Missing parameter status' });
    const twice = await facade.call(keys.ann, 'PATCH', `${path(asset.id)}?status=1`, { status: 2 });
    expect(answerOf(twice)).toEqual([400, { error: 'status must be given once, in the query or in the body' }]);
    expect((await call(keys.ann, 'PATCH', ['approved'])).statusCode).toBe(400);
  });
});

describe('who is not to answer', () => {
  test('is told 404 of what may not be read, whatever the name, and whatever the parameters', async () => {
    await changingNothing(async () => {
      for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
        for (const name of [asset.id, asset.uuid, asset.key]) {
          const error = `Couldn't find Asset with 'id'=${name}`;
          const body = method === 'PATCH' ? { status: [] } : undefined;
          expect(answerOf(await call(keys.stranger, method, body, name))).toEqual([404, { error }]);
        }
        for (const name of ['999999999', newUuid(), 'nothing!', 'true', '1.5']) {
          expect((await call(keys.ann, method, undefined, name)).statusCode).toBe(404);
        }
      }
    });
  });

  test('is told 403 without being asked, before the parameters are looked at', async () => {
    await changingNothing(async () => {
      for (const key of [keys.requester, keys.reader, keys.manager, keys.admin]) {
        expect(answerOf(await call(key, 'PATCH', { status: 'approved' }))).toEqual([403, FORBIDDEN]);
        expect(answerOf(await call(key, 'PATCH', { status: [] }))).toEqual([403, FORBIDDEN]);
      }
    });
  });

  test('is told 403 once the right is lost, and 404 where nothing is open', async () => {
    await grantAccess(db(), gallery.id, approvers.id, { canApprove: false });
    expect(answerOf(await call(keys.ann, 'PATCH', { status: 'approved' }))).toEqual([403, FORBIDDEN]);
    await grantAccess(db(), gallery.id, approvers.id, { canApprove: true });
    await call(keys.requester, 'DELETE');
    expect(answerOf(await call(keys.ann, 'PATCH', { status: 'approved' }))).toEqual([404, NO_REVIEW()]);
    const [other] = (await createAssets(db(), { projectId: gallery.id, ownerId: requester.id }, 1)) as [TestThing];
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      const error = `Couldn't find ReviewRequest with 'asset_id'=${other.id}`;
      expect(answerOf(await call(keys.ann, method, undefined, other.id))).toEqual([404, { error }]);
    }
  });

  test('is nobody without credentials, nor a page of others in a browser', async () => {
    await changingNothing(async () => {
      for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
        const answer = await facade.app.inject({ method, url: path(asset.id) });
        expect(answerOf(answer)).toEqual([401, { error: 'Unauthorized' }]);
      }
      for (const method of ['PATCH', 'DELETE'] as const) {
        const url = `${path(asset.id)}?status=1`;
        expect((await facade.browse(keys.ann, method, url)).statusCode).toBe(403);
        expect((await facade.browse(keys.ann, method, url, { origin: 'http://other.test' })).statusCode).toBe(403);
      }
    });
    const own = await facade.browse(keys.ann, 'PATCH', `${path(asset.id)}?status=1`, { origin: ORIGIN });
    expect(own.statusCode).toBe(200);
  });
});

describe('cancelling', () => {
  test.each(['requester', 'manager', 'admin'] as const)('the %s may, and is told how it was', async (who) => {
    await call(keys.ann, 'PATCH', { status: 'approved' });
    const [status, review] = answerOf(await call(keys[who], 'DELETE')) as [number, Record<string, unknown>];
    expect(status).toBe(200);
    expect(review).toMatchObject({ open: false, closed_reason: 'cancelled', closed_at: NOW.toISOString() });
    expect(answerOf(await call(keys[who], 'DELETE'))).toEqual([404, NO_REVIEW()]);
    expect(answerOf(await call(keys.reader, 'GET'))).toEqual([200, review]);
  });

  test('others are told 403', async () => {
    await changingNothing(async () => {
      for (const key of [keys.ann, keys.reader]) {
        expect(answerOf(await call(key, 'DELETE'))).toEqual([403, FORBIDDEN]);
      }
    });
  });
});

test('the follow-up of the job is woken when the last pending one is decided', async () => {
  await db().updateTable('review_orders').set({ due_at: NOW }).execute();
  await call(keys.ann, 'PATCH', { status: 'approved' });
  await call(keys.bob, 'PATCH', { status: 'approved' });
  expect(told).toEqual([[], [token]]);
});

test('a hundred approvers at once: the status is what the function says of the answers stored', async () => {
  const random = createRandom(8);
  const people = await Promise.all(Array.from({ length: 100 }, () => createUser(db())));
  const crowd = await createTeam(db(), people.map(({ id }) => id)); // prettier-ignore
  await grantAccess(db(), gallery.id, crowd.id, { canApprove: true });
  const [place] = (await createAssets(db(), { projectId: gallery.id, ownerId: requester.id }, 1)) as [TestThing];
  const policy = { kind: 'minimum', minimum: 34 } as const;
  const approverIds = people.map(({ id }) => id);
  await createReview(db(), { project: gallery, requester, policy, assetIds: [place.id], approverIds });
  const crowdKeys = await Promise.all(people.map(({ id }) => addApiKey(db(), id)));
  const answers = await Promise.all(
    crowdKeys.map((key) => call(key, 'PATCH', { status: random.pick(REVIEW_ANSWERS) }, place.id)),
  );
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
  const review = (await call(keys.reader, 'GET', undefined, place.id)).json<{ status: string; approvals: { status: string }[] }>(); // prettier-ignore
  const count = (said: string) => review.approvals.filter(({ status }) => status === said).length;
  const tally = { approvers: 100, approved: count('approved'), needsRevision: count('needs_revision') };
  expect(review.approvals).toHaveLength(100);
  expect(review.status).toBe(decideReview(policy, tally));
});
