import { toKey } from '../../src/domain/names';
import { collectAsset, type CollectionRecord, createCollection } from '../../src/store/collections';
import { addApiKey } from '../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { buildMediaPocketApp, type MediaPocketApp } from './media-pocket-app';

let database: TestDatabase;
let facade: MediaPocketApp;
let ann: TestUser;
let bob: TestUser;
let annKey: string;
let bobKey: string;
let strangerKey: string;
let adminKey: string;
let asset: TestThing;
let hidden: CollectionRecord;
let shown: CollectionRecord;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  facade = await buildMediaPocketApp(database.store);
  [ann, bob] = [await createUser(db), await createUser(db)];
  const [stranger, admin] = [await createUser(db), await createUser(db, { admin: true })];
  [annKey, bobKey] = [await addApiKey(db, ann.id), await addApiKey(db, bob.id)];
  [strangerKey, adminKey] = [await addApiKey(db, stranger.id), await addApiKey(db, admin.id)];
  const project = await createProject(db);
  for (const user of [ann, bob]) await grantAccess(db, project.id, user.ownTeamId);
  [asset] = (await createAssets(db, { projectId: project.id, ownerId: ann.id }, 1)) as [TestThing];
  const common = { ownerId: ann.id, description: 'Sample collection description.', tags: ['One', 'two'] };
  hidden = await createCollection(db, { ...common, title: 'Sample Collection', category: null, isPublic: false });
  shown = await createCollection(db, { ...common, title: 'Public', category: 'Press', isPublic: true });
  for (const { id } of [hidden, shown]) {
    await collectAsset(db, { collectionId: id, assetId: asset.id, actorId: ann.id, at: new Date() });
  }
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

const get = (key: string, query = '', name = asset.key) =>
  facade.call(key, 'GET', `/api/v2/assets/${name}/collections${query}`);

function toJson(record: CollectionRecord) {
  return {
    id: toKey(record.uuid),
    title: record.title,
    description: 'Sample collection description.',
    category: record.category,
    tags: ['one', 'two'],
    owner: ann.email,
    media_type: 'collection',
    isPublic: record.isPublic,
    created_date: record.createdAt.toISOString(),
    modification_date: record.createdAt.toISOString(),
    original_title: record.title,
  };
}

it('answers the collections of an asset, keys in the order of the page', async () => {
  for (const name of [asset.key, asset.id, asset.uuid]) {
    const answer = await get(annKey, '', name);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    expect(answer.body).toBe(JSON.stringify({ collections: [toJson(hidden), toJson(shown)] }));
  }
  expect(toJson(shown).category).toBe('press');
});

it('shows others the public ones only, and an administrator all', async () => {
  expect((await get(bobKey)).json()).toEqual({ collections: [toJson(shown)] });
  expect((await get(adminKey)).json()).toEqual({ collections: [toJson(hidden), toJson(shown)] });
});

it('answers no collections for an asset that is in none', async () => {
  const [loose] = await createAssets(database.store.db, { projectId: null, ownerId: ann.id }, 1);
  expect((await get(annKey, '', loose?.key)).body).toBe('{"collections":[]}');
});

it('pages when asked to', async () => {
  const first = await get(annKey, '?limit=1');
  expect(first.json()).toEqual({ collections: [toJson(shown)], next_cursor: Number(shown.id) });
  const second = await get(annKey, `?limit=1&cursor=${shown.id}`);
  expect(second.json()).toEqual({ collections: [toJson(hidden)], next_cursor: null });
});

it.each([
  ['?cursor=x', `Invalid parameter 'cursor' value "x": Invalid cursor`],
  ['?limit=-1', `Invalid parameter 'limit' value "-1": Must be a number from 1 to 1000.`],
])('refuses %s', async (query, error) => {
  const answer = await get(annKey, query);
  expect([answer.statusCode, answer.json()]).toEqual([422, { error }]);
});

it('answers 404 for an asset that is not there for the caller, whatever else is wrong', async () => {
  for (const name of ['not-found-id', '-1', '1e3', '99999999999999999999', '0', hidden.uuid]) {
    const answer = await get(annKey, '?limit=x', name);
    expect([answer.statusCode, answer.body]).toEqual([404, '{"error":"asset not found"}']);
  }
  for (const name of [asset.key, asset.id, asset.uuid]) {
    expect((await get(strangerKey, '', name)).body).toBe('{"error":"asset not found"}');
  }
});

it('answers 401 without a valid key', async () => {
  expect((await get('lh_nonsense')).body).toBe('{"error":"Unauthorized"}');
});
