import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Tables } from '../../src/store/tables';
import { listTrash, type TrashFilter } from '../../src/store/trash-list';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore

const OTHERS = 40_000;
const SHOWN = 25;
/** Of 8 kB: far less than the trash of others takes, more than a page of ours. */
const MOST_BLOCKS = 800;

interface Plan {
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
}

let database: TestDatabase;
let user: TestUser;
let admin: TestUser;
let project: TestThing;

/** Much lies in the trash of others, older and newer than ours, and one folder of ours took much along. */
beforeAll(async () => {
  database = await createTestDatabase();
  const { db, pool } = database.store;
  [user, admin] = [await createUser(db), await createUser(db, { admin: true })];
  const stranger = await createUser(db);
  const foreign = { projectId: (await createProject(db)).id, ownerId: stranger.id };
  project = await createProject(db);
  const ours = { projectId: project.id, ownerId: user.id };
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
  await createAssets(db, foreign, OTHERS);
  await createAssets(db, { projectId: null, ownerId: stranger.id }, OTHERS);
  await createAssets(db, ours, 60);
  await createAssets(db, { projectId: null, ownerId: user.id }, 60);
  await sql`update assets set trash_root_id = id, deleted_at = timestamptz '2026-11-01' + (id % 1000) * interval '1 s'`.execute(db); // prettier-ignore
  const folder = await createFolder(db, ours);
  await createAssets(db, ours, OTHERS, 'member');
  await sql`update assets set trash_root_id = ${folder.id}, deleted_at = '2026-11-01' where trash_root_id is null`.execute(db); // prettier-ignore
  await sql`insert into history (asset_id, kind, actor_id, created_at)
    select id, 'trashed', ${user.id}, now() from assets where trash_root_id = id`.execute(db);
  await pool.query('vacuum analyze');
}, 120_000);
afterAll(() => database.drop());

/** How many blocks Postgres looks at for a page of the list. */
async function blocksOf(viewer: TestUser, filter: Partial<TrashFilter>): Promise<number> {
  const statements: { sql: string; parameters: readonly unknown[] }[] = [];
  const { pool } = database.store;
  const watched = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => {
      statements.push(query);
    },
  });
  expect(await listTrash(watched, viewer, { limit: SHOWN, ...filter })).toHaveLength(SHOWN);
  const [statement] = statements;
  if (statement === undefined) throw new Error('no statement was seen');
  const { rows } = await pool.query<{ 'QUERY PLAN': readonly { Plan: Plan }[] }>(
    `explain (analyze, buffers, format json) ${statement.sql}`,
    [...statement.parameters],
  );
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  if (plan === undefined) throw new Error('no plan');
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
}

test.each([
  ['all that a person may see', () => user, () => ({})],
  ['one project', () => user, () => ({ projectId: project.id })],
  ['one project, for an administrator', () => admin, () => ({ projectId: project.id })],
  ['everything, for an administrator', () => admin, () => ({})],
] as const)('a page of %s costs the same whatever else lies in the trash', async (_what, viewer, filter) => {
  for (const after of [undefined, { deletedAt: new Date('2026-11-01T00:00:05Z'), id: '1' }]) {
    expect(await blocksOf(viewer(), { ...filter(), after })).toBeLessThan(MOST_BLOCKS);
  }
});
