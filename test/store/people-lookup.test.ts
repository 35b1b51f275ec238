import { toKey } from '../../src/domain/names';
import { AmbiguousNameError, getProject, getTeam, getUser, NotFoundError } from '../../src/store/lookup';
import { createUser, deleteUser } from '../../src/store/people';
import { createProject } from '../../src/store/project-creation';
import { createTeam } from '../../src/store/teams';
import { createTestDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

test('a user is found by e-mail address in any case, id, uuid and key', async () => {
  const { db } = database.store;
  const { id, uuid, email } = await createUser(db, { email: 'Ann@example.test', admin: false });
  for (const text of ['ann@EXAMPLE.test', id, uuid, uuid.toUpperCase(), toKey(uuid)]) {
    expect(await getUser(db, text)).toEqual({ id, uuid, email });
  }
});

test('a deleted user and the own team are not found by any name', async () => {
  const { db } = database.store;
  const { id, uuid } = await createUser(db, { email: 'gone@example.test', admin: false });
  await deleteUser(db, id, new Date());
  for (const text of ['gone@example.test', id, uuid]) await expect(getUser(db, text)).rejects.toThrow(NotFoundError);
  await expect(getTeam(db, 'gone@example.test')).rejects.toThrow('there is no team "gone@example.test"');
});

test('a project is found by name, id, uuid and key', async () => {
  const { db } = database.store;
  const { id, uuid, key, name } = await createProject(db, 'Spring');
  for (const text of ['Spring', id, uuid, key]) expect(await getProject(db, text)).toEqual({ id, uuid, key, name });
  await expect(getProject(db, 'spring')).rejects.toThrow(NotFoundError);
});

test('a team is found by name and id, an own team by what names its user', async () => {
  const { db } = database.store;
  const team = await createTeam(db, 'Desk');
  for (const text of ['Desk', team.id]) expect((await getTeam(db, text)).id).toBe(team.id);
  const user = await createUser(db, { email: 'owner@example.test', admin: false });
  for (const text of ['OWNER@example.test', user.uuid]) {
    expect(await getTeam(db, text)).toMatchObject({ name: 'owner@example.test', ownerId: user.id });
  }
});

test('a text that is the name of one thing and the id of another is refused', async () => {
  const { db } = database.store;
  const first = await createProject(db, 'first');
  const second = await createProject(db, first.id);
  await expect(getProject(db, first.id)).rejects.toThrow(AmbiguousNameError);
  expect((await getProject(db, second.uuid)).name).toBe(first.id);
});

test('a number beyond bigint and a text of SQL name nothing', async () => {
  const { db } = database.store;
  for (const text of ['99999999999999999999', "' or true --", '%']) {
    await expect(getProject(db, text)).rejects.toThrow(NotFoundError);
  }
});
