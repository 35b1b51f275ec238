import { sql } from 'kysely';
import type { Database } from '../../src/store/database';
import { appendHistory } from '../../src/store/history';
import { readAssetPlaces } from '../../src/store/asset-place';
import { listTrash, MOST_COUNTED, type TrashFilter } from '../../src/store/trash-list';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestPlace, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { putIntoTrash } from '../support/put-into-trash';

const NOON = Date.parse('2026-11-01T12:00:00Z');
const at = (seconds: number) => new Date(NOON + seconds * 1_000);

let database: TestDatabase;
let db: Database;
let user: TestUser;
let project: TestThing;
let place: TestPlace;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.store.db;
});
afterAll(() => database.drop());
beforeEach(async () => {
  user = await createUser(db);
  project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
  place = { projectId: project.id, ownerId: user.id };
});

const asset = async (where: TestPlace = place) => {
  const [made] = await createAssets(db, where, 1);
  if (made === undefined) throw new Error('no asset was made');
  return made;
};
const list = (viewer: { readonly id: string }, filter: Partial<TrashFilter> = {}) =>
  listTrash(db, viewer, { limit: 50, ...filter });
const idsOf = (things: readonly { readonly id: string }[]) => things.map(({ id }) => id);

test('what goes first is first, and what shares an instant is in the order of its ids', async () => {
  const [late, tied, twin, early] = [await asset(), await asset(), await asset(), await asset()];
  await putIntoTrash(db, late, at(9));
  await putIntoTrash(db, twin, at(5));
  await putIntoTrash(db, tied, at(5));
  await putIntoTrash(db, early, at(1));
  expect(idsOf(await list(user))).toEqual(idsOf([early, tied, twin, late]));
});

test('pages meet without a gap or a double, also within one instant', async () => {
  const things = await createAssets(db, place, 23);
  for (const [no, thing] of things.entries()) await putIntoTrash(db, thing, at(Math.floor(no / 7)));
  for (const projectId of [undefined, project.id]) {
    const seen: string[] = [];
    let after: TrashFilter['after'];
    for (let pages = 0; pages < 10; pages += 1) {
      const page = await list(user, { limit: 5, after, projectId });
      seen.push(...idsOf(page));
      after = page.at(-1);
      if (page.length < 5) break;
    }
    expect(seen).toEqual(idsOf(things));
  }
});

test('only what was trashed by itself is listed, with the number of what went along', async () => {
  const folder = await createFolder(db, place);
  const inside = await createAssets(db, { ...place, parentId: folder.id }, 3);
  const alone = await asset({ ...place, parentId: folder.id });
  await putIntoTrash(db, alone, at(1));
  await putIntoTrash(db, folder, at(2), { withIt: idsOf(inside) });
  const found = await list(user);
  expect(found.map(({ id, wentAlong }) => [id, wentAlong])).toEqual([
    [alone.id, { count: 0, more: false }],
    [folder.id, { count: 3, more: false }],
  ]);
});

test('what went along is counted to a thousand', async () => {
  const [exact, over] = [await createFolder(db, place), await createFolder(db, place)];
  await putIntoTrash(db, exact, at(1), { withIt: idsOf(await createAssets(db, place, MOST_COUNTED)) });
  await putIntoTrash(db, over, at(2), { withIt: idsOf(await createAssets(db, place, MOST_COUNTED + 1)) });
  expect((await list(user)).map(({ wentAlong }) => wentAlong)).toEqual([
    { count: 1_000, more: false },
    { count: 1_000, more: true },
  ]);
});

test('what is live, and what is decided to go for good, is not listed', async () => {
  await asset();
  const going = await asset();
  await putIntoTrash(db, going, at(1));
  expect(idsOf(await list(user))).toEqual([going.id]);
  await sql`update assets set purging_at = now() where id = ${going.id}`.execute(db);
  expect(await list(user)).toEqual([]);
});

test('it tells where each lay, also when that folder is in the trash, is gone, or goes', async () => {
  const folder = async (title: string) => createFolder(db, place, title);
  const [standing, trashed, gone, going] = [await folder('A'), await folder('B'), await folder('C'), await folder('D')];
  const things = [await asset()];
  for (const parent of [standing, trashed, gone, going]) things.push(await asset({ ...place, parentId: parent.id }));
  for (const [no, thing] of things.entries()) await putIntoTrash(db, thing, at(no));
  for (const parent of [trashed, going]) await putIntoTrash(db, parent, at(60));
  await sql`update assets set purging_at = now() where id = ${going.id}`.execute(db);
  await sql`delete from assets where id = ${gone.id}`.execute(db);
  const found = await list(user, { limit: things.length });
  expect(found.map((each) => each.place)).toEqual([
    { kind: 'root' },
    { kind: 'folder', title: 'A' },
    { kind: 'trashed_folder', title: 'B' },
    { kind: 'gone' },
    { kind: 'gone' },
  ]);
});

test('the title of a folder in another project is never told', async () => {
  const other = await createProject(db);
  const secret = await createFolder(db, { projectId: other.id, ownerId: user.id }, 'Secret');
  const thing = await asset({ ...place, parentId: secret.id });
  await putIntoTrash(db, thing, at(1));
  expect((await list(user))[0]?.place).toEqual({ kind: 'gone' });
});

test('it tells who trashed each the last time', async () => {
  const other = await createUser(db);
  const [ours, nobodys] = [await asset(), await asset()];
  await putIntoTrash(db, ours, at(1), { actorId: other.id });
  await appendHistory(db, { assetId: ours.id, projectId: project.id, kind: 'restored', actorId: other.id, at: at(2) });
  await putIntoTrash(db, ours, at(3), { actorId: user.id });
  await putIntoTrash(db, nobodys, at(4));
  expect((await list(user)).map(({ trashedBy }) => trashedBy)).toEqual([user.email, null]);
});

describe('who sees what', () => {
  test('a stranger nothing, a reader without the right to write, a writer with it', async () => {
    const [stranger, reader] = [await createUser(db), await createUser(db)];
    await grantAccess(db, project.id, reader.ownTeamId);
    await putIntoTrash(db, await asset(), at(1));
    const seen = async (viewer: TestUser) => (await list(viewer)).map(({ mayWrite }) => mayWrite);
    expect([await seen(stranger), await seen(reader), await seen(user)]).toEqual([[], [false], [true]]);
    expect(await list(stranger, { projectId: project.id })).toEqual([]);
  });

  test('outside any project, its owner', async () => {
    const other = await createUser(db);
    const thing = await asset({ projectId: null, ownerId: user.id });
    await putIntoTrash(db, thing, at(1));
    expect(await list(user)).toMatchObject([{ id: thing.id, project: null, mayWrite: true }]);
    expect(await list(other)).toEqual([]);
  });

  test('a person in two teams of a project sees each thing once', async () => {
    const { id: teamId } = await db.insertInto('teams').values({ uuid: project.uuid, name: `second team ${project.id}` }).returning('id').executeTakeFirstOrThrow(); // prettier-ignore
    await db.insertInto('team_members').values({ team_id: teamId, user_id: user.id }).execute();
    await grantAccess(db, project.id, teamId);
    const thing = await asset();
    await putIntoTrash(db, thing, at(1));
    expect(idsOf(await list(user))).toEqual([thing.id]);
  });

  test('an administrator everything, once, and may write everywhere', async () => {
    const admin = await createUser(db, { admin: true });
    await grantAccess(db, project.id, admin.ownTeamId);
    const [inProject, outside] = [await asset(), await asset({ projectId: null, ownerId: user.id })];
    await putIntoTrash(db, inProject, at(-2));
    await putIntoTrash(db, outside, at(-1));
    const found = (await list(admin, { limit: 500 })).filter(({ id }) => id === inProject.id || id === outside.id);
    expect(found.map(({ id, mayWrite }) => [id, mayWrite])).toEqual([[inProject.id, true], [outside.id, true]]); // prettier-ignore
  });

  test('a user who was deleted, nothing', async () => {
    await putIntoTrash(db, await asset(), at(1));
    await db.updateTable('users').set({ deleted_at: new Date() }).where('id', '=', user.id).execute();
    expect(await list(user)).toEqual([]);
  });
});

test('where things lie is told to who may read them', async () => {
  const folder = await createFolder(db, place, 'Home');
  const [there, trashed] = [await asset({ ...place, parentId: folder.id }), await asset()];
  await putIntoTrash(db, trashed, at(1));
  const uuids = [there.uuid, trashed.uuid, 'nonsense'];
  const found = await readAssetPlaces(db, user, uuids);
  expect(found).toHaveLength(2);
  expect(found.find(({ uuid }) => uuid === there.uuid)).toMatchObject({ place: { kind: 'folder', title: 'Home' }, trashed: false }); // prettier-ignore
  expect(found.find(({ uuid }) => uuid === trashed.uuid)).toMatchObject({ place: { kind: 'root' }, trashed: true });
  expect(await readAssetPlaces(db, await createUser(db), uuids)).toEqual([]);
});
