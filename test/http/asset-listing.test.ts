import { addApiKey } from '../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { buildMediaPocketApp, type MediaPocketApp } from './media-pocket-app';

let database: TestDatabase;
let facade: MediaPocketApp;
let user: TestUser;
let key: string;
let strangerKey: string;
let adminKey: string;
let project: TestThing;
let other: TestThing;
let foreign: TestThing;
let folder: TestThing;
let inner: TestThing;
let files: readonly TestThing[];
let innerFiles: readonly TestThing[];
let otherFiles: readonly TestThing[];
let own: readonly TestThing[];
let foreignFiles: readonly TestThing[];

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  facade = await buildMediaPocketApp(database.store);
  user = await createUser(db);
  key = await addApiKey(db, user.id);
  strangerKey = await addApiKey(db, (await createUser(db)).id);
  adminKey = await addApiKey(db, (await createUser(db, { admin: true })).id);
  [project, other, foreign] = [await createProject(db), await createProject(db), await createProject(db)];
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
  await grantAccess(db, other.id, user.ownTeamId);
  const place = { projectId: project.id, ownerId: user.id };
  folder = await createFolder(db, place, 'Outer');
  own = await createAssets(db, { projectId: null, ownerId: user.id }, 2, 'own');
  files = await createAssets(db, place, 3, 'harbour');
  otherFiles = await createAssets(db, { ...place, projectId: other.id }, 2, 'harbour');
  inner = await createFolder(db, { ...place, parentId: folder.id }, 'Inner');
  foreignFiles = await createAssets(db, { ...place, projectId: foreign.id }, 2, 'harbour');
  innerFiles = await createAssets(db, { ...place, parentId: inner.id }, 4, 'market');
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

interface Listing {
  readonly assets: readonly { readonly id: string; readonly deleted: string | null }[];
  readonly next_cursor: number | null;
}

async function call(query: string, as = key): Promise<[number, unknown]> {
  const answer = await facade.call(as, 'GET', `/api/v2/assets${query}`);
  return [answer.statusCode, answer.json()];
}
async function list(query: string, as = key): Promise<Listing> {
  const [status, body] = await call(query, as);
  expect([query, status]).toEqual([query, 200]);
  return body as Listing;
}
const keysOf = async (query: string, as?: string) => (await list(query, as)).assets.map(({ id }) => id);
const keys = (...things: (TestThing | readonly TestThing[])[]) =>
  things
    .flat()
    .sort((a, b) => Number(a.id) - Number(b.id))
    .map((thing) => thing.key);

it('lists a project, by any of its three names, in the order of ids, each asset as GET answers it', async () => {
  for (const name of [project.id, project.uuid, project.key]) {
    expect(await keysOf(`?project_id=${name}`)).toEqual(keys(folder, files, inner, innerFiles));
  }
  const [first] = (await list(`?project_id=${project.key}`)).assets;
  const { asset } = (await facade.call(key, 'GET', `/api/v2/assets/${folder.key}`)).json<{ asset: unknown }>();
  expect(JSON.stringify(first)).toBe(JSON.stringify(asset));
});

it('lists what lies directly in a folder, or at the root that the project stands for', async () => {
  for (const name of [inner.id, inner.uuid, inner.key]) {
    expect(await keysOf(`?parent_id=${name}`)).toEqual(keys(innerFiles));
    expect(await keysOf(`?project_id=${project.id}&parent_id=${name}`)).toEqual(keys(innerFiles));
  }
  expect(await keysOf(`?parent_id=${folder.key}`)).toEqual(keys(inner));
  for (const name of [project.uuid, project.key]) {
    expect(await keysOf(`?parent_id=${name}`)).toEqual(keys(folder, files));
    expect(await keysOf(`?project_id=${project.id}&parent_id=${name}`)).toEqual(keys(folder, files));
  }
  expect(await keysOf(`?parent_id=${files[0]?.key ?? ''}`)).toEqual([]);
});

it('lists all that the caller may read where no project is named', async () => {
  const mine = [folder, inner, files, innerFiles, otherFiles, own];
  expect(await keysOf('')).toEqual(keys(...mine));
  expect(await keysOf('', strangerKey)).toEqual([]);
  expect(await keysOf('', adminKey)).toEqual(keys(...mine, foreignFiles));
  expect(await keysOf('?media_type=folder')).toEqual(keys(folder, inner));
  expect(await keysOf('?media_type=folder', adminKey)).toEqual(keys(folder, inner));
  expect(await keysOf('?q=harbour')).toEqual(keys(files, otherFiles));
  expect(await keysOf('?q=harbour', adminKey)).toEqual(keys(files, otherFiles, foreignFiles));
  expect(await keysOf('?q=own', adminKey)).toEqual(keys(own));
});

it.each([1, 2, 3, 7, 12])('lists everything once in pages of %i, whatever is named', async (limit) => {
  const queries = ['?', `?project_id=${project.key}`, `?parent_id=${inner.key}`, '?q=harbour', '?media_type=image'];
  for (const query of queries) {
    for (const as of [key, adminKey]) {
      const whole = await keysOf(query, as);
      const seen: string[] = [];
      for (let cursor: number | null = 0; cursor !== null;) {
        const page: Listing = await list(`${query}&limit=${String(limit)}&cursor=${String(cursor)}`, as);
        expect(page.assets.length).toBeLessThanOrEqual(limit);
        if (page.next_cursor !== null) expect(page.assets.length).toBe(limit);
        seen.push(...page.assets.map(({ id }) => id));
        cursor = page.next_cursor;
      }
      expect(seen).toEqual(whole);
    }
  }
});

it('repeats and loses nothing when assets move between two pages', async () => {
  const { db } = database.store;
  const place = { projectId: project.id, ownerId: user.id };
  const spot = await createProject(db);
  await grantAccess(db, spot.id, user.ownTeamId);
  const target = await createFolder(db, { ...place, projectId: spot.id });
  const moving = await createAssets(db, { ...place, projectId: spot.id }, 9);
  const first = await list(`?project_id=${spot.key}&limit=4`);
  await db.updateTable('assets').set({ parent_id: target.id, updated_at: new Date() }).where('project_id', '=', spot.id).where('id', '<>', target.id).execute(); // prettier-ignore
  const second = await list(`?project_id=${spot.key}&cursor=${String(first.next_cursor)}`);
  expect([...first.assets, ...second.assets].map(({ id }) => id)).toEqual(keys(target, moving));
  await db.deleteFrom('assets').where('project_id', '=', spot.id).execute();
});

it('filters by words, media type and status, together', async () => {
  const inProject = `?project_id=${project.key}`;
  expect(await keysOf(`${inProject}&q=harbour`)).toEqual(keys(files));
  expect(await keysOf(`${inProject}&q=%2Bharbour+-2`)).toEqual(keys(files.filter((_, no) => no !== 1)));
  expect(await keysOf(`${inProject}&q=%22harbour+3%22`)).toEqual(keys(files.slice(2)));
  expect(await keysOf(`${inProject}&q=har*+mark*`)).toEqual(keys(files, innerFiles));
  expect(await keysOf(`${inProject}&q=%2B!!`)).toEqual([]);
  expect(await keysOf(`${inProject}&q=`)).toHaveLength(9);
  expect(await keysOf(`${inProject}&media_type=folder`)).toEqual(keys(folder, inner));
  expect(await keysOf(`${inProject}&media_type=folder&q=outer`)).toEqual(keys(folder));
  expect(await keysOf(`${inProject}&media_type=image&q=market`)).toEqual(keys(innerFiles));
  expect(await keysOf(`?parent_id=${inner.key}&q=3`)).toEqual(keys(innerFiles.slice(2, 3)));
  expect(await keysOf(`${inProject}&status=open&media_type=image`)).toEqual(keys(files, innerFiles));
  expect(await keysOf(`${inProject}&status=closed`)).toEqual([]);
  expect(await keysOf(`${inProject}&media_type=nothing`)).toEqual([]);
});

describe('with assets in the trash', () => {
  let trashed: readonly TestThing[];
  let doomed: readonly TestThing[];
  let trashedOwn: readonly TestThing[];

  beforeAll(async () => {
    const { db, pool } = database.store;
    const place = { projectId: project.id, ownerId: user.id };
    trashed = await createAssets(db, { ...place, parentId: inner.id }, 2, 'harbour');
    doomed = await createAssets(db, place, 2, 'doomed');
    trashedOwn = await createAssets(db, { projectId: null, ownerId: user.id }, 1);
    const ids = [...trashed, ...doomed, ...trashedOwn].map(({ id }) => id);
    await pool.query('update assets set deleted_at = now(), trash_root_id = id where id = any($1)', [ids]);
    await pool.query('update assets set purging_at = now() where id = $1', [doomed[0]?.id]);
    await pool.query('update assets set trash_root_id = $1 where id = $2', [doomed[0]?.id, doomed[1]?.id]);
  });

  it('lists what lies in the trash when asked for, and nothing of it else', async () => {
    expect(await keysOf(`?project_id=${project.key}`)).toEqual(keys(folder, files, inner, innerFiles));
    expect(await keysOf(`?project_id=${project.key}&trashed=false`)).toHaveLength(9);
    expect(await keysOf(`?project_id=${project.key}&trashed=true`)).toEqual(keys(trashed));
    expect(await keysOf(`?parent_id=${inner.key}&trashed=true`)).toEqual(keys(trashed));
    expect(await keysOf(`?parent_id=${folder.key}&trashed=true`)).toEqual([]);
    expect(await keysOf('?trashed=true')).toEqual(keys(trashed, trashedOwn));
    expect(await keysOf('?trashed=true&q=harbour')).toEqual(keys(trashed));
    expect(await keysOf('?trashed=true', adminKey)).toEqual(keys(trashed, trashedOwn));
    expect(await keysOf('?trashed=true', strangerKey)).toEqual([]);
    expect((await list('?trashed=true')).assets.every((asset) => asset.deleted !== null)).toBe(true);
  });
});

const rule = (name: string, value: string, text: string) => [422, { error: `Invalid parameter '${name}' value ${JSON.stringify(value)}: ${text}` }]; // prettier-ignore

it.each([
  ['limit', '0', 'Must be a number from 1 to 1000.'],
  ['limit', '1001', 'Must be a number from 1 to 1000.'],
  ['limit', '-1', 'Must be a number from 1 to 1000.'],
  ['limit', '1e1', 'Must be a number from 1 to 1000.'],
  ['limit', '', 'Must be a number from 1 to 1000.'],
  ['limit', '99999999999999999999', 'Must be a number from 1 to 1000.'],
  ['cursor', 'test', 'Invalid cursor'],
  ['cursor', '-1', 'Invalid cursor'],
  ['cursor', '', 'Invalid cursor'],
  ['cursor', '9223372036854775808', 'Invalid cursor'],
  ['trashed', 'yes', 'Must be one of: <code>true</code>, <code>false</code>.'],
  ['trashed', '', 'Must be one of: <code>true</code>, <code>false</code>.'],
])('refuses %s=%s', async (name, value, text) => {
  expect(await call(`?${name}=${value}`)).toEqual(rule(name, value, text));
});

it('refuses a search that is too long, and takes one that is as long as it may be', async () => {
  expect((await call(`?q=${'x'.repeat(2_001)}`))[0]).toBe(422);
  expect(await keysOf(`?q=${'%F0%9F%98%80'.repeat(1_000)}${'y'.repeat(1_000)}`)).toEqual([]);
});

it('takes the largest limit, and a cursor beyond the end', async () => {
  expect(await keysOf(`?project_id=${project.key}&limit=1000`)).toHaveLength(9);
  expect(await list('?cursor=9223372036854775807')).toEqual({ assets: [], next_cursor: null });
});

it.each(['not-found-id', '-1', '', '00000000-0000-7000-8000-000000000000', '9223372036854775808', "1' or 1=1"])(
  'finds no project and no parent by the name %j',
  async (name) => {
    expect(await call(`?project_id=${encodeURIComponent(name)}`)).toEqual([404, { error: 'Project not found.' }]);
    expect(await call(`?parent_id=${encodeURIComponent(name)}`)).toEqual([404, { error: 'asset not found' }]);
  },
);

it('finds nothing foreign, and checks names before other parameters', async () => {
  for (const name of [foreign.id, foreign.uuid, foreign.key]) {
    expect(await call(`?project_id=${name}&limit=0`)).toEqual([404, { error: 'Project not found.' }]);
  }
  const [foreignFile] = foreignFiles;
  const notFound = [404, { error: 'asset not found' }];
  expect(await call(`?parent_id=${foreignFile?.key ?? ''}&cursor=x`)).toEqual(notFound);
  expect(await call(`?parent_id=${foreign.key}`)).toEqual(notFound);
  expect(await call(`?project_id=${other.key}&parent_id=${inner.key}`)).toEqual(notFound);
  expect(await call(`?project_id=${other.key}&parent_id=${project.key}`)).toEqual(notFound);
  expect(await call(`?project_id=${foreign.key}`, strangerKey)).toEqual([404, { error: 'Project not found.' }]);
});

it('refuses strangers, names that it does not know, and texts that no query holds', async () => {
  expect(await call('?limit=0', 'lh_none')).toEqual([401, { error: 'Unauthorized' }]);
  expect(await call('?media_typ=image')).toEqual([400, { error: 'media_typ is not known in the query' }]);
  expect(await call('?toString=1')).toEqual([400, { error: 'toString is not known in the query' }]);
  expect((await call('?limit=1&limit=2'))[0]).toBe(400);
  expect((await call('?__proto__=1'))[0]).toBe(400);
  expect((await call('?q=%00'))[0]).toBe(400);
  expect((await call('?q=%ff'))[0]).toBe(400);
});
