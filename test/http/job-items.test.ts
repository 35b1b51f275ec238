import { sql } from 'kysely';
import { createAssets, createUser } from '../support/fixtures';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { addApiKey } from '../../src/store/credentials';
import { buildBulkMoveApp, type BulkMoveApp } from './bulk-move-app';
import { addWaitingChunks, breakChunk, createJobOwner, type JobOwner } from './job-items-fixture';

let database: TestDatabase;
let facade: BulkMoveApp;
let owner: JobOwner;
let url: string;
/** Chunk 0 has moved, skipped, failed, moved and one whose row is gone; chunk 1 is not done. */
let ids: string[];
let uuids: string[];

const SKIPPED = { status: 'skipped', code: 'gone', message: 'It was deleted, or taken out of the project, before its turn came.', retryable: false }; // prettier-ignore
const FAILED = { status: 'failed', code: 'forbidden', message: 'The person who asked for this may not do it in the project.', retryable: true }; // prettier-ignore
const MOVED = { status: 'moved', code: null, message: null, retryable: false };
const REMAINING = { status: 'remaining', code: null, message: null, retryable: false };

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  facade = await buildBulkMoveApp(database.store, () => owner.key);
  owner = await createJobOwner(db);
  const { jobId, token } = owner.job;
  url = `/api/jobs/${token}/items`;
  const assets = await createAssets(db, { projectId: owner.project.id, ownerId: owner.user.id }, 7);
  ids = assets.map((asset) => asset.id);
  uuids = assets.map((asset) => asset.uuid);
  await sql`insert into job_chunks
    (job_id, no, phase, item_ids, done_at, succeeded, skipped, failed, exception_ids, exception_codes, moved_ids)
    values (${jobId}, 0, 1, ${ids.slice(0, 5)}, now(), 3, 1, 1, ${ids.slice(1, 3)}, '{gone,forbidden}',
      ${[ids[0], ids[3], ids[4]]})`.execute(db);
  await sql`insert into job_chunks (job_id, no, phase, item_ids) values (${jobId}, 1, 1, ${ids.slice(5)})`.execute(db);
  await sql`delete from assets where id = ${ids[4]}`.execute(db);
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

interface Page {
  readonly items: { readonly id: string }[];
  readonly next_cursor: string | null;
}

function get(query = '', accept?: string, method: 'GET' | 'HEAD' = 'GET') {
  const headers = { 'x-api-key': owner.key, ...(accept === undefined ? {} : { accept }) };
  return facade.app.inject({ method, url: `${url}${query}`, headers });
}

const everything = () => [MOVED, SKIPPED, FAILED, MOVED, MOVED, REMAINING, REMAINING].map((standing, at) => ({ id: at === 4 ? ids[4] : uuids[at], ...standing })); // prettier-ignore

describe('pages', () => {
  it('tell every item in order, with the reason of each that was not moved', async () => {
    const answer = await get();
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.json()).toEqual({ items: everything(), next_cursor: null });
  });

  it.each(['moved', 'skipped', 'failed', 'remaining'])('tell only what is %s when asked so', async (status) => {
    const { items } = (await get(`?status=${status}`)).json<Page>();
    expect(items).toEqual(everything().filter((item) => item.status === status));
    expect(items.length).toBeGreaterThan(0);
  });

  it('follow one another by cursor, each item once', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null; pages += 1) {
      const page: Page = (await get(`?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)).json();
      expect(page.items.length).toBe(pages === 3 ? 1 : 2);
      seen.push(...page.items.map((item) => item.id));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(everything().map((item) => item.id));
  });

  it('are empty before the selection is resolved', async () => {
    const other = await createJobOwner(database.store.db);
    const answer = await facade.get(`/api/jobs/${other.job.token}/items`, other.key);
    expect(answer.json()).toEqual({ items: [], next_cursor: null });
  });

  it('take up to a thousand items, a hundred when not told', async () => {
    const other = await createJobOwner(database.store.db);
    await addWaitingChunks(database.store.db, other.job.jobId, 2);
    const count = async (query: string) =>
      (await facade.get(`/api/jobs/${other.job.token}/items${query}`, other.key)).json<Page>().items.length;
    expect([await count(''), await count('?limit=1000'), await count('?limit=1')]).toEqual([100, 1000, 1]);
  });
});

describe('what cannot be', () => {
  it.each([
    ...['limit=0', 'limit=1001', 'limit=1e2', 'limit=-1', 'limit=', 'limit=0x10', 'limit=1&limit=1'],
    ...['status=odd', 'status=', 'format=xml', 'cursor=', 'cursor=abc', 'cursor=0.1', 'cursor=%F0%9F%8D%8F', 'page=2'],
    ...['limit=10&format=csv', 'cursor=abc&format=ndjson'],
  ])('?%s is refused with 400, naming the parameter', async (query) => {
    const answer = await get(`?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json<{ errors: { field: string }[] }>().errors[0]?.field).toBe(query.split('=')[0]);
  });

  it('is a cursor that was changed in any one character, or made longer or shorter', async () => {
    const cursor = (await get('?limit=2')).json<Page>().next_cursor ?? '';
    expect((await get(`?cursor=${cursor}`)).statusCode).toBe(200);
    const changed = Array.from(cursor, (character, at) => cursor.slice(0, at) + (character === 'A' ? 'B' : 'A') + cursor.slice(at + 1)); // prettier-ignore
    expect(changed.length).toBeGreaterThan(10);
    for (const bad of [...changed, `${cursor}A`, `${cursor}=`, cursor.slice(1), cursor.slice(0, -1)]) {
      expect([bad, (await get(`?cursor=${encodeURIComponent(bad)}`)).statusCode]).toEqual([bad, 400]);
    }
  });

  it('is the cursor of another job', async () => {
    const other = await createJobOwner(database.store.db);
    await addWaitingChunks(database.store.db, other.job.jobId, 1);
    const path = `/api/jobs/${other.job.token}/items`;
    const { next_cursor: cursor } = (await facade.get(`${path}?limit=2`, other.key)).json<Page>();
    expect((await facade.get(`${path}?cursor=${cursor ?? ''}`, other.key)).statusCode).toBe(200);
    expect((await get(`?cursor=${cursor ?? ''}`)).statusCode).toBe(400);
  });

  it("is looking at somebody else's job", async () => {
    const stranger = await addApiKey(database.store.db, (await createUser(database.store.db)).id);
    for (const query of ['', '?format=csv', '?cursor=abc', '?format=csv&limit=3']) {
      const answer = await facade.get(`${url}${query}`, stranger);
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'job_not_found']);
    }
  });
});

describe('reports', () => {
  it('come as CSV, complete whatever a page takes', async () => {
    const answer = await get('?format=csv');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="job-${owner.job.token}-items.csv"`,
      vary: 'Accept',
    });
    const lines = [
      ...['id,status,code,message,retryable', `${uuids[0] ?? ''},moved,,,false`],
      `${uuids[1] ?? ''},skipped,gone,"${SKIPPED.message}",false`,
      `${uuids[2] ?? ''},failed,forbidden,${FAILED.message},true`,
      ...[`${uuids[3] ?? ''},moved,,,false`, `${ids[4] ?? ''},moved,,,false`],
      ...[`${uuids[5] ?? ''},remaining,,,false`, `${uuids[6] ?? ''},remaining,,,false`, ''],
    ];
    expect(answer.body).toBe(lines.join('\r\n'));
  });

  it('come as NDJSON, each line the item of a page', async () => {
    const answer = await get('?status=failed&format=ndjson');
    expect(answer.headers).toMatchObject({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': `attachment; filename="job-${owner.job.token}-items-failed.ndjson"`,
    });
    expect(answer.body).toBe(`${JSON.stringify({ id: uuids[2], ...FAILED })}\n`);
    const all = (await get('?format=ndjson')).body.split('\n');
    expect(all.pop()).toBe('');
    expect(all.map((line) => JSON.parse(line) as unknown)).toEqual(everything());
  });

  it('of nothing are a header, or nothing', async () => {
    const other = await createJobOwner(database.store.db);
    const path = `/api/jobs/${other.job.token}/items`;
    const csv = await facade.get(`${path}?format=csv`, other.key);
    const ndjson = await facade.get(`${path}?format=ndjson`, other.key);
    expect([csv.statusCode, csv.body]).toEqual([200, 'id,status,code,message,retryable\r\n']);
    expect([ndjson.statusCode, ndjson.body]).toEqual([200, '']);
  });

  it('that cannot be begun are an error in order', async () => {
    const other = await createJobOwner(database.store.db);
    await addWaitingChunks(database.store.db, other.job.jobId, 1);
    await breakChunk(database.store.db, other.job.jobId, 0);
    const answer = await facade.get(`/api/jobs/${other.job.token}/items?format=csv`, other.key);
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([500, 'internal_error']);
    expect(answer.headers['content-disposition']).toBeUndefined();
    const head = { method: 'HEAD', url: `/api/jobs/${other.job.token}/items?format=csv`, headers: { 'x-api-key': other.key } } as const; // prettier-ignore
    // Had it read anything, it would have failed too.
    expect((await facade.app.inject(head)).statusCode).toBe(200);
  });
});

describe('the form', () => {
  const JSON_TYPE = 'application/json; charset=utf-8';
  const CSV_TYPE = 'text/csv; charset=utf-8; header=present';
  const NDJSON_TYPE = 'application/x-ndjson; charset=utf-8';

  it.each([
    [undefined, JSON_TYPE],
    ['', JSON_TYPE],
    ['*/*', JSON_TYPE],
    ['application/*', JSON_TYPE],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', JSON_TYPE],
    ['text/csv', CSV_TYPE],
    ['TEXT/CSV', CSV_TYPE],
    ['text/csv; charset=utf-8; header=present', CSV_TYPE],
    ['text/*', CSV_TYPE],
    ['application/x-ndjson', NDJSON_TYPE],
    ['application/json;q=0.5, text/csv;q=0.9', CSV_TYPE],
    ['text/csv;q=0.1, application/json', JSON_TYPE],
    ['application/json;q=0, */*;q=0.5', CSV_TYPE],
    ['*/*;q=0.1, application/x-ndjson;q=0.2', NDJSON_TYPE],
  ])('for Accept: %s is %s', async (accept, type) => {
    const answer = await get('', accept);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, type]);
    expect(answer.headers.vary).toBe('Accept');
  });

  it.each(['text/html', 'application/xml;q=0.9', 'application/json;q=0', 'nonsense', 'text/csv;q=0, image/*'])(
    'for Accept: %s is refused with 406',
    async (accept) => {
      const answer = await get('', accept);
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([406, 'not_acceptable']);
      expect(answer.headers.vary).toBe('Accept');
    },
  );

  it('is the one that the address names, whatever Accept says', async () => {
    expect((await get('?format=csv', 'application/json')).headers['content-type']).toBe(CSV_TYPE);
    expect((await get('?format=json', 'text/csv')).headers['content-type']).toBe(JSON_TYPE);
    expect((await get('?format=ndjson', 'image/png')).headers['content-type']).toBe(NDJSON_TYPE);
  });

  it.each(['json', 'csv', 'ndjson'])('%s is told by HEAD, without a body', async (format) => {
    const [head, whole] = [await get(`?format=${format}`, undefined, 'HEAD'), await get(`?format=${format}`)];
    expect([head.statusCode, head.body]).toEqual([200, '']);
    for (const name of ['content-type', 'content-disposition', 'vary']) expect(head.headers[name]).toEqual(whole.headers[name]); // prettier-ignore
    expect(head.headers['content-length'] ?? 'none').not.toBe('0');
  });

  it('is documented with all its three types and its refusals', async () => {
    interface Operation {
      readonly responses: Record<string, { content: Record<string, unknown> }>;
    }
    const { paths } = (await facade.app.inject('/openapi.json')).json<{ paths: Record<string, { get: Operation }> }>();
    const operation = paths['/api/jobs/{token}/items'];
    expect(Object.keys(operation ?? {})).toEqual(['get']);
    expect(Object.keys(operation?.get.responses['200']?.content ?? {})).toEqual(['application/json', 'text/csv', 'application/x-ndjson']); // prettier-ignore
    expect(Object.keys(operation?.get.responses ?? {})).toEqual(expect.arrayContaining(['200', '400', '404', '406']));
  });
});
