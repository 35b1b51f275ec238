import { sql } from 'kysely';
import { hasKey } from '../../src/domain/names';
import { generateAssets } from '../../src/store/generate';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, createUser } from '../support/fixtures';

let database: TestDatabase;
let ownerId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  ownerId = (await createUser(database.store.db)).id;
});

afterAll(() => database.drop());

const assetsOf = (projectId: string) =>
  database.store.db.selectFrom('assets').selectAll().where('project_id', '=', projectId).orderBy('id').execute();

test('assets are spread over new folders under the root so that none has two more than another', async () => {
  const { id: projectId } = await createProject(database.store.db);
  const made = await generateAssets(database.store.db, { projectId, ownerId, count: 1_000, folders: 7 });
  const rows = await assetsOf(projectId);
  const folders = rows.filter((row) => row.media_type === 'folder');
  expect(made).toEqual({ count: 1_000, folders: folders.map(({ uuid }) => uuid) });
  expect(folders.every((folder) => folder.parent_id === null)).toBe(true);
  const sizes = folders.map((folder) => rows.filter((row) => row.parent_id === folder.id).length);
  expect(sizes.reduce((sum, size) => sum + size)).toBe(1_000);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBe(1);
});

test('without folders the assets lie in the root', async () => {
  const { id: projectId } = await createProject(database.store.db);
  expect(await generateAssets(database.store.db, { projectId, ownerId, count: 3, folders: 0 })).toEqual({
    count: 3,
    folders: [],
  });
  expect((await assetsOf(projectId)).map((row) => row.parent_id)).toEqual([null, null, null]);
});

test('a count of 0 makes empty folders', async () => {
  const { id: projectId } = await createProject(database.store.db);
  const made = await generateAssets(database.store.db, { projectId, ownerId, count: 0, folders: 2 });
  expect(made.count).toBe(0);
  expect((await assetsOf(projectId)).map((row) => row.uuid)).toEqual(made.folders);
});

test('a second call adds more, in folders that are numbered on', async () => {
  const { id: projectId } = await createProject(database.store.db);
  const request = { projectId, ownerId, count: 4, folders: 2 };
  await generateAssets(database.store.db, request);
  await generateAssets(database.store.db, request);
  const rows = await assetsOf(projectId);
  const titles = rows.filter((row) => row.media_type === 'folder').map((row) => row.title);
  expect(titles).toEqual(['Folder 1', 'Folder 2', 'Folder 3', 'Folder 4']);
  expect(rows).toHaveLength(12);
});

test('generated assets have a key, lower-case tags and category, a size, and words to be found by', async () => {
  const { id: projectId } = await createProject(database.store.db);
  await generateAssets(database.store.db, { projectId, ownerId, count: 50, folders: 0 });
  const rows = await assetsOf(projectId);
  expect(rows).toHaveLength(50);
  for (const row of rows) {
    expect(hasKey(row.uuid)).toBe(true);
    expect(row.category).toMatch(/^[a-z]+$/);
    expect(row.tags.join()).toMatch(/^[a-z]+,[a-z]+$/);
    expect(Number(row.size_bytes)).toBeGreaterThan(0);
    expect(row.owner_id).toBe(ownerId);
  }
  expect(new Set(rows.map((row) => row.title)).size).toBe(50);
  expect(new Set(rows.map((row) => row.media_type))).toEqual(new Set(['image', 'video', 'audio', 'document']));
  const { rows: words } = await sql`
    select from asset_words where asset_id = any(${rows.map((row) => row.id)})`.execute(database.store.db);
  expect(words).toHaveLength(50);
});

test('the history of everything generated begins with its making', async () => {
  const { id: projectId } = await createProject(database.store.db);
  await generateAssets(database.store.db, { projectId, ownerId, count: 5, folders: 2 });
  const history = await database.store.db
    .selectFrom('history')
    .selectAll()
    .where('project_id', '=', projectId)
    .execute();
  expect(history.map((entry) => entry.asset_id).sort()).toEqual((await assetsOf(projectId)).map(({ id }) => id).sort());
  expect(history.every(({ kind, actor_id }) => kind === 'added' && actor_id === ownerId)).toBe(true);
});
