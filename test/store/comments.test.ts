import { findComment, listComments } from '../../src/store/comment-reading';
import { addComment, deleteComment, updateComment } from '../../src/store/comments';
import { deleteAssets } from '../../src/store/delete-assets';
import { inTransaction } from '../../src/store/transaction';
import { waitForBlocked } from '../support/blocked';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createTeam, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore

let database: TestDatabase;
let owner: TestUser;
let project: TestThing;
let asset: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  owner = await createUser(db);
  project = await createProject(db);
  await grantAccess(db, project.id, owner.ownTeamId);
});
beforeEach(async () => {
  const { db } = database.store;
  [asset] = (await createAssets(db, { projectId: project.id, ownerId: owner.id }, 1)) as [TestThing];
});
afterAll(() => database.drop());

const NEWEST = { before: null, limit: 10 };
const AT = new Date('2026-01-02T03:04:05.678Z');
const LATER = new Date('2026-01-02T03:04:06.789Z');

const named = ({ uuid }: TestThing) => ({ by: 'uuid', uuid }) as const;

const say = (message: string, place = asset) =>
  addComment(database.store.db, { assetId: place.id, actorId: owner.id, message, at: AT });

async function mentionedBy(message: string, place = asset): Promise<readonly string[] | undefined> {
  return (await say(message, place))?.mentionedUsers.map(({ email }) => email);
}

async function historyOf(assetId: string) {
  const { rows } = await database.store.pool.query<{ kind: string }>(
    'select kind, project_id, actor_id, details, created_at from history where asset_id = $1 order by id',
    [assetId],
  );
  return rows;
}

function remove(assetId: string) {
  return inTransaction(database.store.pool, async (client) => {
    await client.query('select from assets where id = $1 for update', [assetId]);
    return deleteAssets(client, [assetId], { actorId: null, jobId: null, now: new Date() });
  });
}

test('a comment is written, changed and taken away, each with a line of history', async () => {
  const { db } = database.store;
  const made = await say('first');
  const id = made?.id ?? '';
  const person = { id: owner.id, email: owner.email, firstName: null, lastName: null, avatarUrl: null };
  expect(made).toEqual({ id, message: 'first', updatedAt: AT, user: person, guestName: null, share: null, mentionedUsers: [] }); // prettier-ignore
  const moderator = await createUser(db, { admin: true });
  const deed = { assetId: asset.id, commentId: id, actorId: moderator.id, at: LATER };
  const changed = await updateComment(db, { ...deed, message: 'second' });
  expect(changed).toEqual({ ...made, message: 'second', updatedAt: LATER });
  expect(await findComment(db, asset.id, id)).toEqual(changed);
  expect(await deleteComment(db, deed)).toBe(true);
  expect(await findComment(db, asset.id, id)).toBeNull();
  const told = { project_id: project.id, details: { comment_id: Number(id) } };
  expect(await historyOf(asset.id)).toEqual([
    { kind: 'commented', ...told, actor_id: owner.id, created_at: AT },
    { kind: 'comment_updated', ...told, actor_id: moderator.id, created_at: LATER },
    { kind: 'comment_deleted', ...told, actor_id: moderator.id, created_at: LATER },
  ]);
});

test('a comment on another asset, or none at all, is neither found nor changed nor taken away', async () => {
  const { db } = database.store;
  const [other] = await createAssets(db, { projectId: project.id, ownerId: owner.id }, 1);
  const id = (await say('stays'))?.id ?? '';
  for (const [assetId, commentId] of [
    [other?.id ?? '', id],
    [asset.id, '9223372036854775807'],
  ] as const) {
    // prettier-ignore
    const deed = { assetId, commentId, actorId: owner.id, at: LATER };
    expect(await findComment(db, assetId, commentId)).toBeNull();
    expect(await updateComment(db, { ...deed, message: 'changed' })).toBeNull();
    expect(await deleteComment(db, deed)).toBe(false);
  }
  expect(await listComments(db, named(asset), owner, NEWEST)).toMatchObject([{ message: 'stays', updatedAt: AT }]);
  expect(await historyOf(other?.id ?? '')).toEqual([]);
});

test('the newest are listed, oldest first, and what is older than one of them', async () => {
  const { db } = database.store;
  for (const message of ['a', 'b', 'c', 'd']) await say(message);
  const read = async (before: string | null, limit: number) =>
    (await listComments(db, named(asset), owner, { before, limit })) ?? [];
  const newest = await read(null, 2);
  expect(newest.map(({ message }) => message)).toEqual(['c', 'd']);
  expect((await read(newest[0]?.id ?? '', 10)).map(({ message }) => message)).toEqual(['a', 'b']);
});

test('an asset without comments has an empty list, one that the user may not read has none', async () => {
  const { db } = database.store;
  expect(await listComments(db, named(asset), owner, NEWEST)).toEqual([]);
  expect(await listComments(db, { by: 'id', id: asset.id }, owner, NEWEST)).toEqual([]);
  await say('not for everybody');
  expect(await listComments(db, named(asset), await createUser(db), NEWEST)).toBeNull();
  expect(await listComments(db, { by: 'id', id: '0' }, owner, NEWEST)).toBeNull();
});

test('mentioned are live users who may read the asset: members of its project and administrators', async () => {
  const { db, pool } = database.store;
  const [member, admin] = [await createUser(db), await createUser(db, { admin: true })];
  const [gone, stranger] = [await createUser(db), await createUser(db)];
  const team = await createTeam(db, [member.id, gone.id]);
  await grantAccess(db, project.id, team.id);
  await pool.query('update users set deleted_at = now() where id = $1', [gone.id]);
  const everybody = [stranger, gone, admin, member, owner].map(({ email }) => `@${email}`).join(', ');
  expect(await mentionedBy(everybody)).toEqual([admin.email, member.email, owner.email]);
});

test('outside any project, the owner and administrators can be mentioned', async () => {
  const { db } = database.store;
  const [member, admin] = [await createUser(db), await createUser(db, { admin: true })];
  const [loose] = await createAssets(db, { projectId: null, ownerId: owner.id }, 1);
  const everybody = `@${member.email} @${owner.email} @${admin.email}`;
  expect(await mentionedBy(everybody, loose)).toEqual([owner.email, admin.email]);
});

test('a user is mentioned once, whatever the case of the address', async () => {
  const user = await createUser(database.store.db, { email: 'Ünal.Lee@example.test', admin: true });
  expect(await mentionedBy('@ünal.lee@EXAMPLE.test @ÜNAL.LEE@example.test.')).toEqual([user.email]);
});

test('a mentioned user who is deleted later is not told any more, the author still is', async () => {
  const { db, pool } = database.store;
  const [user, author] = [await createUser(db, { admin: true }), await createUser(db)];
  const made = await addComment(db, { assetId: asset.id, actorId: author.id, message: `@${user.email}`, at: AT });
  await pool.query('update users set deleted_at = now() where id = any($1)', [[user.id, author.id]]);
  const found = await findComment(db, asset.id, made?.id ?? '');
  expect([made?.mentionedUsers.length, found?.mentionedUsers]).toEqual([1, []]);
  expect(found?.user?.email).toBe(author.email);
});

test('there is no comment on an asset that is gone, or whose deletion has been decided', async () => {
  const { pool } = database.store;
  await pool.query('update assets set deleted_at = now(), trash_root_id = id where id = $1', [asset.id]);
  expect(await say('in the trash')).not.toBeNull();
  await pool.query('update assets set purging_at = now() where id = $1', [asset.id]);
  expect(await say('purging')).toBeNull();
  await remove(asset.id);
  expect(await say('gone')).toBeNull();
  expect((await historyOf(asset.id)).map(({ kind }) => kind)).toEqual(['deleted']);
});

test('a comment waits for a deletion that is under way, and is not made', async () => {
  const { pool } = database.store;
  const deleter = await pool.connect();
  await deleter.query('begin');
  await deleter.query('select from assets where id = $1 for update', [asset.id]);
  const comment = say('too late');
  await waitForBlocked(pool);
  await deleteAssets(deleter, [asset.id], { actorId: null, jobId: null, now: new Date() });
  await deleter.query('commit');
  deleter.release();
  expect(await comment).toBeNull();
});

test('of comments and a deletion at the same moment none fails, and nothing is left behind', async () => {
  const { db, pool } = database.store;
  const place = { projectId: project.id, ownerId: owner.id };
  let told = 0;
  for (let round = 0; round < 60; round += 1) {
    const [victim] = (await createAssets(db, place, 1)) as [TestThing];
    const id = (await say('there before', victim))?.id ?? '';
    const deed = { assetId: victim.id, commentId: id, actorId: owner.id, at: LATER };
    const deeds = [
      () => say('one', victim),
      () => updateComment(db, { ...deed, message: 'changed' }),
      () => remove(victim.id),
      () => say('two', victim),
      () => deleteComment(db, deed),
    ];
    const turned = [...deeds.slice(round % deeds.length), ...deeds.slice(0, round % deeds.length)];
    const outcomes = await Promise.all(turned.map((work) => work()));
    told += outcomes.filter((outcome) => outcome === null).length;
    const left = await pool.query('select from comments where asset_id = $1', [victim.id]);
    expect([left.rowCount, (await historyOf(victim.id)).map(({ kind }) => kind)]).toEqual([0, ['deleted']]);
  }
  // Both orders came up, or it was no race.
  expect(told).toBeGreaterThan(0);
  expect(told).toBeLessThan(60 * 4);
});
