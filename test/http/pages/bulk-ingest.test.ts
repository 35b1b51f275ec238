import { readChunkFiles, readWaitingChunks } from '../../../src/store/bulk-ingest-files';
import { attachIngests, type FileOutcome } from '../../../src/store/ingest-attach';
import { finishJob } from '../../../src/store/job-progress';
import { openTestBulkIngest } from '../../support/bulk-ingest';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { allThere, someFacts } from '../../support/ingest';
import { createPageLibrary, type PageLibrary } from './page-library';
import { buildPagesApp, type PagesApp } from './pages-app';
import { textOf } from './page-text';

let database: TestDatabase;
let pages: PagesApp;
let library: PageLibrary;
let cookie: string;
let token: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  pages = await buildPagesApp(database.store);
  library = await createPageLibrary(database.store);
  cookie = await pages.signIn(library.apiKey);
  const { project, user: actor } = library;
  const lines = [
    { file_url: 'https://cdn.example.test/a.jpg?sig=s3cret' },
    { file_url: 'https://cdn.example.test/b.jpg?sig=s3cret' },
    { file_url: 'no address' },
  ];
  const job = await openTestBulkIngest(db, { project, actor, lines });
  ({ token } = job);
  for (const { no } of await readWaitingChunks(db, job.jobId)) {
    const outcomes = (await readChunkFiles(db, job.jobId, no)).map(({ ingest }): FileOutcome => {
      const code = ingest.code ?? (ingest.line === 2 ? 'http_server_error' : null);
      return code === null
        ? { kind: 'ready', ingestId: ingest.id, facts: someFacts('1') }
        : { kind: 'failed', ingestId: ingest.id, code };
    });
    const owner = { jobId: job.jobId, projectId: project.id, requestedBy: actor.id };
    await attachIngests(db, owner, no, outcomes, allThere, new Date());
  }
  await finishJob(db, job.jobId, new Date());
});
afterAll(async () => {
  await pages.app.close();
  await database.drop();
});

test('the page of a job of many files names the lines that failed, and why, and offers to try them again', async () => {
  const { statusCode, body } = await pages.get(`/jobs/${token}`, cookie);
  expect(statusCode).toBe(200);
  const text = textOf(body);
  expect(text).toContain('Bulk media ingestion');
  expect(text).toMatch(/Line 2 .*The server has a fault of its own/);
  expect(text).toMatch(/Line 3 .*Not a valid HTTP URL/i);
  expect(body).toContain(`/jobs/${token}/retry`);
  expect(body).toContain('Retry what may pass');
  expect(body).not.toContain('s3cret');
});

test('a retry from the page makes a job of the line that may pass', async () => {
  const answer = await pages.post(`/jobs/${token}/retry`, cookie);
  expect(answer.statusCode).toBe(303);
  expect(pages.dispatched.at(-1)).toMatchObject({ kind: 'bulk_ingest_media', input: { retry_of: token } });
});
