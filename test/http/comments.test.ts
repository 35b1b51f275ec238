import { addApiKey } from '../../src/store/credentials';
import { deleteAssets } from '../../src/store/delete-assets';
import { inTransaction } from '../../src/store/transaction';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { buildMediaPocketApp, type MediaPocketApp } from './media-pocket-app';

interface Comment {
  readonly id: number;
  readonly message: string;
  readonly updated_at: string;
  readonly mentioned_users: readonly { readonly id: number; readonly email: string }[];
}

let database: TestDatabase;
let facade: MediaPocketApp;
let project: TestThing;
let asset: TestThing;
let other: TestThing;
let foreign: TestThing;
let ann: TestUser;
let bob: TestUser;
let stranger: TestUser;
let annKey: string;
let bobKey: string;
let adminKey: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  facade = await buildMediaPocketApp(database.store);
  [ann, bob, stranger] = [await createUser(db), await createUser(db), await createUser(db)];
  const admin = await createUser(db, { admin: true });
  [annKey, bobKey] = [await addApiKey(db, ann.id), await addApiKey(db, bob.id)];
  adminKey = await addApiKey(db, admin.id);
  project = await createProject(db);
  await grantAccess(db, project.id, ann.ownTeamId, { canWrite: true });
  await grantAccess(db, project.id, bob.ownTeamId);
  const elsewhere = await createProject(db);
  await grantAccess(db, elsewhere.id, stranger.ownTeamId, { canWrite: true });
  [asset, other] = (await createAssets(db, { projectId: project.id, ownerId: ann.id }, 2)) as [TestThing, TestThing];
  [foreign] = (await createAssets(db, { projectId: elsewhere.id, ownerId: stranger.id }, 1)) as [TestThing];
});
beforeEach(() => database.store.pool.query('truncate comments, history'));
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown;
const at = (thing: { key: string }, comment?: number | string) =>
  `/api/v2/assets/${thing.key}/comments${comment === undefined ? '' : `/${String(comment)}`}`;
const missing = (id: string) =>
  `Couldn't find Comment with 'id'=${id} [WHERE "comments"."target_id" = $1 AND "comments"."target_type" = $2]`;

function toJson(user: TestUser) {
  return { id: Number(user.id), email: user.email, first_name: null, last_name: null, avatar_url: null };
}

async function post(text: string, key = annKey, thing = asset): Promise<Comment> {
  const answer = await facade.call(key, 'POST', at(thing), { comment: text });
  expect(answer.statusCode).toBe(200);
  return answer.json<{ comment: Comment }>().comment;
}

async function history() {
  const { rows } = await database.store.pool.query<{ kind: string; actor_id: string; details: unknown }>(
    'select kind, actor_id, details from history where asset_id = $1 and project_id = $2 order by id',
    [asset.id, project.id],
  );
  return rows.map(({ kind, actor_id, details }) => [kind, actor_id, details]);
}

async function everything() {
  const comments = await database.store.pool.query('select * from comments order by id');
  return [comments.rows, (await database.store.pool.query('select * from history')).rows];
}

it('answers a comment with its keys in the order of the page, when made, alone and in the list', async () => {
  const made = await facade.call(annKey, 'POST', at(asset), { comment: 'new comment' });
  const { id, updated_at } = made.json<{ comment: Comment }>().comment;
  const shown = { id, message: 'new comment', updated_at, user: toJson(ann), mentioned_users: [] };
  expect(updated_at).toEqual(INSTANT);
  expect([made.statusCode, made.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
  expect(made.body).toBe(JSON.stringify({ comment: shown }));
  expect((await facade.call(bobKey, 'GET', at(asset, id))).body).toBe(JSON.stringify({ comment: shown }));
  expect((await facade.call(bobKey, 'GET', at(asset))).body).toBe(JSON.stringify({ comments: [shown] }));
  expect(await history()).toEqual([['commented', ann.id, { comment_id: id }]]);
});

it('answers an update with the message first, and a new updated_at', async () => {
  const { id } = await post('new comment');
  await database.store.pool.query(`update comments set updated_at = '2020-01-01T00:00:00Z'`);
  const read = await facade.call(annKey, 'GET', at(asset, id));
  expect(read.json()).toMatchObject({ comment: { updated_at: '2020-01-01T00:00:00.000Z' } });
  const answer = await facade.call(annKey, 'POST', at(asset, id), { comment: 'new updated comment' });
  const { updated_at } = answer.json<{ comment: Comment }>().comment;
  expect(Date.parse(updated_at)).toBeGreaterThan(Date.parse('2020-01-01'));
  const shown = { message: 'new updated comment', id, updated_at, user: toJson(ann), mentioned_users: [] };
  expect([answer.statusCode, answer.body]).toEqual([200, JSON.stringify({ comment: shown })]);
  expect((await facade.call(annKey, 'GET', at(asset, id))).json()).toEqual({ comment: shown });
  const comment = { comment_id: id };
  expect(await history()).toEqual([['commented', ann.id, comment], ['comment_updated', ann.id, comment]]); // prettier-ignore
});

it('answers a deletion as the page does, and the comment is gone', async () => {
  const { id } = await post('new comment');
  const answer = await facade.call(annKey, 'DELETE', at(asset, id));
  expect([answer.statusCode, answer.body]).toEqual([200, '{"ok":"comment deleted"}']);
  for (const method of ['GET', 'DELETE'] as const) {
    const again = await facade.call(annKey, method, at(asset, id));
    expect([again.statusCode, again.json()]).toEqual([404, { error: missing(String(id)) }]);
  }
  expect((await facade.call(annKey, 'GET', at(asset))).body).toBe('{"comments":[]}');
  const comment = { comment_id: id };
  expect(await history()).toEqual([['commented', ann.id, comment], ['comment_deleted', ann.id, comment]]); // prettier-ignore
});

it('lets a reader comment, and nobody but the owner and administrators change it', async () => {
  const { id } = await post('of a reader', bobKey);
  const before = await everything();
  for (const answer of [
    await facade.call(annKey, 'POST', at(asset, id), { comment: 'mine' }),
    await facade.call(annKey, 'POST', at(asset, id)),
    await facade.call(annKey, 'DELETE', at(asset, id)),
  ]) {
    expect([answer.statusCode, answer.json()]).toEqual([403, { error: 'Not allowed to perform this action' }]);
  }
  expect(await everything()).toEqual(before);
  const changed = await facade.call(adminKey, 'POST', at(asset, id), { comment: 'moderated' });
  expect(changed.json()).toMatchObject({ comment: { message: 'moderated', user: { id: Number(bob.id) } } });
  expect((await facade.call(adminKey, 'DELETE', at(asset, id))).statusCode).toBe(200);
});

it('tells mentioned users in the order of first mention, and anew after an update', async () => {
  const made = await post(`@${bob.email}, @${ann.email.toUpperCase()} and again @${bob.email}.`);
  expect(made.mentioned_users).toEqual([toJson(bob), toJson(ann)]);
  expect((await facade.call(bobKey, 'GET', at(asset))).json()).toMatchObject({
    comments: [{ mentioned_users: [toJson(bob), toJson(ann)] }],
  });
  const answer = await facade.call(annKey, 'POST', at(asset, made.id), { comment: `only @${ann.email}` });
  expect(answer.json()).toMatchObject({ comment: { mentioned_users: [toJson(ann)] } });
});

it('does not tell whether somebody exists who may not read the asset', async () => {
  const made = await post(`@${stranger.email} @nobody@example.test`);
  expect(made.mentioned_users).toEqual([]);
});

it('keeps the text as it is written, line breaks and all', async () => {
  for (const text of ['one\ntwo\r\n\tthree ', 'é\u0301 👩‍👩‍👧 \u202eabc', '<b>&amp;</b>', "'; drop table comments; --"]) {
    expect((await post(text)).message).toBe(text);
  }
});

it.each([
  [undefined, 'Missing parameter comment'],
  [{}, 'Missing parameter comment'],
  ['null', 'Missing parameter comment'],
  [{ comments: 'x' }, 'Missing parameter comment'],
  [{ comment: null }, `Invalid parameter 'comment' value null: Must be a String`],
  [{ comment: 5 }, `Invalid parameter 'comment' value 5: Must be a String`],
  [{ comment: ['x'] }, `Invalid parameter 'comment' value ["x"]: Must be a String`],
  [{ comment: { text: 'x' } }, `Invalid parameter 'comment' value {"text":"x"}: Must be a String`],
  [{ comment: '' }, `Invalid parameter 'comment' value "": Must not be blank`],
  [{ comment: ' \n\t\u00a0\u200b' }, `Invalid parameter 'comment' value " \\n\\t\u00a0\u200b": Must not be blank`],
  [{ comment: 'é'.repeat(10_001) }, expect.stringMatching(/^Invalid.*…: Must have at most 10000 characters$/)],
  [{ comment: '👍'.repeat(10_001) }, expect.stringMatching(/: Must have at most 10000 characters$/)],
])('refuses the body %j with 422, and changes nothing', async (body, error) => {
  const { id } = await post('stays');
  const before = await everything();
  for (const url of [at(asset), at(asset, id)]) {
    const answer = await facade.call(annKey, 'POST', url, body);
    expect([answer.statusCode, answer.json()]).toEqual([422, { error }]);
  }
  expect(await everything()).toEqual(before);
});

it('takes a text of 10,000 code points', async () => {
  expect((await post('👍'.repeat(10_000))).message).toHaveLength(20_000);
});

it.each([
  ['[]', 400],
  ['"comment"', 400],
  ['{', 400],
  ['{"comment":"a\\u0000b"}', 400],
  ['{"comment":"\\ud800"}', 400],
  ['{"__proto__":{"comment":"x"}}', 400],
])('refuses the body %s with %d', async (body, status) => {
  const answer = await facade.call(annKey, 'POST', at(asset), body);
  expect([answer.statusCode, answer.json()]).toEqual([status, { error: expect.any(String) }]);
  expect(await everything()).toEqual([[], []]);
});

it('answers 404 for an asset that is not there for the caller, before anything else', async () => {
  const { id } = await post('here');
  const before = await everything();
  const nowhere = ['not-found-id', '-1', '1e3', '99999999999999999999', foreign.key, foreign.id, foreign.uuid];
  for (const key of nowhere) {
    for (const answer of [
      await facade.call(annKey, 'GET', `${at({ key })}?limit=x`),
      await facade.call(annKey, 'POST', at({ key }), {}),
      await facade.call(annKey, 'POST', at({ key }, id), {}),
      await facade.call(annKey, 'DELETE', at({ key }, id)),
      await facade.call(annKey, 'GET', at({ key }, id)),
    ]) {
      expect([answer.statusCode, answer.body]).toEqual([404, '{"error":"asset not found"}']);
    }
  }
  expect(await everything()).toEqual(before);
});

it('answers 404 for a comment that is not on the asset, with the id as it was written', async () => {
  const { id: elsewhere } = await post('on another asset', annKey, other);
  const before = await everything();
  const ids = ['not-found-id', '0', '-1', '1e3', '01', '1.0', '999999999999999999', '9223372036854775808'];
  const odd = ['12345678901234567890', ann.uuid, asset.key, "1' or '1'='1", '%F0%9F%91%8D'];
  for (const text of [...ids, ...odd, String(elsewhere)]) {
    const error = missing(decodeURIComponent(text));
    const url = at(asset, text.startsWith('%') ? text : encodeURIComponent(text));
    for (const answer of [
      await facade.call(annKey, 'GET', url),
      await facade.call(annKey, 'POST', url, {}),
      await facade.call(annKey, 'DELETE', url),
    ]) {
      expect([answer.statusCode, answer.json()]).toEqual([404, { error }]);
    }
  }
  expect(await everything()).toEqual(before);
});

it('refuses an id that is longer than any name, and one with control characters', async () => {
  expect((await facade.call(annKey, 'GET', at(asset, '1'.repeat(129)))).statusCode).toBe(414);
  expect((await facade.call(annKey, 'GET', at(asset, '%00'))).statusCode).toBe(400);
});

it('answers 401 without a valid key on every route', async () => {
  for (const [method, url] of [
    ['GET', at(asset)],
    ['POST', at(asset)],
    ['POST', at(asset, 1)],
    ['DELETE', at(asset, 1)],
    ['GET', at(asset, 1)],
  ] as const) {
    const answer = await facade.call('lh_nonsense', method, url, method === 'POST' ? { comment: 'x' } : undefined);
    expect([answer.statusCode, answer.body]).toEqual([401, '{"error":"Unauthorized"}']);
  }
});

it('answers a trashed asset’s comments, and takes new ones', async () => {
  const { db, pool } = database.store;
  const [trashed] = await createAssets(db, { projectId: project.id, ownerId: ann.id }, 1);
  await pool.query('update assets set deleted_at = now(), trash_root_id = id where id = $1', [trashed?.id]);
  await post('in the trash', annKey, trashed);
  await pool.query('update assets set purging_at = now() where id = $1', [trashed?.id]);
  expect((await facade.call(annKey, 'GET', at(trashed as TestThing))).statusCode).toBe(404);
});

it('answers 404, and never 500, when the asset is deleted at the same moment', async () => {
  const { db, pool } = database.store;
  const statuses = new Set<number>();
  for (let round = 0; round < 40; round += 1) {
    const [victim] = (await createAssets(db, { projectId: project.id, ownerId: ann.id }, 1)) as [TestThing];
    const { id } = await post('there before', annKey, victim);
    const remove = () =>
      inTransaction(pool, async (client) => {
        await client.query('select from assets where id = $1 for update', [victim.id]);
        await deleteAssets(client, [victim.id], { actorId: null, jobId: null, now: new Date() });
      });
    const calls = [at(victim), at(victim, id), at(victim)].map((url) => facade.call(annKey, 'POST', url, { comment: 'x' })); // prettier-ignore
    const [answers] = await Promise.all([Promise.all(calls), remove()]);
    for (const { statusCode } of answers) statuses.add(statusCode);
    const left = await pool.query('select from comments where asset_id = $1', [victim.id]);
    expect(left.rowCount).toBe(0);
  }
  expect([...statuses].filter((status) => status !== 200 && status !== 404)).toEqual([]);
});
