import { grantAccess, revokeAccess } from '../../src/store/access';
import { addApiKey, findUserByApiKey } from '../../src/store/credentials';
import { createProject } from '../../src/store/project-creation';
import {
  createUser,
  deleteUser,
  ensureFirstAdministrator,
  findAdministrator,
  FIRST_ADMINISTRATOR,
  grantPermissions,
} from '../../src/store/people';
import { addTeamMember, createTeam } from '../../src/store/teams';
import { createTestDatabase, type TestDatabase } from '../support/database';

const NOW = new Date('2026-03-01T12:00:00.000Z');

let database: TestDatabase;
let serial = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

const newEmail = () => `person-${String((serial += 1))}@example.test`;
const manyAtOnce = <T>(work: () => Promise<T>) => Promise.all(Array.from({ length: 10 }, work));

// Runs first: the database has no user yet.
test('of many first starts at once, one makes the administrator; later ones make none', async () => {
  const { db } = database.store;
  const made = (await manyAtOnce(() => ensureFirstAdministrator(db))).filter((one) => one !== null);
  expect(made).toEqual([{ email: FIRST_ADMINISTRATOR, apiKey: expect.stringMatching(/^lh_/) }]);
  expect(await findUserByApiKey(database.store.pool, made[0]?.apiKey ?? '')).toMatchObject({ admin: true });
  expect(await findAdministrator(db)).toMatchObject({ email: FIRST_ADMINISTRATOR });
  expect(await ensureFirstAdministrator(db)).toBeNull();
});

test('a user gets an own team of the same name and is its member', async () => {
  const { db } = database.store;
  const email = newEmail();
  const user = await createUser(db, { email, firstName: 'Ann', lastName: 'Lee', admin: false });
  const teams = await db
    .selectFrom('teams as t')
    .innerJoin('team_members as m', 'm.team_id', 't.id')
    .where('t.owner_id', '=', user.id)
    .select(['t.name', 'm.user_id'])
    .execute();
  expect(teams).toEqual([{ name: email, user_id: user.id }]);
});

test('a user created ten times at once, in upper and lower case, is one user', async () => {
  const { db } = database.store;
  const email = newEmail();
  let turn = 0;
  const made = await manyAtOnce(() => {
    turn += 1;
    return createUser(db, { email: turn % 2 === 0 ? email : email.toUpperCase(), admin: false });
  });
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  expect(made.filter(({ created }) => created)).toHaveLength(1);
});

test('creating an existing user as administrator makes it one; without it nothing is taken away', async () => {
  const { db } = database.store;
  const email = newEmail();
  const isAdmin = async () =>
    (await db.selectFrom('users').select('admin').where('email', '=', email).executeTakeFirstOrThrow()).admin;
  await createUser(db, { email, admin: false });
  expect(await isAdmin()).toBe(false);
  await createUser(db, { email, admin: true });
  await createUser(db, { email, admin: false });
  expect(await isAdmin()).toBe(true);
});

test('a deleted user has no valid key, and the address makes a new user', async () => {
  const { db } = database.store;
  const email = newEmail();
  const old = await createUser(db, { email, admin: false });
  const key = await addApiKey(db, old.id);
  expect(await findUserByApiKey(database.store.pool, key)).toMatchObject({ id: old.id });
  await deleteUser(db, old.id, NOW);
  expect(await findUserByApiKey(database.store.pool, key)).toBeNull();
  const next = await createUser(db, { email, admin: false });
  expect(next.created).toBe(true);
  expect(next.id).not.toBe(old.id);
});

test('teams and projects created ten times at once are one each', async () => {
  const { db } = database.store;
  for (const create of [() => createTeam(db, 'Desk'), () => createProject(db, 'Spring')]) {
    const made = await manyAtOnce<{ id: string; created: boolean }>(create);
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(made.filter(({ created }) => created)).toHaveLength(1);
  }
});

test('a new project has a sync cursor at its start', async () => {
  const { db } = database.store;
  const { id } = await createProject(db, 'Summer');
  const cursor = db.selectFrom('sync_cursors').select('cursor').where('project_id', '=', id);
  expect(await cursor.executeTakeFirst()).toEqual({ cursor: '0' });
});

test('a member is added once', async () => {
  const { db } = database.store;
  const team = await createTeam(db, 'Night desk');
  const user = await createUser(db, { email: newEmail(), admin: false });
  expect(await addTeamMember(db, team.id, user.id, NOW)).toBe(true);
  expect(await addTeamMember(db, team.id, user.id, NOW)).toBe(false);
});

test('a grant adds to the rights that are there, and revoke takes all of them', async () => {
  const { db } = database.store;
  const team = await createTeam(db, 'Granted');
  const project = await createProject(db, 'Granted');
  const none = { write: false, manage: false, approve: false };
  expect(await grantAccess(db, project.id, team.id, { ...none, write: true }, NOW)).toEqual({ ...none, write: true });
  const both = { ...none, write: true, approve: true };
  expect(await grantAccess(db, project.id, team.id, { ...none, approve: true }, NOW)).toEqual(both);
  expect(await revokeAccess(db, project.id, team.id, NOW)).toBe(true);
  expect(await revokeAccess(db, project.id, team.id, NOW)).toBe(false);
  expect(await grantAccess(db, project.id, team.id, none, NOW)).toEqual(none);
});

test('permissions add up and are answered in order', async () => {
  const { db } = database.store;
  const { id } = await createUser(db, { email: newEmail(), admin: false });
  expect(await grantPermissions(db, id, ['B', 'A'])).toEqual(['A', 'B']);
  expect(await grantPermissions(db, id, ['C', 'A'])).toEqual(['A', 'B', 'C']);
});
