import { addApiKey } from '../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess } from '../support/fixtures';
import { createTree, type TreeLibrary } from '../support/tree-library';
import { buildMediaPocketApp, type MediaPocketApp } from './media-pocket-app';

let database: TestDatabase;
let facade: MediaPocketApp;
let tree: TreeLibrary;
let key: string;

const db = () => database.store.db;
const url = (thing: { key: string }, action = '') => `/api/v2/assets/${thing.key}${action}`;
const file = (at: number) => tree.files[at] ?? tree.top;
const trash = (thing: { key: string }, as = key) => facade.call(as, 'POST', url(thing, '/trash_bin'));
const restore = (thing: { key: string }, as = key) => facade.call(as, 'POST', url(thing, '/restore'));
const remove = (thing: { key: string }, as = key) => facade.call(as, 'DELETE', url(thing));

async function deletedOf(thing: { key: string }): Promise<unknown> {
  const answer = await facade.call(key, 'GET', url(thing));
  return answer.statusCode === 200 ? answer.json<{ asset: { deleted: unknown } }>().asset.deleted : answer.statusCode;
}

beforeAll(async () => {
  database = await createTestDatabase();
  facade = await buildMediaPocketApp(database.store);
});
beforeEach(async () => {
  tree = await createTree(db());
  key = await addApiKey(db(), tree.user.id);
  facade.dispatched.length = 0;
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

test('a folder goes to the trash with what lies in it, comes back, and goes for good', async () => {
  expect((await trash(tree.top)).body).toBe('{"ok":"ok"}');
  expect(await deletedOf(file(3))).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect((await restore(tree.top)).body).toBe('{"ok":"ok"}');
  expect(await deletedOf(file(3))).toBeNull();
  expect((await remove(tree.top)).body).toBe('{"ok":"ok"}');
  expect(await Promise.all([tree.top, tree.inner, ...tree.files].map(deletedOf))).toEqual(Array(6).fill(404));
  expect((await remove(tree.top)).body).toBe('{"error":"asset not found"}');
  expect(facade.dispatched).toEqual([]);
});

test('a restore that cannot be is a 400 with the reason', async () => {
  await trash(file(0));
  await trash(tree.top);
  const answers = [await restore(file(1)), await restore(file(0))];
  expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual([
    [400, '{"error":"Can not restore Assets that went to trash bin with a folder: restore that folder"}'],
    [400, '{"error":"Can not restore Assets whose folder is in trash bin: restore that folder first"}'],
  ]);
});

test('a big folder becomes a job, of which the headers tell', async () => {
  await createAssets(db(), { projectId: tree.project.id, ownerId: tree.user.id, parentId: tree.inner.id }, 1_000);
  const answer = await trash(tree.top);
  const [job] = facade.dispatched;
  expect(answer.body).toBe('{"ok":"ok"}');
  expect(answer.headers).toMatchObject({ 'job-token': job?.token, location: `/api/jobs/${job?.token ?? ''}` });
  expect(job).toMatchObject({
    kind: 'trash_assets',
    projectUuid: tree.project.uuid,
    ownerUuid: tree.user.uuid,
    input: { asset: tree.top.uuid, requested_by: tree.user.uuid },
  });
});

test('a reader may do none of it, and to a stranger nothing is there', async () => {
  const reader = await createUser(db());
  await grantAccess(db(), tree.project.id, reader.ownTeamId);
  const keys = {
    reader: await addApiKey(db(), reader.id),
    stranger: await addApiKey(db(), (await createUser(db())).id),
  };
  const calls = (as: string) => [
    trash(tree.top, as),
    restore(tree.top, as),
    remove(tree.top, as),
    facade.call(as, 'POST', url(tree.top, '/assign'), {}),
    facade.call(as, 'DELETE', url(tree.top, '/unassign')),
  ];
  for (const { statusCode, body } of await Promise.all(calls(keys.reader))) {
    expect([statusCode, body]).toEqual([403, '{"error":"Not allowed to perform this action"}']);
  }
  for (const { statusCode, body } of await Promise.all(calls(keys.stranger))) {
    expect([statusCode, body]).toEqual([404, '{"error":"asset not found"}']);
  }
  expect(await deletedOf(tree.top)).toBeNull();
});

describe('assign', () => {
  const assign = (thing: { key: string }, body: unknown) => facade.call(key, 'POST', url(thing, '/assign'), body);
  const projectOf = async (thing: { key: string }) =>
    (await facade.call(key, 'GET', url(thing))).json<{ asset: { project_id: string | null } }>().asset.project_id;

  it('takes each of the three names of a project', async () => {
    const target = await createProject(db());
    await grantAccess(db(), target.id, tree.user.ownTeamId, { canWrite: true });
    for (const name of [target.id, target.uuid, target.key]) {
      expect((await assign(file(0), { to_project_id: name })).body).toBe('{"ok":"ok"}');
      expect(await projectOf(file(0))).toBe(target.key);
      await assign(file(0), { to_project_id: tree.project.key });
    }
  });

  it.each([
    [{}, 422, '{"error":"Missing parameter to_project_id"}'],
    [undefined, 422, '{"error":"Missing parameter to_project_id"}'],
    [{ to_project_id: 5 }, 422, `{"error":"Invalid parameter 'to_project_id' value 5: Must be a String"}`],
    [{ to_project_id: null }, 422, `{"error":"Invalid parameter 'to_project_id' value null: Must be a String"}`],
    [{ to_project_id: '' }, 200, '{"error":"Project not found."}'],
    [{ to_project_id: '-1' }, 200, '{"error":"Project not found."}'],
    [['a'], 400, '{"error":"the body must be a JSON object"}'],
  ])('of %j is refused and changes nothing', async (body, status, text) => {
    const answer = await assign(file(0), body);
    expect([answer.statusCode, answer.body]).toEqual([status, text]);
    expect(await projectOf(file(0))).toBe(tree.project.key);
  });

  it('to a project that the caller may not write in is refused; a foreign one is not found', async () => {
    const readable = await createProject(db());
    await grantAccess(db(), readable.id, tree.user.ownTeamId);
    const foreign = await createProject(db());
    expect((await assign(file(0), { to_project_id: readable.key })).statusCode).toBe(403);
    expect((await assign(file(0), { to_project_id: foreign.key })).body).toBe('{"error":"Project not found."}');
    expect(await projectOf(file(0))).toBe(tree.project.key);
  });

  it('is refused in the trash, and so is its opposite', async () => {
    await trash(file(0));
    const refused = '{"error":"Can not assign Assets that is in trash bin"}';
    const answers = [await assign(file(0), { to_project_id: tree.project.key }), await facade.call(key, 'DELETE', url(file(0), '/unassign'))]; // prettier-ignore
    expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual(Array(2).fill([400, refused]));
  });

  it('to no project leaves it to its owner', async () => {
    const other = await createUser(db());
    await grantAccess(db(), tree.project.id, other.ownTeamId, { canWrite: true });
    const otherKey = await addApiKey(db(), other.id);
    expect((await facade.call(otherKey, 'DELETE', url(file(0), '/unassign'))).body).toBe('{"ok":"ok"}');
    expect((await facade.call(otherKey, 'GET', url(file(0)))).statusCode).toBe(404);
    expect(await projectOf(file(0))).toBeNull();
    const again = await facade.call(key, 'DELETE', `/api/v2/assets/${file(0).uuid}/unassign`);
    expect(again.body).toBe(`{"error":"${file(0).uuid} does not have a parent project"}`);
  });
});
