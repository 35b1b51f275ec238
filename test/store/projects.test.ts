import { parseName } from '../../src/domain/names';
import type { Database } from '../../src/store/database';
import { findReadableProject } from '../../src/store/projects';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, createTeam, createUser, grantAccess, type TestThing } from '../support/fixtures';

let database: TestDatabase;
let db: Database;
let project: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.store.db;
});
afterAll(() => database.drop());
beforeEach(async () => {
  project = await createProject(db);
});

function find(text: string, user: { id: string }) {
  const name = parseName(text);
  if (name === null) throw new Error(`${text} is no name`);
  return findReadableProject(db, name, user);
}

test.each(['id', 'uuid', 'key'] as const)('a member finds the project by its %s', async (form) => {
  const user = await createUser(db);
  await grantAccess(db, project.id, user.ownTeamId);
  expect(await find(project[form], user)).toMatchObject({
    id: project.id,
    uuid: project.uuid,
    rights: { write: false, manage: false, approve: false },
  });
});

test('rights are the union over the teams of the user', async () => {
  const user = await createUser(db);
  const team = await createTeam(db, [user.id]);
  const foreign = await createTeam(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
  await grantAccess(db, project.id, team.id, { canApprove: true });
  await grantAccess(db, project.id, foreign.id, { canManage: true });
  expect((await find(project.id, user))?.rights).toEqual({ write: true, manage: false, approve: true });
});

test('a foreign project and one that does not exist are the same nothing', async () => {
  const user = await createUser(db);
  const other = await createProject(db);
  await grantAccess(db, other.id, user.ownTeamId, { canManage: true });
  expect(await find(project.id, user)).toBeNull();
  expect(await find('999999999', user)).toBeNull();
});

test('an administrator may do everything everywhere', async () => {
  const admin = await createUser(db, { admin: true });
  expect((await find(project.key, admin))?.rights).toEqual({ write: true, manage: true, approve: true });
});

test('a deleted user finds nothing, administrator or not', async () => {
  for (const admin of [true, false]) {
    const user = await createUser(db, { admin });
    await grantAccess(db, project.id, user.ownTeamId);
    await db.updateTable('users').set({ deleted_at: new Date() }).where('id', '=', user.id).execute();
    expect(await find(project.id, user)).toBeNull();
  }
});
