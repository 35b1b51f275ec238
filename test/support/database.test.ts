import { Client } from 'pg';
import { createTestDatabase } from './database';
import { createAssets, createFolder, createProject, createTeam, createUser, grantAccess } from './fixtures';

test('a test database is migrated, empty and apart from the others', async () => {
  const one = await createTestDatabase();
  const other = await createTestDatabase();
  await createUser(one.store.db);
  expect(await one.store.db.selectFrom('users').select('id').execute()).toHaveLength(1);
  expect(await other.store.db.selectFrom('users').select('id').execute()).toHaveLength(0);
  await one.drop();
  await other.drop();
});

test('a connection left open fails the drop and is named', async () => {
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.databaseUrl, application_name: 'forgotten' });
  client.on('error', () => undefined);
  await client.connect();
  await expect(database.drop()).rejects.toThrow(/connections left open[\s\S]*forgotten/);
  await client.end();
});

test('the fixtures make a project with people, access and a tree', async () => {
  const { store, drop } = await createTestDatabase();
  const user = await createUser(store.db);
  const team = await createTeam(store.db, [user.id]);
  const project = await createProject(store.db);
  await grantAccess(store.db, project.id, team.id, { canWrite: true });
  const place = { projectId: project.id, ownerId: user.id };
  const folder = await createFolder(store.db, place, 'in');
  const assets = await createAssets(store.db, { ...place, parentId: folder.id }, 3);
  const rows = await store.db.selectFrom('assets').select(['id', 'title', 'parent_id']).orderBy('id').execute();
  expect(rows).toEqual([
    { id: folder.id, title: 'in', parent_id: null },
    ...assets.map(({ id }, index) => ({ id, title: `asset ${String(index + 1)}`, parent_id: folder.id })),
  ]);
  await drop();
});
