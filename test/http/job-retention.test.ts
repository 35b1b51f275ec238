import { sql } from 'kysely';
import { markPrunableJobs, pruneJobDetails } from '../../src/store/job-retention';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createPageLibrary, type PageLibrary } from './pages/page-library';
import { textOf } from './pages/page-text';
import { buildPagesApp, type PagesApp } from './pages/pages-app';

let database: TestDatabase;
let pages: PagesApp;
let library: PageLibrary;
let cookie: string;
let token: string;

/** What a user sees of a job whose details have been removed: 40 assets moved, 2 skipped, 1 failed. */
beforeAll(async () => {
  database = await createTestDatabase();
  pages = await buildPagesApp(database.store);
  library = await createPageLibrary(database.store);
  cookie = await pages.signIn(library.apiKey);
  const job = await library.createMixedJob();
  token = job.token;
  const { db } = database.store;
  await sql`update jobs set finished_at = now() - interval '91 days' where id = ${job.jobId}`.execute(db);
  expect(await markPrunableJobs(db, new Date(Date.now() - 90 * 86_400_000), new Date())).toBe(1);
  expect(await pruneJobDetails(db, 1_000)).toMatchObject({ jobs: 1 });
});
afterAll(async () => {
  await pages.app.close();
  await database.drop();
});

const get = (path: string) => pages.app.inject({ url: `/api/jobs/${token}${path}`, headers: { 'x-api-key': library.apiKey } }); // prettier-ignore

test('the job itself is answered as ever, and says since when', async () => {
  const answer = await get('');
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    ...{ state: 'done', outcome: 'with_failures', total: 43, succeeded: 40, skipped: 2, failed: 1, remaining: 0 },
    pruned_at: expect.stringMatching(/^\d{4}-/),
  });
});

test.each(['', '?status=failed', '?format=csv', '?format=ndjson&status=moved'])(
  'its items are gone, in every form: %s',
  async (query) => {
    const answer = await get(`/items${query}`);
    expect(answer.statusCode).toBe(410);
    expect(answer.json()).toMatchObject({
      code: 'details_pruned',
      detail: expect.stringContaining('not kept any more'),
    });
  },
);

test.each(['retry', 'undo'])('a %s is refused, and makes no job', async (relation) => {
  const url = `/api/jobs/${token}/${relation}`;
  const answer = await pages.app.inject({ method: 'POST', url, headers: { 'x-api-key': library.apiKey } });
  expect(answer.statusCode).toBe(409);
  expect(answer.json()).toMatchObject({
    code: 'details_pruned',
    detail: expect.stringContaining('neither retried nor undone'),
  });
  expect(pages.dispatched).toEqual([]);
});

test('its page has the counts, says what is not kept, and offers neither a button nor a download', async () => {
  const { body } = await pages.get(`/jobs/${token}`, cookie);
  expect(textOf(body)).toContain('Items not kept');
  expect(textOf(body)).toContain('Its counts stay');
  expect(body).not.toContain('/items?format=');
  expect(body).not.toContain('/undo"');
  expect(body).not.toContain('/retry"');
});

test('a button pressed on an old page says why nothing was done', async () => {
  const answer = await pages.post(`/jobs/${token}/undo`, cookie, { idempotency_key: 'k' });
  expect(answer.statusCode).toBe(303);
  const { body } = await pages.get(String(answer.headers.location), cookie);
  expect(textOf(body)).toContain('it ended too long ago');
});
