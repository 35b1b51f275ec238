import { addApiKey } from '../../../src/store/credentials';
import { findOpenShare } from '../../../src/store/share-page';
import { hashShareToken } from '../../../src/store/share-token';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../../support/fixtures'; // prettier-ignore
import { buildNomadApp, type NomadApp } from './nomad-app';

interface Share {
  readonly id: string;
  readonly sharedLink: string | null;
}

let database: TestDatabase;
let facade: NomadApp;
let project: TestThing;
let admin: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  facade = await buildNomadApp(database.store, () => new Date());
  project = await createProject(db);
  admin = await addApiKey(db, (await createUser(db, { admin: true })).id);
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

/** A user with an asset: in the project, where he may write, or outside any. */
async function make(inProject = true): Promise<{ user: TestUser; key: string; asset: TestThing }> {
  const { db } = database.store;
  const user = await createUser(db);
  const key = await addApiKey(db, user.id);
  if (inProject) await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
  const place = { projectId: inProject ? project.id : null, ownerId: user.id };
  const [asset] = (await createAssets(db, place, 1)) as [TestThing];
  return { user, key, asset };
}
const share = (key: string, { uuid }: TestThing) => facade.call(key, 'POST', `/api/asset/${uuid}/share`, {});
const isOpen = async ({ sharedLink }: Share) =>
  (await findOpenShare(database.store.db, hashShareToken(sharedLink?.slice(-32) ?? ''), null)) !== null;
const count = async (table: string, where: string) =>
  Number(
    (await database.store.pool.query<{ n: string }>(`select count(*) as n from ${table} where ${where}`)).rows[0]?.n,
  );

it('no answer but the first tells the link', async () => {
  const { key, asset } = await make();
  const { id, sharedLink } = (await share(key, asset)).json<Share>();
  expect(sharedLink).toMatch(/\/s\//);
  const path = `/api/shares/${id}`;
  for (const call of [
    ['GET', path],
    ['PATCH', path, { name: 'n' }],
    ['DELETE', path],
    ['DELETE', path],
  ] as const) {
    const answer = await facade.call(key, call[0], call[1], call[2]);
    expect([answer.statusCode, answer.json<Share>().sharedLink]).toEqual([200, null]);
  }
});

it('an asset outside any project is shared by its owner, and nobody else hears of it', async () => {
  const { key, asset } = await make(false);
  const other = await make(false);
  const made = (await share(key, asset)).json<Share>();
  expect(await isOpen(made)).toBe(true);
  expect((await share(other.key, asset)).statusCode).toBe(404);
  expect((await facade.call(other.key, 'GET', `/api/shares/${made.id}`)).statusCode).toBe(404);
  expect(await count('sync_events', `data_key = '${made.id}'`)).toBe(0);
  expect((await facade.call(key, 'DELETE', `/api/shares/${made.id}`)).statusCode).toBe(200);
  expect(await isOpen(made)).toBe(false);
});

it('the link of an owner who is no more opens nothing, and an administrator can revoke it', async () => {
  const { user, key, asset } = await make();
  const made = (await share(key, asset)).json<Share>();
  await database.store.pool.query('update users set deleted_at = now() where id = $1', [user.id]);
  expect(await isOpen(made)).toBe(false);
  expect((await facade.call(key, 'GET', `/api/shares/${made.id}`)).statusCode).toBe(401);
  expect((await facade.call(admin, 'DELETE', `/api/shares/${made.id}`)).statusCode).toBe(200);
});

it('an owner who may write no more can extend nothing, and still take it back', async () => {
  const { user, key, asset } = await make();
  const made = (await share(key, asset)).json<Share>();
  await grantAccess(database.store.db, project.id, user.ownTeamId, { canWrite: false });
  const changed = await facade.call(key, 'PATCH', `/api/shares/${made.id}`, { sharedDuration: 'month' });
  expect(changed.statusCode).toBe(403);
  expect(await isOpen(made)).toBe(true);
  expect((await facade.call(key, 'DELETE', `/api/shares/${made.id}`)).statusCode).toBe(200);
  expect(await isOpen(made)).toBe(false);
});

it('an asset that is trashed while its share is made is not shared', async () => {
  const { key, asset } = await make();
  const client = await database.store.pool.connect();
  try {
    await client.query('begin');
    await client.query('update assets set deleted_at = now(), trash_root_id = id where id = $1', [asset.id]);
    const answer = share(key, asset);
    while ((await count('pg_stat_activity', `wait_event_type = 'Lock' and datname = current_database()`)) === 0);
    await client.query('commit');
    expect((await answer).statusCode).toBe(404);
  } finally {
    client.release();
  }
  expect(await count('share_assets', `asset_id = ${asset.id}`)).toBe(0);
  expect(await count('shares', `asset_id = ${asset.id}`)).toBe(0);
});
