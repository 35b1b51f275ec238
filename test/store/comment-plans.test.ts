import { sql } from 'kysely';
import { findComment, listComments } from '../../src/store/comment-reading';
import { addComment } from '../../src/store/comments';
import { listCollectionsOfAsset } from '../../src/store/collections';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { openWatchedStore, type WatchedStore } from '../support/plans';

const BIG_TABLES = ['assets', 'comments', 'users', 'collections', 'collection_assets'];

let database: TestDatabase;
let watched: WatchedStore;
let user: TestUser;
let asset: TestThing;
let commentId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db, pool } = database.store;
  user = await createUser(db);
  const project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId);
  [asset] = (await createAssets(db, { projectId: project.id, ownerId: user.id }, 5_000)) as [TestThing];
  await sql`insert into users (uuid, email) select uuidv7(), 'filler-' || n || '@example.test' from generate_series(1, 5000) n`.execute(db); // prettier-ignore
  await sql`insert into comments (asset_id, user_id, message, mentioned_user_ids, created_at, updated_at)
    select a.id, ${user.id}, 'm', array[${user.id}::bigint], now(), now() from assets a, generate_series(1, 4)`.execute(db); // prettier-ignore
  await sql`insert into collections (uuid, title, original_title, owner_id)
    select uuidv7(), 'c' || n, 'c', ${user.id} from generate_series(1, 5000) n`.execute(db);
  await sql`insert into collection_assets (collection_id, asset_id)
    select c.id, a.id from collections c join assets a on a.id % 500 = c.id % 500`.execute(db);
  commentId = (await listComments(db, { by: 'id', id: asset.id }, user, { before: null, limit: 1 }))?.[0]?.id ?? '';
  await pool.query('vacuum analyze');
  watched = openWatchedStore(database.databaseUrl);
}, 60_000);
afterAll(async () => {
  await watched.close();
  await database.drop();
});

const page = { before: null, limit: 1_001 };

test.each<[string, () => Promise<unknown>]>([
  ['the comments of an asset', () => listComments(watched.db, { by: 'uuid', uuid: asset.uuid }, user, page)],
  ['one comment', () => findComment(watched.db, asset.id, commentId)],
  ['a comment that mentions', () => addComment(watched.db, { assetId: asset.id, actorId: user.id, message: `@${user.email}`, at: new Date() })], // prettier-ignore
  ['the collections of an asset', () => listCollectionsOfAsset(watched.db, asset.id, user, page)],
])('no table is read whole for %s', async (_name, work) => {
  watched.plans.length = 0;
  await work();
  expect(watched.plans.length).toBeGreaterThan(0);
  for (const plan of watched.plans) {
    for (const table of BIG_TABLES) expect(plan).not.toMatch(new RegExp(`Seq Scan on ${table}\\b`));
  }
});
