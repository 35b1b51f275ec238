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
