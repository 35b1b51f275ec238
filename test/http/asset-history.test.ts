import { sql } from 'kysely';
import { addApiKey } from '../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { buildMediaPocketApp, type MediaPocketApp } from './media-pocket-app';

let database: TestDatabase;
let facade: MediaPocketApp;
let user: TestUser;
let key: string;
let strangerKey: string;
let project: TestThing;
let folder: TestThing;
let file: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  facade = await buildMediaPocketApp(database.store);
  user = await createUser(db);
  key = await addApiKey(db, user.id);
  strangerKey = await addApiKey(db, (await createUser(db)).id);
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});
beforeEach(async () => {
  const { db } = database.store;
  project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
  folder = await createFolder(db, { projectId: project.id, ownerId: user.id }, 'Folder');
  file = await makeFile();
});

interface Result {
  readonly id: number;
  readonly user_id: number | null;
  readonly event_type: string;
  readonly event_targets: readonly unknown[];
}
interface Page {
  readonly results: readonly Result[];
  readonly next_cursor: number | null;
}

async function makeFile(title = 'Sample'): Promise<TestThing> {
  const [made] = await createAssets(database.store.db, { projectId: project.id, ownerId: user.id }, 1, title);
  if (made === undefined) throw new Error('no file was made');
  return made;
}

interface Entry {
  readonly assetId?: string;
  readonly from?: string;
  readonly to?: string;
  readonly details?: unknown;
  readonly nobody?: boolean;
}

async function tell(kind: string, { assetId = file.id, from, to, details, nobody = false }: Entry = {}, count = 1) {
  await sql`insert into history (asset_id, project_id, kind, actor_id, from_parent_id, to_parent_id, details, created_at)
    select ${assetId}::bigint, ${project.id}::bigint, ${kind}, ${nobody ? null : user.id}::bigint, ${from ?? null}::bigint,
      ${to ?? null}::bigint, ${details === undefined ? null : JSON.stringify(details)}::jsonb, '2026-05-06T07:08:09.123Z'
    from generate_series(1, ${count}::int)`.execute(database.store.db);
}

async function call(path: string, as = key): Promise<[number, Record<string, unknown>]> {
  const answer = await facade.call(as, 'GET', `/api/v2${path}`);
  return [answer.statusCode, answer.json()];
}
async function read(path: string): Promise<Page> {
  const [status, body] = await call(path);
  expect(status).toBe(200);
  return body['history'] as Page;
}
const ofAsset = (cursor: number | string = 0) => read(`/assets/${file.key}/history/${String(cursor)}`);
const ofProject = (cursor: number | string = 0) => read(`/projects/${project.key}/history/${String(cursor)}`);
const named = (type: string, { id, key: its }: TestThing, title: string) => ({
  target_type: type,
  target: { id: Number(id), elasticsearch_id: its, title },
});
const unnamed = (type: string, { id }: TestThing) => ({
  target_type: type,
  target: { id: Number(id), elasticsearch_id: null, title: null },
});

it('answers an entry as the page shows it, by any of the three names', async () => {
  await tell('added');
  for (const name of [file.id, file.uuid, file.key]) {
    const [status, body] = await call(`/assets/${name}/history/0`);
    const id = (body['history'] as Page).results[0]?.id;
    expect([status, JSON.stringify(body)]).toEqual([
      200,
      `{"history":{"results":[{"id":${String(id)},"user_id":${user.id},"event_type":"ASSET_ADDED",` +
        `"created_at":"2026-05-06T07:08:09.123Z","updated_at":"2026-05-06T07:08:09.123Z","event_targets":[` +
        `{"target_type":"Asset","target":{"id":${file.id},"elasticsearch_id":"${file.key}","title":"Sample 1"}}]}],` +
        `"next_cursor":null}}`,
    ]);
  }
});

it('answers no entries where nothing has been told', async () => {
  expect(await ofAsset()).toEqual({ results: [], next_cursor: null });
  expect(await ofProject()).toEqual({ results: [], next_cursor: null });
});

it.each([
  [49, [49]],
  [50, [50]],
  [51, [50, 1]],
  [100, [50, 50]],
  [101, [50, 50, 1]],
])('answers %i entries, newest first, in pages of %j', async (count, sizes) => {
  await tell('updated', {}, count);
  for (const readPage of [ofAsset, ofProject]) {
    const pages: Page[] = [];
    for (let cursor: number | null = 0; cursor !== null; cursor = pages.at(-1)?.next_cursor ?? null) {
      pages.push(await readPage(cursor));
    }
    expect(pages.map(({ results }) => results.length)).toEqual(sizes);
    const ids = pages.flatMap(({ results }) => results.map(({ id }) => id));
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a));
  }
});

it('repeats nothing and loses nothing when entries are added between two pages', async () => {
  await tell('updated', {}, 60);
  const first = await ofAsset();
  await tell('updated', {}, 20);
  const second = await ofAsset(first.next_cursor ?? 0);
  const ids = [...first.results, ...second.results].map(({ id }) => id);
  expect([ids.length, new Set(ids).size]).toEqual([60, 60]);
});

it('tells where an asset was moved from and to, by folder, or by project for its root', async () => {
  const { name } = await database.store.db.selectFrom('projects').select('name').where('id', '=', project.id).executeTakeFirstOrThrow(); // prettier-ignore
  await tell('moved', { to: folder.id });
  await tell('moved', { from: folder.id });
  const { results } = await ofAsset();
  const [asset, its, root] = [named('Asset', file, 'Sample 1'), named('Folder', folder, 'Folder'), named('Project', project, name)]; // prettier-ignore
  expect(results.map(({ event_type, event_targets }) => [event_type, event_targets])).toEqual([
    ['ASSET_MOVED', [asset, its, root]],
    ['ASSET_MOVED', [asset, root, its]],
  ]);
});

it('tells of comments, collections, media, and of what nobody did', async () => {
  const { db } = database.store;
  const made = await sql<TestThing>`insert into collections (uuid, title, original_title, owner_id)
    values ('0190b0b0-0000-7000-8000-00000000000a', 'Mine', 'Mine', ${user.id}) returning id, uuid`.execute(db);
  const collectionId = Number(made.rows[0]?.id);
  await tell('commented', { details: { comment_id: 7 } });
  await tell('collected', { details: { collection_id: collectionId } });
  await tell('media_removed', { details: { media: [{ id: 8, filename: 'a.png' }] } });
  await tell('trashed', { nobody: true });
  const { results } = await ofAsset();
  expect(
    results.map(({ event_type, user_id, event_targets }) => [event_type, user_id, event_targets.slice(1)]),
  ).toEqual([
    ['ASSET_TRASHED', null, []],
    ['MEDIA_REMOVED', Number(user.id), [{ target_type: 'Media', target: { id: 8, filename: 'a.png' } }]],
    [
      'COLLECTION_ASSET_ADDED',
      Number(user.id),
      [
        {
          target_type: 'Collection',
          target: { id: collectionId, elasticsearch_id: 'AZCwsAAAAAAAAAAAAAAK', title: 'Mine' },
        },
      ],
    ],
    ['COMMENT_ADDED', Number(user.id), [{ target_type: 'Comment', target: { id: 7 } }]],
  ]);
});

it('names nothing that is gone or that the reader may not see', async () => {
  const { db } = database.store;
  const foreign = await createProject(db);
  const secret = await createFolder(db, { projectId: foreign.id, ownerId: user.id }, 'Secret');
  const other = await createUser(db);
  const made = await sql<TestThing>`insert into collections (uuid, title, original_title, owner_id)
    values (uuidv7(), 'Secret', 'Secret', ${other.id}) returning id`.execute(db);
  const collection = made.rows[0] as TestThing;
  const gone = { id: '999999999', uuid: '', key: '' };
  await tell('moved', { from: secret.id, to: gone.id });
  await tell('collected', { details: { collection_id: Number(collection.id) } });
  await sql`update history set project_id = ${foreign.id} where kind = 'moved' and asset_id = ${file.id}`.execute(db);
  await tell('assigned');
  await sql`update history set project_id = ${foreign.id} where kind = 'assigned' and asset_id = ${file.id}`.execute(
    db,
  );
  const { results } = await ofAsset();
  expect(results.map(({ event_targets }) => event_targets.slice(1))).toEqual([
    [unnamed('Project', foreign)],
    [unnamed('Collection', collection)],
    [unnamed('Folder', secret), unnamed('Folder', gone)],
  ]);
});

it('tells of a project what happened beside moves, and of deleted assets what they were called', async () => {
  const { db } = database.store;
  const lost = await makeFile('Lost');
  await tell('moved', { to: folder.id });
  await tell('added');
  await db.deleteFrom('assets').where('id', '=', lost.id).execute();
  await tell('deleted', { assetId: lost.id, details: { uuid: lost.uuid, title: 'Lost 1', media_type: 'image' } });
  const { results } = await ofProject();
  expect(results.map(({ event_type, event_targets }) => [event_type, event_targets])).toEqual([
    ['ASSET_DELETED', [named('Asset', lost, 'Lost 1')]],
    ['ASSET_ADDED', [named('Asset', file, 'Sample 1')]],
  ]);
});

it('does not tell a project the title of an asset that has left it for a place that the reader may not see', async () => {
  const { db } = database.store;
  const foreign = await createProject(db);
  await tell('unassigned');
  await db.updateTable('assets').set({ project_id: foreign.id, title: 'Secret' }).where('id', '=', file.id).execute();
  expect((await ofProject()).results[0]?.event_targets[0]).toEqual(unnamed('Asset', file));
  await grantAccess(db, foreign.id, user.ownTeamId);
  expect((await ofProject()).results[0]?.event_targets[0]).toEqual(named('Asset', file, 'Secret'));
});

it.each(['test', '-1', '1.5', '1e3', '0x1', '9223372036854775808', '%20', 'F-Ihco1txSEhkiRsU4H0'])(
  'refuses the cursor %s, but not before it has looked for the asset or project',
  async (cursor) => {
    const error = `Invalid parameter 'cursor' value ${JSON.stringify(decodeURIComponent(cursor))}: Invalid cursor`;
    expect(await call(`/assets/${file.key}/history/${cursor}`)).toEqual([422, { error }]);
    expect(await call(`/projects/${project.key}/history/${cursor}`)).toEqual([422, { error }]);
    expect(await call(`/assets/-1/history/${cursor}`)).toEqual([404, { error: 'asset not found' }]);
    expect(await call(`/projects/-1/history/${cursor}`)).toEqual([404, { error: 'Project not found.' }]);
    expect(await call(`/assets/${file.key}/history/${cursor}`, strangerKey)).toEqual([
      404,
      { error: 'asset not found' },
    ]);
  },
);

it('answers nothing beyond the oldest entry, and takes any whole number for a cursor', async () => {
  await tell('added');
  expect(await ofAsset(1)).toEqual({ results: [], next_cursor: null });
  expect((await ofAsset('9223372036854775807')).results).toHaveLength(1);
});

it('shows the history of an asset, and of a project, to those who may read it', async () => {
  const { db } = database.store;
  await tell('added');
  const paths = [`/assets/${file.key}/history/0`, `/projects/${project.id}/history/0`];
  const reader = await createUser(db);
  await grantAccess(db, project.id, reader.ownTeamId);
  const admin = await addApiKey(db, (await createUser(db, { admin: true })).id);
  const readerKey = await addApiKey(db, reader.id);
  for (const path of paths) {
    expect(await call(path, readerKey)).toEqual(await call(path));
    expect(await call(path, admin)).toEqual(await call(path));
    expect((await call(path, strangerKey))[0]).toBe(404);
    expect(await call(path, 'lh_none')).toEqual([401, { error: 'Unauthorized' }]);
    expect(await call(`${path}?limit=3`)).toEqual([400, { error: 'limit is not known in the query' }]);
  }
});
