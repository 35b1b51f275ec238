import type { Database } from '../../src/store/database';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { readTestVariable } from '../support/environment';
import { createAssets, createFolder, createProject, createUser, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { countOf, trashEach, trashTree } from '../support/purge-library';
import { createCli, type CliHarness } from './run-in-process';

const HOUR_MS = 3_600_000;

let database: TestDatabase;
let db: Database;
let cli: CliHarness;
let user: TestUser;
let spring: TestThing;

beforeEach(async () => {
  database = await createTestDatabase();
  db = database.store.db;
  cli = createCli({ DATABASE_URL: database.databaseUrl, TRASH_RETENTION: '36h' });
  user = await createUser(db);
  spring = await createProject(db, 'Spring');
});
afterEach(() => database.drop());

/** A folder with two assets that is due, and a file of another project that is not. */
async function fillTrash() {
  const folder = await createFolder(db, { projectId: spring.id, ownerId: user.id }, 'Old shots');
  const inside = await createAssets(db, { projectId: spring.id, ownerId: user.id, parentId: folder.id }, 2);
  const other = await createProject(db, 'Autumn');
  const [file] = await createAssets(db, { projectId: other.id, ownerId: user.id }, 1, 'Shot');
  await trashTree(db, folder.id, 37 * HOUR_MS);
  await trashEach(db, [file?.id ?? ''], HOUR_MS);
  return { folder, ids: [folder.id, ...inside.map(({ id }) => id), file?.id ?? ''] };
}

test('trash list tells what lies there and when it goes, what goes first at the top', async () => {
  const { folder } = await fillTrash();
  const { total, listed, of, trash } = await cli.json('trash', 'list');
  expect({ total, listed, of }).toEqual({ total: 4, listed: 2, of: 2 });
  const [first, second] = trash as Record<string, string>[];
  expect(first).toEqual({
    key: folder.key,
    title: 'Old shots',
    media_type: 'folder',
    project: { uuid: spring.uuid, name: 'Spring' },
    trashed_at: expect.any(String),
    due_at: expect.any(String),
    purging: false,
    assets: 3,
  });
  expect(second).toMatchObject({ title: 'Shot 1', assets: 1 });
  expect(Date.parse(first?.['due_at'] ?? '') - Date.parse(first?.['trashed_at'] ?? '')).toBe(36 * HOUR_MS);
});

test('trash list tells people the same in a table', async () => {
  const { folder } = await fillTrash();
  const { stdout } = await cli.run('trash', 'list', '--limit', '1');
  const [header, line, more, sum] = stdout.split('\n');
  expect(header).toMatch(/^KEY +TRASHED +DUE +ASSETS +PROJECT +TITLE$/);
  expect(line).toMatch(new RegExp(`^${folder.key}  .* 3 +Spring +Old shots$`));
  expect([more, sum]).toEqual(['… and 1 more', '4 assets in the trash; instants are UTC.']);
});

test('trash list can be of one project, and says so when there is nothing', async () => {
  await fillTrash();
  expect(await cli.json('trash', 'list', '--project', 'Autumn')).toMatchObject({ total: 1, of: 1 });
  await createProject(db, 'Winter');
  expect((await cli.run('trash', 'list', '--project', 'Winter')).stdout).toBe('The trash is empty.\n');
  expect(await cli.run('trash', 'list', '--project', 'Nowhere')).toMatchObject({ exitCode: 1 });
});

test('a dry run lists and counts what is due, needs no Temporal, and changes nothing', async () => {
  const { folder, ids } = await fillTrash();
  const answer = await cli.json('trash', 'purge', '--dry-run');
  expect(answer).toMatchObject({ dry_run: true, total: 3, listed: 1, of: 1, trash: [{ key: folder.key }] });
  expect((await cli.run('trash', 'purge', '--dry-run')).stdout).toContain('3 assets would be deleted for good');
  expect(await countOf(db, ids)).toMatchObject({ assets: 4 });
  const patient = createCli({ DATABASE_URL: database.databaseUrl });
  expect((await patient.run('trash', 'purge', '--dry-run')).stdout).toBe('Nothing is due.\n');
});

test('a purge without a worker says so and waits for nothing', async () => {
  const { run } = createCli({
    DATABASE_URL: database.databaseUrl,
    TEMPORAL_ADDRESS: readTestVariable('TEST_TEMPORAL_ADDRESS'),
  });
  const { exitCode, stdout } = await run('trash', 'purge', '--json');
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'no_worker' } });
});
