import { addApiKey } from '../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { buildMediaPocketApp, type MediaPocketApp } from './media-pocket-app';

let database: TestDatabase;
let facade: MediaPocketApp;
let user: TestUser;
let key: string;
let readerKey: string;
let strangerKey: string;
let file: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  facade = await buildMediaPocketApp(database.store);
  user = await createUser(db);
  key = await addApiKey(db, user.id);
  const reader = await createUser(db);
  readerKey = await addApiKey(db, reader.id);
  strangerKey = await addApiKey(db, (await createUser(db)).id);
  const project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
  await grantAccess(db, project.id, reader.ownTeamId);
  [file] = (await createAssets(db, { projectId: project.id, ownerId: user.id }, 1)) as [TestThing];
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

type Answer = Readonly<Record<string, unknown>>;

async function call(method: 'POST' | 'PUT', url: string, body?: unknown, as = key): Promise<[number, Answer]> {
  const answer = await facade.call(as, method, url, body);
  return [answer.statusCode, answer.json()];
}
const create = (body?: unknown, as?: string) => call('POST', '/api/v2/assets', body, as);
const update = (name: string, body?: unknown, as?: string) => call('PUT', `/api/v2/assets/${name}`, body, as);
const assetOf = ([status, body]: [number, Answer]) => {
  expect(status).toBe(200);
  return body['asset'] as Answer;
};

it('makes an asset of the caller outside any project, keys in the order of the page', async () => {
  const asset = assetOf(await create({ title: 'Sample', category: 'Sample', tags: ['Sample', 'test', 'sample'] }));
  const { id, created_date } = asset;
  expect(id).toMatch(/^[A-Za-z0-9_-]{20}$/);
  expect(Object.entries(asset)).toEqual([
    ['id', id],
    ['external_id', null],
    ['parent_id', null],
    ['project_id', null],
    ['owner', user.email],
    ['title', 'Sample'],
    ['description', null],
    ['category', 'sample'],
    ['tags', ['sample', 'test']],
    ['ai_tags', []],
    ['status', 'open'],
    ['media_type', 'placeholder'],
    ['original_filename', null],
    ['drop_folder_id', null],
    ['md5_sum', null],
    ['created_date', created_date],
    ['modification_date', created_date],
    ['deleted', null],
  ]);
  expect((await facade.call(key, 'GET', `/api/v2/assets/${String(id)}`)).json()).toEqual({ asset });
  expect((await facade.call(strangerKey, 'GET', `/api/v2/assets/${String(id)}`)).statusCode).toBe(404);
});

it('makes an article where that is asked for, and takes null for nothing', async () => {
  const body = { title: 'A', description: null, category: null, tags: null, external_id: null, media_type: 'article' };
  expect(assetOf(await create(body))).toMatchObject({ media_type: 'article', tags: [], external_id: null });
});

it('lets no caller set what is not theirs to set', async () => {
  const body = {
    title: 'Mine',
    owner: 'x@example.test',
    owner_id: 1,
    status: 'closed',
    project_id: 1,
    id: 1,
    deleted: 1,
  };
  expect(assetOf(await create(body))).toMatchObject({
    owner: user.email,
    status: 'open',
    project_id: null,
    deleted: null,
  });
});

it('changes by any of the three names what is given, and leaves the rest', async () => {
  const first = assetOf(
    await update(file.key, { description: 'D', category: 'Cat', tags: ['B', 'a'], external_id: 'E-1' }),
  );
  expect(first).toMatchObject({ description: 'D', category: 'cat', tags: ['b', 'a'], external_id: 'E-1' });
  const second = assetOf(await update(file.uuid, { title: 'Renamed' }));
  expect(second).toMatchObject({ title: 'Renamed', description: 'D', category: 'cat', tags: ['b', 'a'] });
  expect(assetOf(await update(file.id, { title: 'Renamed', tags: ['B', 'A'] }))).toEqual(second);
  const cleared = assetOf(await update(file.id, { description: null, category: null, tags: null, external_id: null }));
  expect(cleared).toMatchObject({ description: null, category: null, tags: [], external_id: null });
  expect(assetOf(await update(file.id))).toEqual(cleared);
});

it('changes an asset in the trash', async () => {
  const { id } = assetOf(await create({ title: 'Trashed' }));
  await database.store.pool.query(`update assets set deleted_at = now(), trash_root_id = id where title = 'Trashed'`);
  expect(assetOf(await update(String(id), { description: 'still' }))).toMatchObject({
    description: 'still',
    deleted: expect.stringMatching(/Z$/) as unknown,
  });
});

const text = (value: string) => `Invalid parameter ${value}: Must be a String`;
const ARTICLE = 'Must be one of: <code>article</code>.';

it.each<[unknown, number, string]>([
  [{}, 422, 'Missing parameter title'],
  [undefined, 422, 'Missing parameter title'],
  [{ description: 'x', media_type: 'image' }, 422, 'Missing parameter title'],
  [{ title: 7 }, 422, text("'title' value 7")],
  [{ title: null }, 422, text("'title' value null")],
  [{ title: 'T', description: [] }, 422, text("'description' value []")],
  [{ title: 'T', category: true }, 422, text("'category' value true")],
  [{ title: 'T', external_id: { a: 1 } }, 422, text(`'external_id' value {"a":1}`)],
  [{ title: 'T', tags: 'a,b' }, 422, `Invalid parameter 'tags' value "a,b": Must be an array of String`],
  [{ title: 'T', tags: ['a', 1] }, 422, `Invalid parameter 'tags' value ["a",1]: Must be an array of String`],
  [{ title: 'T', media_type: 'image' }, 422, `Invalid parameter 'media_type' value "image": ${ARTICLE}`],
  [{ title: 'T', media_type: null }, 422, `Invalid parameter 'media_type' value null: ${ARTICLE}`],
  [{ title: ' ' }, 400, "Title can't be blank"],
  [{ title: 'é'.repeat(256) }, 400, 'Title is too long (maximum is 255 characters)'],
  [{ title: 'T', tags: ['x'.repeat(256)] }, 400, 'Tag is too long (maximum is 255 characters)'],
  [[], 400, 'the body must be a JSON object'],
  ['"title"', 400, 'the body must be a JSON object'],
  ['{"title":', 400, 'the body is not valid JSON'],
  ['{"title":"a\\u0000b"}', 400, 'title must not hold control characters'],
  ['{"title":"\\ud800"}', 400, 'title must not hold lone surrogates'],
  ['{"title":"T","__proto__":{}}', 400, '__proto__ is not an allowed name'],
])('refuses to make an asset of %j', async (body, status, error) => {
  expect(await create(body)).toEqual([status, { error }]);
});

it.each<[unknown, number, string]>([
  [{ title: null }, 422, text("'title' value null")],
  [{ tags: [null] }, 422, `Invalid parameter 'tags' value [null]: Must be an array of String`],
  [{ title: '' }, 400, "Title can't be blank"],
  [{ external_id: '' }, 400, "External id can't be blank"],
  [{ title: `Testing too long title: ${'X'.repeat(232)}` }, 400, 'Title is too long (maximum is 255 characters)'],
])('refuses to change an asset to %j', async (body, status, error) => {
  expect(await update(file.key, body)).toEqual([status, { error }]);
});

it('refuses an external id that is taken, whoever has it, and says so to one of two that come at once', async () => {
  const taken = { error: 'External id has already been taken' };
  const both = await Promise.all([create({ title: 'A', external_id: 'X' }), create({ title: 'B', external_id: 'X' })]);
  expect(both.map(([status]) => status).sort()).toEqual([200, 400]);
  expect(both.find(([status]) => status === 400)?.[1]).toEqual(taken);
  expect(await create({ title: 'C', external_id: 'X' }, strangerKey)).toEqual([400, taken]);
  expect(await update(file.key, { external_id: 'X' })).toEqual([400, taken]);
});

it('checks in the order 401, 404, 403, 422', async () => {
  const bad = { title: 7 };
  expect(await update(file.key, bad, 'lh_none')).toEqual([401, { error: 'Unauthorized' }]);
  expect(await update(file.key, bad, strangerKey)).toEqual([404, { error: 'asset not found' }]);
  expect(await update(file.key, bad, readerKey)).toEqual([403, { error: 'Not allowed to perform this action' }]);
  expect((await update(file.key, bad))[0]).toBe(422);
  expect(await create(bad, 'lh_none')).toEqual([401, { error: 'Unauthorized' }]);
});

it.each(['not-found-id', '-1', '0', '9223372036854775808', '00000000-0000-7000-8000-000000000000', '%20'])(
  'finds no asset to change by the name %s',
  async (name) => {
    expect(await update(name, { title: 'T' })).toEqual([404, { error: 'asset not found' }]);
  },
);
