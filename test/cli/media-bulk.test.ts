import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../src/store/database';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, createUser, type TestThing, type TestUser } from '../support/fixtures';
import { SECRET, SECRET_URL } from '../support/ingest';
import { createCli, type CliHarness } from './run-in-process';

let database: TestDatabase;
let db: Database;
let cli: CliHarness;
let admin: TestUser;
let project: TestThing;
let directory: string;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ db } = database.store);
  // Nobody listens there: the job waits in the store.
  cli = createCli({ DATABASE_URL: database.databaseUrl, TEMPORAL_ADDRESS: '127.0.0.1:1' });
  admin = await createUser(db, { admin: true });
  project = await createProject(db);
  directory = mkdtempSync(join(tmpdir(), 'longhaul-lines-'));
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await database.drop();
});

const write = (name: string, text: string) => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};
const ingest = (file: string, ...more: string[]) =>
  cli.run('media', 'ingest-bulk', '--project', project.key, '--file', file, ...more);

test.each([
  ['lines.csv', `\ufefffile_url,title\r\n${SECRET_URL},Cat\r\nhttp://127.0.0.1/,Dog\r\n`],
  ['lines.json', JSON.stringify([{ file_url: SECRET_URL, title: 'Cat' }, { file_url: 'http://127.0.0.1/' }])],
])('media ingest-bulk commits the job of the lines of %s, the bad ones with their codes', async (name, text) => {
  const { exitCode, stdout, stderr } = await ingest(write(name, text), '--json');
  expect(exitCode).toBe(0);
  const job = JSON.parse(stdout) as { token: string };
  expect(job).toMatchObject({ kind: 'bulk_ingest_media', state: 'queued', created_by: admin.email, total: null });
  expect(stdout + stderr).not.toContain(SECRET);
  const lines = await db
    .selectFrom('ingests as n')
    .innerJoin('jobs as j', 'j.id', 'n.job_id')
    .select(['n.filename', 'n.title', 'n.code'])
    .where('j.uuid', '=', job.token)
    .orderBy('n.line')
    .execute();
  expect(lines).toEqual([
    { filename: 'cat.jpg', title: 'Cat', code: null },
    { filename: '', title: null, code: 'url_address' },
  ]);
});

test.each([
  ['broken.json', `[{"file_url":"${SECRET_URL}"`, 'lines_invalid'],
  ['empty.json', '[]', 'lines_invalid'],
  ['bad.csv', `file_url,titel\n${SECRET_URL},Cat\n`, 'lines_invalid'],
])('the lines of %s are refused as a whole, and nothing of them is shown', async (name, text, code) => {
  const { exitCode, stdout, stderr } = await ingest(write(name, text), '--json');
  expect([exitCode, (JSON.parse(stdout) as { error: { code: string } }).error.code]).toEqual([1, code]);
  expect(stdout + stderr).not.toContain(SECRET);
});

test('a file that is not there, and an actor who may not write, are refused', async () => {
  expect((await ingest(join(directory, 'none.csv'))).stderr).toContain('none.csv cannot be read (ENOENT)');
  const stranger = await createUser(db);
  const file = write('one.csv', `file_url\n${SECRET_URL}\n`);
  expect((await ingest(file, '--as', stranger.email)).stderr).toContain('has no right to write in this project');
});
