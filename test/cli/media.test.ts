import type { Database } from '../../src/store/database';
import { markStep } from '../../src/store/job-steps';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { SECRET, SECRET_URL } from '../support/ingest';
import { createCli, type CliHarness } from './run-in-process';

let database: TestDatabase;
let db: Database;
let cli: CliHarness;
let admin: TestUser;
let asset: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ db } = database.store);
  // Nobody listens there: the job waits in the store.
  cli = createCli({ DATABASE_URL: database.databaseUrl, TEMPORAL_ADDRESS: '127.0.0.1:1' });
  admin = await createUser(db, { admin: true });
  const project = await createProject(db);
  [asset] = (await createAssets(db, { projectId: project.id, ownerId: admin.id }, 1)) as [TestThing];
});
afterAll(() => database.drop());

const ingest = (...more: string[]) => cli.run('media', 'ingest', '--asset', asset.key, ...more);

test('media ingest commits the job of one file, named as its address ends', async () => {
  const { exitCode, stdout, stderr } = await ingest('--url', SECRET_URL, '--json');
  expect(exitCode).toBe(0);
  const job = JSON.parse(stdout) as { token: string };
  expect(job).toMatchObject({ kind: 'ingest_media', state: 'queued', created_by: admin.email, total: null });
  expect(stdout + stderr).not.toContain(SECRET);
  const file = await db.selectFrom('ingests').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow();
  expect(file).toMatchObject({ filename: 'cat.jpg', asset_id: asset.id, url_host: 'files.example.test' });
});

test('job show tells the steps, and what each has to say', async () => {
  const { token } = (await cli.json('media', 'ingest', '--asset', asset.key, '--url', SECRET_URL)) as { token: string };
  const { id } = await db.selectFrom('jobs').select('id').where('uuid', '=', token).executeTakeFirstOrThrow();
  const at = new Date();
  await markStep(db, id, { name: 'download', state: 'running', message: null }, at);
  await markStep(db, id, { name: 'download', state: 'done', message: null }, new Date(at.getTime() + 12_000));
  await markStep(db, id, { name: 'check', state: 'failed', message: 'The file is empty.' }, at);
  const { stdout } = await cli.run('job', 'show', token);
  expect(stdout).toContain('steps       download  done, 12 s\n');
  expect(stdout).toContain('            check     failed, less than a second: The file is empty.\n');
  expect(stdout).toContain('            attach    waiting\n');
});

test.each([
  [['--url', '/local/cat.jpg'], 'url_invalid'],
  [['--url', 'http://127.0.0.1/cat.jpg'], 'url_address'],
  [['--url', SECRET_URL, '--filename', ' '], 'filename_invalid'],
])('media ingest %j is refused as %s', async (args, code) => {
  const { exitCode, stdout } = await ingest(...args, '--json');
  expect([exitCode, (JSON.parse(stdout) as { error: { code: string } }).error.code]).toEqual([1, code]);
});

test('a folder, and an asset that is not there for the actor, are refused', async () => {
  const folder = await createFolder(db, { projectId: null, ownerId: admin.id });
  const refused = async (...args: string[]) => (await cli.run('media', 'ingest', '--url', SECRET_URL, ...args)).stderr;
  expect(await refused('--asset', folder.id)).toContain('a folder holds assets and no media');
  const stranger = await createUser(db);
  expect(await refused('--asset', asset.id, '--as', stranger.email)).toContain(`that ${stranger.email} may see`);
});
