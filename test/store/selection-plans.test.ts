import { Kysely, PostgresDialect, sql } from 'kysely';
import { parseSelection } from '../../src/domain/selection';
import type { Database } from '../../src/store/database';
import { resolveSelection, selectedAssets } from '../../src/store/selection';
import type { Tables } from '../../src/store/tables';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, type TestThing } from '../support/fixtures';

const ASSETS_OF_EACH_PROJECT = 10_000;

let database: TestDatabase;
let db: Database;
let project: TestThing;
let folder: TestThing;
let files: readonly TestThing[];

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.store.db;
  const ownerId = (await createUser(db)).id;
  for (let made = 0; made < 5; made += 1) {
    project = await createProject(db);
    const place = { projectId: project.id, ownerId };
    folder = await createFolder(db, place);
    files = await createAssets(db, { ...place, parentId: folder.id }, ASSETS_OF_EACH_PROJECT, 'photo no');
  }
  await sql`update assets set media_type = 'video', title = title || ' rare' where id % 500 = 0`.execute(db);
  await database.store.pool.query('vacuum analyze');
}, 120_000);
afterAll(() => database.drop());

/** The plans of all statements that `work` runs on the store, each as text. */
async function explained(work: (db: Database) => Promise<unknown>): Promise<string[]> {
  const statements: { sql: string; parameters: readonly unknown[] }[] = [];
  const { pool } = database.store;
  const watched = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => {
      statements.push(query);
    },
  });
  await work(watched);
  const plans = statements.map(async (statement) => {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`explain ${statement.sql}`, [...statement.parameters]);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
  return await Promise.all(plans);
}

async function planOf(body: unknown): Promise<string> {
  const { rules } = await resolveSelection(db, project.id, parseSelection(body));
  const plans = await explained(async (watched) => {
    const picked = selectedAssets(project.id, rules);
    if (picked === null) throw new Error('nothing to explain');
    const { rows } = await sql`select id from ${picked} p`.execute(watched);
    expect(rows.length).toBeGreaterThan(0);
  });
  expect(plans).toHaveLength(1);
  return plans.join('\n');
}

test('children of a folder are read from the tree index alone', async () => {
  const plan = await planOf([{ children: folder.uuid, exclude: files.slice(0, 50).map(({ id }) => id) }]);
  expect(plan).toContain('Index Only Scan using assets_tree on assets');
  expect(plan).not.toContain('Seq Scan');
});

test('children of the root are read from the tree index alone', async () => {
  const plan = await planOf([{ children: project.uuid }]);
  expect(plan).toContain('Index Only Scan using assets_tree on assets');
  expect(plan).not.toContain('Seq Scan');
});

test.each(['rare', '+photo +rare', '+"photo no" +rare', 'rar* -dog'])(
  'a search for %j uses the index of words',
  async (q) => {
    const plan = await planOf([{ search: { q } }]);
    expect(plan).toContain('asset_words_search');
    expect(plan).not.toContain('Seq Scan');
  },
);

test('a filter alone reads the assets of its project only', async () => {
  for (const filter of [
    ['type', 'is', 'video'],
    ['or', ['title', 'contains', 'rare'], ['size', 'gt', 5]],
  ]) {
    const plan = await planOf([{ search: { filter } }]);
    expect(plan).toContain('assets_tree');
    expect(plan).not.toContain('Seq Scan on assets');
  }
});

test('a search in a language reads the assets of its project only', async () => {
  const plan = await planOf([{ search: { q: 'rare', language: 'en' } }]);
  expect(plan).toContain('assets_tree');
  expect(plan).not.toContain('Seq Scan on assets');
});

test('ids, UUIDs and parents are looked up in their indexes', async () => {
  const body = [
    ...files.slice(0, 100).flatMap(({ id, uuid }) => [id, uuid]),
    { children: folder.uuid, exclude: files.slice(0, 10).map(({ key }) => key) },
    { children: folder.id },
  ];
  const plans = await explained((watched) => resolveSelection(watched, project.id, parseSelection(body)));
  expect(plans).toHaveLength(3);
  expect(plans[0]).toContain('assets_pkey');
  expect(plans[1]).toContain('assets_uuid_key');
  for (const plan of plans) expect(plan).not.toContain('Seq Scan on assets');
});
