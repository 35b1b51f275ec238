import { Kysely, PostgresDialect } from 'kysely';
import { type ListedPart, type ListedPlace, type ListingUser, listAssets } from '../../src/store/asset-listing';
import { readAssetHistory, readProjectHistory } from '../../src/store/history-reading';
import { findAsset } from '../../src/store/assets';
import type { Database } from '../../src/store/database';
import { generateAssets } from '../../src/store/generate';
import type { Tables } from '../../src/store/tables';
import { createTestDatabase, type TestDatabase } from '../support/database';
import {
  createAssets,
  createFolder,
  createProject,
  createUser,
  grantAccess,
  type TestThing,
} from '../support/fixtures';

let database: TestDatabase;
let user: ListingUser;
let small: TestThing;
let large: TestThing;
/** The last one made: whoever walks the primary key meets everything else before. */
let lastFolder: string;
let folderOutside: string;

const LARGE = 60_000;
const FOLDERS = 4;
/** Outside any project: as many at their root as lie in the folder. */
const OUTSIDE = 1_000;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db, pool } = database.store;
  const made = await createUser(db);
  user = { id: made.id, admin: false };
  small = await createProject(db);
  large = await createProject(db);
  for (const [project, count] of [
    [small, 10_000],
    [large, LARGE],
  ] as const) {
    await grantAccess(db, project.id, made.ownTeamId);
    const { folders } = await generateAssets(db, { projectId: project.id, ownerId: made.id, count, folders: FOLDERS });
    const last = await db.selectFrom('assets').select('id').where('uuid', '=', folders.at(-1) ?? '').executeTakeFirstOrThrow(); // prettier-ignore
    lastFolder = last.id;
  }
  const outside = { projectId: null, ownerId: made.id };
  folderOutside = (await createFolder(db, outside)).id;
  for (const at of [outside, { ...outside, parentId: folderOutside }]) await createAssets(db, at, OUTSIDE);
  await pool.query('update assets set deleted_at = now(), trash_root_id = id where id % 10 = 0 and media_type <> $1', ['folder']); // prettier-ignore
  await pool.query('vacuum analyze');
}, 120_000);
afterAll(() => database.drop());

const PART: ListedPart = { tsquery: null, mediaType: null, status: null, trashed: false, after: '0', limit: 101 };

/** The plans of the last statement that `work` runs: for its values, and for any. */
async function plansOf(work: (db: Database) => Promise<unknown>): Promise<readonly string[]> {
  const { pool } = database.store;
  const statements: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
  const watched = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => {
      statements.push(query);
    },
  });
  await work(watched);
  const statement = statements.at(-1);
  if (statement === undefined) throw new Error('no statement to explain');
  const explain = async (text: string, values?: unknown[]) => {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(text, values);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  return [
    await explain(`explain ${statement.sql}`, [...statement.parameters]),
    // As a connection keeps it for whatever values come.
    await explain(`explain (generic_plan) ${statement.sql}`),
  ];
}

/** Reads of many rows by the primary key, or of a whole table. */
const BAD = /Seq Scan on (assets|asset_words|history)|Merge Join|Index Cond: \(id > |Index Cond: \(asset_id > /;

const place = {
  large: () => ({ kind: 'project', projectId: large.id }),
  small: () => ({ kind: 'project', projectId: small.id }),
  root: () => ({ kind: 'parent', projectId: large.id, parentId: null }),
  folder: () => ({ kind: 'parent', projectId: large.id, parentId: lastFolder }),
  outside: () => ({ kind: 'parent', projectId: null, parentId: folderOutside }),
  readable: () => ({ kind: 'readable' }),
} satisfies Record<string, () => ListedPlace>;

it.each<[keyof typeof place, Partial<ListedPart>, string]>([
  ['large', {}, 'asset_words_project'],
  ['small', {}, 'asset_words_project'],
  ['large', { after: '65000', limit: 1_001 }, 'asset_words_project'],
  ['large', { mediaType: 'audio', status: 'open' }, 'asset_words_project'],
  ['large', { mediaType: 'folder' }, 'assets_folders'],
  ['large', { trashed: true }, 'assets_trash'],
  ['root', {}, 'assets_tree'],
  ['folder', {}, 'assets_tree'],
  ['folder', { mediaType: 'image', limit: 1_001 }, 'assets_tree'],
  ['outside', {}, 'assets_tree'],
  ['readable', {}, 'asset_words_project'],
  ['readable', {}, 'assets_owned'],
  ['readable', { trashed: true }, 'assets_trash'],
])('lists %s with %j along %s, for known values and for any', async (where, more, index) => {
  const plans = await plansOf((db) => listAssets(db, user, place[where](), { ...PART, ...more }));
  for (const plan of plans) {
    expect(plan).toContain(` using ${index} on `);
    expect(plan).not.toMatch(BAD);
  }
});

it('finds rare words by the index of words, and walks the project for common ones', async () => {
  const [rare] = await plansOf((db) => listAssets(db, user, place.large(), { ...PART, tsquery: `'harbour' & '777'` }));
  expect(rare).toContain('Bitmap Index Scan on asset_words_search');
  const [common] = await plansOf((db) => listAssets(db, user, place.large(), { ...PART, tsquery: `'harbour'` }));
  expect(common).not.toMatch(BAD);
});

it('lists the whole store for an administrator by the primary key', async () => {
  const plans = await plansOf((db) => listAssets(db, { ...user, admin: true }, place.readable(), PART));
  for (const plan of plans) expect(plan).toContain('Index Scan using assets_pkey on assets a');
});

it('reads an asset and its history, and the history of a project, along indexes', async () => {
  const page = { before: null, limit: 51 };
  for (const plan of await plansOf((db) => findAsset(db, { by: 'id', id: lastFolder }, user))) {
    expect(plan).not.toMatch(BAD);
  }
  for (const plan of await plansOf((db) => readAssetHistory(db, { by: 'id', id: lastFolder }, user, page))) {
    expect(plan).toContain('history_pkey');
    expect(plan).not.toMatch(BAD);
  }
  for (const plan of await plansOf((db) => readProjectHistory(db, { by: 'id', id: large.id }, user, page))) {
    expect(plan).toContain('history_of_project');
    expect(plan).not.toMatch(BAD);
  }
});

it('reads as many pages of a project as it has, all live assets once and in order', async () => {
  const seen: string[] = [];
  for (let after = '0'; ;) {
    const page = await listAssets(database.store.db, user, place.small(), { ...PART, after, limit: 1_000 });
    seen.push(...page.map(({ id }) => id));
    if (page.length < 1_000) break;
    after = page.at(-1)?.id ?? '';
  }
  const { rows } = await database.store.pool.query<{ id: string }>(
    'select id from assets where project_id = $1 and deleted_at is null order by id',
    [small.id],
  );
  expect(seen).toEqual(rows.map(({ id }) => id));
});
