import { toKey } from '../../src/domain/names';
import { collectAsset, createCollection, getCollection, listCollectionsOfAsset, type NewCollection, uncollectAsset } from '../../src/store/collections'; // prettier-ignore
import { AmbiguousNameError, NotFoundError } from '../../src/store/lookup';
import { waitForBlocked } from '../support/blocked';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, type TestThing, type TestUser } from '../support/fixtures';

let database: TestDatabase;
let owner: TestUser;
let project: TestThing;
let asset: TestThing;
let serial = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  owner = await createUser(db);
  project = await createProject(db);
});
beforeEach(async () => {
  const { db } = database.store;
  [asset] = (await createAssets(db, { projectId: project.id, ownerId: owner.id }, 1)) as [TestThing];
});
afterAll(() => database.drop());

const newest = { before: null, limit: 10 };
const deed = (collectionId: string) => ({ collectionId, assetId: asset.id, actorId: owner.id, at: new Date() });
const toNew = (collection: Partial<NewCollection> = {}): NewCollection => ({
  title: `collection ${String((serial += 1))}`,
  ownerId: owner.id,
  description: null,
  category: null,
  tags: [],
  isPublic: false,
  ...collection,
});

async function historyOf(assetId: string) {
  const { rows } = await database.store.pool.query<{ kind: string; project_id: string; details: unknown }>(
    'select kind, project_id, actor_id, details from history where asset_id = $1 order by id',
    [assetId],
  );
  return rows;
}

test('a collection keeps its category and tags in lower case, each tag once', async () => {
  const { db } = database.store;
  const wanted = toNew({ description: 'The Best', category: 'Press KIT', tags: ['Spring', 'ÉTÉ', 'spring'] });
  const made = await createCollection(db, wanted);
  expect(made).toMatchObject({
    title: wanted.title,
    originalTitle: wanted.title,
    description: 'The Best',
    category: 'press kit',
    tags: ['spring', 'été'],
    owner: owner.email,
    isPublic: false,
    created: true,
  });
});

test('one that exists is answered as it is; another owner makes another one', async () => {
  const { db } = database.store;
  const { created, ...first } = await createCollection(db, toNew({ isPublic: true }));
  expect(await createCollection(db, toNew({ title: first.title }))).toEqual({ ...first, created: false });
  const other = await createCollection(db, toNew({ title: first.title, ownerId: (await createUser(db)).id }));
  expect([created, other.created]).toEqual([true, true]);
});

test('one that is made ten times at once is one', async () => {
  const { db } = database.store;
  const wanted = toNew();
  const made = await Promise.all(Array.from({ length: 10 }, () => createCollection(db, wanted)));
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  expect(made.filter(({ created }) => created)).toHaveLength(1);
});

test('a collection is found by title, id, uuid and key', async () => {
  const { db } = database.store;
  const { created, ...made } = await createCollection(db, toNew());
  expect(created).toBe(true);
  for (const text of [made.title, made.id, made.uuid, toKey(made.uuid)]) {
    expect(await getCollection(db, text)).toEqual(made);
  }
  await expect(getCollection(db, 'none')).rejects.toThrow(NotFoundError);
  await createCollection(db, toNew({ title: made.title, ownerId: (await createUser(db)).id }));
  await expect(getCollection(db, made.title)).rejects.toThrow(AmbiguousNameError);
});

test('an asset goes in once and out once, and history tells each', async () => {
  const { db } = database.store;
  const { id } = await createCollection(db, toNew());
  expect(await uncollectAsset(db, deed(id))).toBe('unchanged');
  expect(await collectAsset(db, deed(id))).toBe('changed');
  expect(await collectAsset(db, deed(id))).toBe('unchanged');
  expect(await listCollectionsOfAsset(db, asset.id, owner, newest)).toMatchObject([{ id }]);
  expect(await uncollectAsset(db, deed(id))).toBe('changed');
  expect(await uncollectAsset(db, deed(id))).toBe('unchanged');
  expect(await listCollectionsOfAsset(db, asset.id, owner, newest)).toEqual([]);
  const told = { project_id: project.id, actor_id: owner.id, details: { collection_id: Number(id) } };
  expect(await historyOf(asset.id)).toEqual([{ kind: 'collected', ...told }, { kind: 'uncollected', ...told }]); // prettier-ignore
});

test('an asset that is put in ten times at once is put in once', async () => {
  const { db } = database.store;
  const { id } = await createCollection(db, toNew());
  const changes = await Promise.all(Array.from({ length: 10 }, () => collectAsset(db, deed(id))));
  expect(changes.filter((change) => change === 'changed')).toHaveLength(1);
  expect(await historyOf(asset.id)).toHaveLength(1);
});

test('an asset that is gone, or whose deletion has been decided, goes into none', async () => {
  const { db, pool } = database.store;
  const { id } = await createCollection(db, toNew());
  await pool.query('update assets set deleted_at = now(), trash_root_id = id, purging_at = now() where id = $1', [asset.id]); // prettier-ignore
  expect(await collectAsset(db, deed(id))).toBe('asset_gone');
  await pool.query('delete from assets where id = $1', [asset.id]);
  expect(await collectAsset(db, deed(id))).toBe('asset_gone');
  expect(await historyOf(asset.id)).toEqual([]);
});

test('an asset that is being deleted is waited for, and goes into none', async () => {
  const { db, pool } = database.store;
  const { id } = await createCollection(db, toNew());
  const deleter = await pool.connect();
  await deleter.query('begin');
  await deleter.query('select from assets where id = $1 for update', [asset.id]);
  const change = collectAsset(db, deed(id));
  await waitForBlocked(pool);
  await deleter.query('delete from assets where id = $1', [asset.id]);
  await deleter.query('commit');
  deleter.release();
  expect(await change).toBe('asset_gone');
});

test('shown are public ones and the own ones, for an administrator all; a deleted user is shown none', async () => {
  const { db, pool } = database.store;
  const [reader, admin] = [await createUser(db), await createUser(db, { admin: true })];
  const [hidden, shown, own] = [
    await createCollection(db, toNew()),
    await createCollection(db, toNew({ isPublic: true })),
    await createCollection(db, toNew({ ownerId: reader.id })),
  ];
  for (const { id } of [hidden, shown, own]) await collectAsset(db, deed(id));
  const seenBy = async (user: TestUser, page = newest) =>
    (await listCollectionsOfAsset(db, asset.id, user, page)).map(({ id }) => id);
  expect(await seenBy(owner)).toEqual([hidden.id, shown.id]);
  expect(await seenBy(reader)).toEqual([shown.id, own.id]);
  expect(await seenBy(admin)).toEqual([hidden.id, shown.id, own.id]);
  const before = { before: own.id, limit: 1 } as unknown as typeof newest;
  expect(await seenBy(admin, before)).toEqual([shown.id]);
  await pool.query('update users set deleted_at = now() where id = $1', [admin.id]);
  expect(await seenBy(admin)).toEqual([]);
});
