import { MAX_LINES } from '../../src/domain/bulk-ingest';
import { addApiKey } from '../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures';
import { buildBulkIngestApp, type BulkIngestApp } from './bulk-ingest-app';

let database: TestDatabase;
let facade: BulkIngestApp;
let user: TestUser;
let key: string;
let project: TestThing;

const db = () => database.store.db;
const CSV = { 'content-type': 'text/csv; charset=utf-8' };
const file_url = 'https://cdn.example.com/dir/a%20b.jpg?sig=s3cret';

beforeAll(async () => {
  database = await createTestDatabase();
  facade = await buildBulkIngestApp(database.store, () => key);
  user = await createUser(db());
  key = await addApiKey(db(), user.id);
  project = await createProject(db());
  await grantAccess(db(), project.id, user.ownTeamId, { canWrite: true });
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

const tokenOf = (answer: { json: () => unknown }) =>
  (answer.json() as { result: { 'job.token': string } }).result['job.token'];
const readLines = (token: string) =>
  db()
    .selectFrom('ingests as n')
    .innerJoin('jobs as j', 'j.id', 'n.job_id')
    .selectAll('n')
    .where('j.uuid', '=', token)
    .orderBy('n.line')
    .execute();
async function countJobs(): Promise<number> {
  const { n } = await db().selectFrom('jobs').select(db().fn.countAll<string>().as('n')).executeTakeFirstOrThrow();
  return Number(n);
}

describe('POST /api/p/:gid/media/bulk', () => {
  it('answers 202 with the token of a committed job, and hands that to the dispatcher', async () => {
    const answer = await facade.post(project.uuid, [{ file_url, filename: 'a.jpg' }]);
    expect(answer.statusCode).toBe(202);
    const token = tokenOf(answer);
    expect(answer.body).toBe(JSON.stringify({ success: true, result: { 'job.token': token }, data: {} }));
    expect(answer.headers).toMatchObject({ 'job-token': token, location: `/api/jobs/${token}` });
    expect(facade.dispatched.at(-1)).toEqual({
      token,
      kind: 'bulk_ingest_media',
      projectUuid: project.uuid,
      ownerUuid: user.uuid,
      input: { project: project.uuid, lines_ref: token, requested_by: user.uuid },
    });
  });

  it('tells the readers of the project of the new job', async () => {
    const token = tokenOf(await facade.post(project.key, [{ file_url }]));
    const event = await db()
      .selectFrom('sync_events')
      .select(['action', 'data_key', 'data'])
      .orderBy('cursor', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    expect(event).toMatchObject({ action: 'INSERT', data_key: token, data: { status: 'queued' } });
  });

  it('keeps each line, its address sealed, and the bad ones with their codes among the others', async () => {
    const lines: readonly unknown[] = [
      { file_url, filename: 'a.jpg', title: 'Harbour' },
      { file_url },
      'no line',
      { filename: 'b.jpg' },
      { file_url: 'http://127.0.0.1/', filename: 'c.jpg' },
      { file_url, filename: 'd\u0000.jpg' },
      { file_url, title: 'e\u0007' },
      { file_url, filename: 'f.jpg', constructor: 1 },
    ];
    const rows = await readLines(tokenOf(await facade.post(project.id, lines)));
    expect(rows.map(({ line, filename, title, code }) => [line, filename, title, code])).toEqual([
      [1, 'a.jpg', 'Harbour', null],
      [2, 'a b.jpg', null, null],
      [3, '', null, 'line_invalid'],
      [4, 'b.jpg', null, 'file_url_missing'],
      [5, 'c.jpg', null, 'url_invalid'],
      [6, '', null, 'filename_invalid'],
      [7, '', null, 'title_invalid'],
      [8, 'f.jpg', null, 'line_invalid'],
    ]);
    expect(rows.map(({ url_sealed: sealed }) => sealed !== null)).toEqual([true, true, ...Array<boolean>(6).fill(false)]);
    const [first] = rows;
    expect(first?.url_sealed?.toString('latin1')).not.toContain('s3cret');
    expect(facade.open(first?.url_sealed ?? Buffer.of(), first?.asset_uuid ?? '')).toBe(file_url);
    expect(first).toMatchObject({ url_host: 'cdn.example.com', makes_asset: true, asset_id: null, media_id: null });
  }); // prettier-ignore

  it('takes a CSV for the same lines', async () => {
    const csv = `\ufefftitle,file_url,filename\r\n"Harbour, ""5""\r\nat dawn",${file_url},a.jpg\r\n,${file_url},\r\n`;
    const rows = await readLines(tokenOf(await facade.post(project.uuid, csv, CSV)));
    expect(rows.map(({ filename, title, code }) => [filename, title, code])).toEqual([
      ['a.jpg', 'Harbour, "5"\r\nat dawn', null],
      ['a b.jpg', null, null],
    ]);
  });

  it('accepts a hundred thousand lines in a few seconds, and serves others meanwhile', async () => {
    const rows = Array.from({ length: MAX_LINES }, (_, at) => `${file_url}&n=${String(at)},file ${String(at)}.jpg,"Title, ${String(at)}"`); // prettier-ignore
    const startedAt = performance.now();
    let beats = 0;
    let longest = 0;
    let last = startedAt;
    const timer = setInterval(() => {
      beats += 1;
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    const answer = await facade.post(project.uuid, ['file_url,filename,title', ...rows].join('\n'), CSV);
    clearInterval(timer);
    expect(answer.statusCode).toBe(202);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(beats).toBeGreaterThan(50);
    expect(longest).toBeLessThan(1_000);
    expect(await readLines(tokenOf(answer))).toHaveLength(MAX_LINES);
  }, 60_000);

  it.each([
    ['nothing', '', 'application/json', 'the body must be a list of lines'],
    ['an empty list', '[]', 'application/json', 'there are no lines'],
    ['an object', '{"lines":[]}', 'application/json', 'the body must be a list of lines'],
    ['null', 'null', 'application/json', 'the body must be a list of lines'],
    ['half a list', '[{"file_url":', 'application/json', 'the body is not valid JSON'],
    ['an empty CSV', '', 'text/csv', 'there are no lines'],
    ['a CSV of a header only', 'file_url\n', 'text/csv', 'there are no lines'],
    ['a CSV with an unknown column', 'file_url,titel\nx,y\n', 'text/csv', 'the column "titel" is not known'],
    ['a CSV with an open quote', `file_url,title\n${file_url},A\n${file_url},"B`, 'text/csv', 'a quote is not closed, from line 3 on'],
    ['a CSV that is no UTF-8', Buffer.from('file_url\n\xe9\n', 'latin1'), 'text/csv', 'the body is not valid UTF-8'],
  ])('refuses %s as a whole, in the words of Unicat', async (_what, body, type, message) => {
    const before = await countJobs();
    const answer = await facade.post(project.uuid, body, { 'content-type': type });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ success: false, result: { code: 400 }, data: {} });
    expect(answer.json<{ result: { message: string } }>().result.message).toMatch(/^Bad request - /);
    expect(answer.body).toContain(JSON.stringify(message).slice(1, -1));
    expect(await countJobs()).toBe(before);
  }); // prettier-ignore

  it('refuses a body of another type, another charset or more than 32 MiB', async () => {
    expect((await facade.post(project.uuid, 'x', { 'content-type': 'text/plain' })).statusCode).toBe(415);
    expect((await facade.post(project.uuid, 'x', { 'content-type': 'text/csv; charset=latin1' })).statusCode).toBe(415);
    const huge = Buffer.alloc(32 * 1024 * 1024 + 1, 'a');
    expect((await facade.post(project.uuid, huge, CSV)).statusCode).toBe(413);
  });

  it('refuses callers who may not see the project, or not write there, before it looks at the lines', async () => {
    const reader = await createProject(db());
    await grantAccess(db(), reader.id, user.ownTeamId);
    const foreign = await createProject(db());
    for (const name of [foreign.uuid, '777777777', 'no-such-project']) {
      const answer = await facade.post(name, []);
      expect([answer.statusCode, answer.json<{ result: unknown }>().result]).toEqual([
        403,
        { code: 403, message: 'Forbidden - not a member of this project' },
      ]);
    }
    expect((await facade.post(reader.uuid, [])).json()).toMatchObject({
      result: { code: 403, message: 'Forbidden - no right to write in this project' },
    });
  });

  it('needs credentials', async () => {
    expect((await facade.post(project.uuid, [{ file_url }], { 'x-api-key': 'no such key' })).statusCode).toBe(401);
  });

  it('answers the same job to the same key and lines, also when both arrive at once, and refuses others', async () => {
    const lines = [{ file_url, filename: 'once.jpg' }];
    const keyed = { 'idempotency-key': 'once' };
    const before = await countJobs();
    const answers = await Promise.all([1, 2, 3].map(() => facade.post(project.uuid, lines, keyed)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([202, 202, 202]);
    const tokens = new Set(answers.map(tokenOf));
    expect(tokens.size).toBe(1);
    expect(await countJobs()).toBe(before + 1);
    expect(await readLines([...tokens][0] ?? '')).toHaveLength(1);
    const other = await facade.post(project.uuid, [{ file_url, filename: 'twice.jpg' }], keyed);
    expect(other.statusCode).toBe(422);
    expect((await facade.post(project.uuid, lines, { 'idempotency-key': 'a b' })).statusCode).toBe(400);
  });

  it('is in the OpenAPI document with both kinds of body', async () => {
    const document = (await facade.app.inject({ url: '/openapi.json' })).json<{
      paths: Record<string, { post: { requestBody: { content: object }; responses: object } }>;
    }>();
    const { requestBody, responses } = document.paths['/api/p/{gid}/media/bulk']?.post ?? {};
    expect(Object.keys(requestBody?.content ?? {})).toEqual(['application/json', 'text/csv']);
    expect(JSON.stringify(requestBody)).toContain('"maxItems":100000');
    expect(Object.keys(responses ?? {})).toEqual(expect.arrayContaining(['202', '400', '401', '403', '413', '415', '422']));
  }); // prettier-ignore
});
