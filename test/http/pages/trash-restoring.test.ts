import { addApiKey } from '../../../src/store/credentials';
import type { Database } from '../../../src/store/database';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestPlace, type TestThing } from '../../support/fixtures'; // prettier-ignore
import { putIntoTrash } from '../../support/put-into-trash';
import { textOf } from './page-text';
import { buildPagesApp, type PagesApp } from './pages-app';

let database: TestDatabase;
let db: Database;
let pages: PagesApp;
let place: TestPlace;
let cookie: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.store.db;
  pages = await buildPagesApp(database.store);
  const user = await createUser(db);
  const project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
  place = { projectId: project.id, ownerId: user.id };
  cookie = await pages.signIn(await addApiKey(db, user.id));
});
afterAll(async () => {
  await pages.app.close();
  await database.drop();
});

const shown = async (url = '/trash') => (await pages.get(url, cookie)).body;
const tick = (...uuids: readonly string[]) =>
  pages.post('/trash/restore', cookie, Object.fromEntries(uuids.map((uuid) => [`pick-${uuid}`, 'on'])));

async function trash(title: string, at: Date, parent: TestThing): Promise<TestThing> {
  const [asset] = await createAssets(db, { ...place, parentId: parent.id }, 1, title);
  if (asset === undefined) throw new Error('no asset was made');
  await putIntoTrash(db, asset, at);
  return asset;
}

test('what lies in a folder that is in the trash says that the folder comes first; both at once come back', async () => {
  const folder = await createFolder(db, place, 'Box');
  const alone = await trash('alone', new Date(1e12), folder);
  const [inside] = await createAssets(db, { ...place, parentId: folder.id }, 1, 'inside');
  if (inside === undefined) throw new Error('no asset was made');
  await putIntoTrash(db, folder, new Date(2e12), { withIt: [inside.id] });
  expect(textOf(await shown())).toContain('in “Box”, which is in the trash too');
  expect(textOf((await tick(alone.uuid)).body)).toContain('Its folder is in the trash: restore that folder first.'); // prettier-ignore
  expect((await tick(inside.uuid)).body).toContain('It went into the trash with a folder: restore that folder.');
  const answer = await tick(alone.uuid, folder.uuid);
  expect(answer.statusCode).toBe(303);
  expect(textOf(await shown(String(answer.headers.location)))).toContain('alone 1 is back in “Box”');
  expect((await tick(inside.uuid)).body).toContain('It is not in the trash any more.');
});

test('what lay in a folder that is gone comes back at the root', async () => {
  const folder = await createFolder(db, place);
  const asset = await trash('orphan', new Date(), folder);
  await db.deleteFrom('assets').where('id', '=', folder.id).execute();
  expect(textOf(await shown())).toContain('in a folder that is gone: it comes back at the root');
  const { headers } = await tick(asset.uuid);
  expect(textOf(await shown(String(headers.location)))).toContain('orphan 1 is back at the root of');
});

test('a big folder comes back by a job, to which the page leads', async () => {
  const folder = await createFolder(db, place, 'Archive');
  const inside = await createAssets(db, { ...place, parentId: folder.id }, 1_200);
  await putIntoTrash(db, folder, new Date(), { withIt: inside.map(({ id }) => id) });
  const { headers } = await tick(folder.uuid);
  const [job] = pages.dispatched;
  const body = await shown(String(headers.location));
  expect(body).toContain(`<a href="/jobs/${job?.token ?? 'none'}">a job brings it back</a>`);
  expect((await pages.get(`/jobs/${job?.token ?? 'none'}`, cookie)).statusCode).toBe(200);
});
