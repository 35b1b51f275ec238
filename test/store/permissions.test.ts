import { hasPermission } from '../../src/store/permissions';
import { deleteUser, grantPermissions } from '../../src/store/people';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createUser } from '../support/fixtures';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('who was given a permission has it, an administrator has every one, and a deleted user none', async () => {
  const { db } = database.store;
  const [ann, root] = [await createUser(db), await createUser(db, { admin: true })];
  await grantPermissions(db, ann.id, ['ACTIONS_VIEW']);
  expect(await hasPermission(db, ann.id, 'ACTIONS_VIEW')).toBe(true);
  expect(await hasPermission(db, ann.id, 'ACTIONS_START')).toBe(false);
  expect(await hasPermission(db, root.id, 'ACTIONS_START')).toBe(true);
  await deleteUser(db, ann.id, new Date());
  expect(await hasPermission(db, ann.id, 'ACTIONS_VIEW')).toBe(false);
});
