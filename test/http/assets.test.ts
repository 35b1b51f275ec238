import { addApiKey } from '../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { buildMediaPocketApp, type MediaPocketApp } from './media-pocket-app';

let database: TestDatabase;
let facade: MediaPocketApp;
let user: TestUser;
let key: string;
let project: TestThing;
let folder: TestThing;
let file: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  facade = await buildMediaPocketApp(database.store);
  user = await createUser(db);
  key = await addApiKey(db, user.id);
  project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
  const place = { projectId: project.id, ownerId: user.id };
  folder = await createFolder(db, place, 'Folder');
  [file] = (await createAssets(db, { ...place, parentId: folder.id }, 1, 'Sample')) as [TestThing];
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown;

it('answers an asset by any of its three names, keys in the order of the page', async () => {
  for (const name of [file.id, file.uuid, file.key]) {
    const answer = await facade.call(key, 'GET', `/api/v2/assets/${name}`);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    const { asset } = answer.json<{ asset: Record<string, unknown> }>();
    expect(Object.entries(asset)).toEqual([
      ['id', file.key],
      ['external_id', null],
      ['parent_id', folder.key],
      ['project_id', project.key],
      ['owner', user.email],
      ['title', 'Sample 1'],
      ['description', null],
      ['category', null],
      ['tags', []],
      ['ai_tags', []],
      ['status', 'open'],
      ['media_type', 'image'],
      ['original_filename', null],
      ['drop_folder_id', null],
      ['md5_sum', null],
      ['created_date', INSTANT],
      ['modification_date', INSTANT],
      ['deleted', null],
    ]);
  }
});

async function statusAndBody(name: string, as = key): Promise<[number, unknown]> {
  const answer = await facade.call(as, 'GET', `/api/v2/assets/${name}`);
  return [answer.statusCode, answer.json()];
}
const NOT_FOUND = [404, { error: 'asset not found' }];

it('tells when an asset was put into the trash, and nothing of it once its end is decided', async () => {
  const { pool } = database.store;
  const place = { projectId: project.id, ownerId: user.id };
  const outer = await createFolder(database.store.db, place);
  const [inner] = (await createAssets(database.store.db, { ...place, parentId: outer.id }, 1)) as [TestThing];
  await pool.query(`update assets set deleted_at = '2026-01-02T03:04:05.678Z', trash_root_id = $1 where id in ($1, $2)`, [outer.id, inner.id]); // prettier-ignore
  expect(await statusAndBody(inner.key)).toMatchObject([
    200,
    { asset: { deleted: '2026-01-02T03:04:05.678Z', parent_id: outer.key } },
  ]);
  await pool.query('update assets set purging_at = now() where id = $1', [outer.id]);
  expect([await statusAndBody(inner.key), await statusAndBody(outer.key)]).toEqual([NOT_FOUND, NOT_FOUND]);
  await pool.query('update assets set trash_root_id = id where id = $1', [inner.id]);
  expect(await statusAndBody(inner.key)).toMatchObject([200, { asset: { parent_id: null } }]);
  await pool.query('delete from assets where id = $1', [outer.id]);
  expect(await statusAndBody(inner.key)).toMatchObject([200, { asset: { parent_id: null } }]);
});

it('shows an asset of a project to those who may read the project, and to administrators', async () => {
  const { db } = database.store;
  const reader = await createUser(db);
  await grantAccess(db, project.id, reader.ownTeamId);
  const admin = await createUser(db, { admin: true });
  const stranger = await createUser(db);
  const seen = async (who: TestUser) => (await statusAndBody(file.key, await addApiKey(db, who.id)))[0];
  expect([await seen(reader), await seen(admin), await seen(stranger)]).toEqual([200, 200, 404]);
});

it('shows an asset outside any project to its owner and to administrators only', async () => {
  const { db } = database.store;
  const [own] = (await createAssets(db, { projectId: null, ownerId: user.id }, 1)) as [TestThing];
  const admin = await addApiKey(db, (await createUser(db, { admin: true })).id);
  const stranger = await addApiKey(db, (await createUser(db)).id);
  expect(await statusAndBody(own.id)).toMatchObject([200, { asset: { project_id: null, id: own.key } }]);
  expect((await statusAndBody(own.id, admin))[0]).toBe(200);
  expect(await statusAndBody(own.id, stranger)).toEqual(NOT_FOUND);
});

it.each([
  'not-found-id',
  '-1',
  '0',
  '01',
  '9223372036854775808',
  'F-Ihco1txSEhkiRsU4H0',
  '1e3',
  '..%2f',
  '%F0%9F%98%80',
])('finds no asset by the name %s', async (name) => {
  expect(await statusAndBody(name)).toEqual(NOT_FOUND);
});

it('refuses what no name holds, names that are too long, unknown parameters and strangers', async () => {
  expect((await statusAndBody('a%00b'))[0]).toBe(400);
  expect((await statusAndBody('%zz'))[0]).toBe(400);
  expect((await statusAndBody('x'.repeat(200)))[0]).toBe(414);
  expect(await statusAndBody(`${file.key}?fields=title`)).toEqual([400, { error: 'fields is not known in the query' }]);
  expect(await statusAndBody(file.key, 'lh_none')).toEqual([401, { error: 'Unauthorized' }]);
});
