import { randomUUID } from 'node:crypto';
import { addApiKey } from '../../src/store/credentials';
import type { Database } from '../../src/store/database';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { SECRET, SECRET_URL, testSeal } from '../support/ingest';
import { putIntoTrash } from '../support/put-into-trash';
import { buildMediaPocketApp, type MediaPocketApp } from './media-pocket-app';

let database: TestDatabase;
let db: Database;
let facade: MediaPocketApp;
let user: TestUser;
let key: string;
let project: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ db } = database.store);
  facade = await buildMediaPocketApp(database.store);
  user = await createUser(db);
  key = await addApiKey(db, user.id);
  project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

async function anAsset(ownerId = user.id, projectId: string | null = project.id): Promise<TestThing> {
  const [asset] = await createAssets(db, { projectId, ownerId }, 1);
  if (asset === undefined) throw new Error('no asset was made');
  return asset;
}

const BODY = { file_url: SECRET_URL, filename: 'cat.jpg' };
const post = (asset: string, body: unknown = BODY, by = key, headers: Record<string, string> = {}) =>
  facade.app.inject({
    method: 'POST',
    url: `/api/v2/assets/${asset}/media`,
    headers: { 'content-type': 'application/json', 'x-api-key': by, ...headers },
    payload: JSON.stringify(body),
  });
const jobsOf = (asset: TestThing) =>
  db.selectFrom('ingests').select('job_id').where('asset_id', '=', asset.id).execute();

test('answers ok, with the job in the headers, and starts it with ids alone', async () => {
  const asset = await anAsset();
  const answer = await post(asset.key);
  expect(answer.statusCode).toBe(200);
  expect(answer.body).toBe('{"ok":"ok"}');
  const token = String(answer.headers['job-token']);
  expect(answer.headers.location).toBe(`/api/jobs/${token}`);
  expect(facade.dispatched.at(-1)).toEqual({
    token,
    kind: 'ingest_media',
    projectUuid: project.uuid,
    ownerUuid: user.uuid,
    input: { asset: asset.uuid, ingest_ref: token, requested_by: user.uuid },
  });
});

test('keeps the address sealed, and of it nothing but the host', async () => {
  const asset = await anAsset();
  await post(asset.uuid);
  const row = await db.selectFrom('ingests').selectAll().where('asset_id', '=', asset.id).executeTakeFirstOrThrow();
  expect(row).toMatchObject({ url_host: 'files.example.test', filename: 'cat.jpg', line: 1 });
  expect(testSeal.open(row.url_sealed ?? Buffer.alloc(0), asset.uuid)).toBe(SECRET_URL);
  const job = await db.selectFrom('jobs').selectAll().where('id', '=', row.job_id).executeTakeFirstOrThrow();
  expect(JSON.stringify(job)).not.toContain(SECRET);
  const steps = await db.selectFrom('job_steps').select(['name', 'state']).where('job_id', '=', row.job_id).orderBy('no').execute(); // prettier-ignore
  expect(steps.map(({ name }) => name)).toEqual(['download', 'check', 'store', 'probe', 'previews', 'attach']);
  expect(steps.every(({ state }) => state === 'waiting')).toBe(true);
});

test('an asset outside any project takes media too, of its owner', async () => {
  const asset = await anAsset(user.id, null);
  expect((await post(asset.id)).statusCode).toBe(200);
  expect(facade.dispatched.at(-1)).toMatchObject({ projectUuid: null, ownerUuid: user.uuid });
});

describe('the checks come in their order', () => {
  const bad = { file_url: '/local', filename: '\u0000' };

  test('401 before all', async () => {
    expect((await post('nothing', bad, 'no-key')).statusCode).toBe(401);
  });

  test('404 for an asset that is not there for the caller', async () => {
    const answer = await post('not_found_id', bad);
    expect([answer.statusCode, answer.json()]).toEqual([404, { error: 'asset not found' }]);
    const stranger = await createUser(db);
    expect((await post((await anAsset(stranger.id, null)).key, bad)).statusCode).toBe(404);
  });

  test('403 for who may only read', async () => {
    const reader = await createUser(db);
    await grantAccess(db, project.id, reader.ownTeamId);
    expect((await post((await anAsset()).key, bad, await addApiKey(db, reader.id))).statusCode).toBe(403);
  });

  test('422 before the address is judged', async () => {
    expect((await post((await anAsset()).key, bad)).statusCode).toBe(422);
  });
});

test.each([
  [{ filename: 'a.jpg' }, 'Missing parameter file_url'],
  [{ file_url: SECRET_URL }, 'Missing parameter filename'],
  [{ file_url: SECRET_URL, filename: null }, `Invalid parameter 'filename' value null: Must be a String`],
  [{ file_url: 7, filename: 'a.jpg' }, `Invalid parameter 'file_url' value 7: Must be a String`],
  [{ file_url: SECRET_URL, filename: ' ' }, `Invalid parameter 'filename' value " ": Must not be empty`],
])('the body %j is 422', async (body, error) => {
  const asset = await anAsset();
  const answer = await post(asset.key, body);
  expect([answer.statusCode, answer.json()]).toEqual([422, { error }]);
  expect(await jobsOf(asset)).toEqual([]);
});

test.each(['a\u0000.jpg', 'a\r\nb', 'gpj.\u202eexe', 'a\u0007', '\ud800'])(
  'the file name %j is 422',
  async (filename) => {
    const asset = await anAsset();
    const answer = await post(asset.key, { file_url: SECRET_URL, filename });
    expect(answer.statusCode).toBe(422);
    expect(answer.json<{ error: string }>().error).toMatch(/^Invalid parameter 'filename' value /);
    expect(await jobsOf(asset)).toEqual([]);
  },
);

test('a file name with a path is taken as it is', async () => {
  const asset = await anAsset();
  expect((await post(asset.key, { file_url: SECRET_URL, filename: '../../etc/пароль.jpg' })).statusCode).toBe(200);
});

test.each([
  '/local/file.jpg',
  'file:///etc/passwd',
  'ftp://example.com/a',
  'javascript:alert(1)',
  'http:example.com',
  '',
])('the address %j is answered in the words of the page', async (fileUrl) => {
  const answer = await post((await anAsset()).key, { ...BODY, file_url: fileUrl });
  expect([answer.statusCode, answer.body]).toEqual([400, '{"error":"not a valid HTTP URL"}']);
});

test.each([
  ['https://ann:s3cret@example.com/a.jpg', 'url_userinfo'],
  ['http://127.0.0.1/a.jpg', 'url_address'],
  ['http://[::ffff:10.0.0.1]/a.jpg', 'url_address'],
  ['http://169.254.169.254/latest/meta-data', 'url_address'],
  ['http://localhost/a.jpg', 'url_host'],
  ['http://example.com:22/a.jpg', 'url_port'],
])('the address %j is refused with a code of its own, and not repeated', async (fileUrl, code) => {
  const asset = await anAsset();
  const answer = await post(asset.key, { ...BODY, file_url: fileUrl });
  expect([answer.statusCode, answer.json()]).toEqual([400, { error: expect.any(String) as string, code }]);
  expect(answer.body).not.toContain('s3cret');
  expect(await jobsOf(asset)).toEqual([]);
});

test('a folder holds assets and no media, and what lies in the trash bin takes none', async () => {
  const folder = await createFolder(db, { projectId: project.id, ownerId: user.id });
  expect((await post(folder.key)).json()).toEqual({ error: 'Can not add media to a folder', code: 'asset_is_folder' });
  const trashed = await anAsset();
  await putIntoTrash(db, trashed, new Date());
  const answer = await post(trashed.key);
  expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([400, 'in_trash']);
});

describe('an Idempotency-Key', () => {
  const keyed = (value: string) => ({ 'idempotency-key': value });

  test('with the same request is the same job, also when both arrive at once', async () => {
    const asset = await anAsset();
    const value = randomUUID();
    const both = await Promise.all([
      post(asset.key, BODY, key, keyed(value)),
      post(asset.key, BODY, key, keyed(value)),
    ]);
    expect(new Set(both.map(({ headers }) => headers['job-token'])).size).toBe(1);
    expect(await jobsOf(asset)).toHaveLength(1);
  });

  test('with another address is 422', async () => {
    const asset = await anAsset();
    const value = randomUUID();
    await post(asset.key, BODY, key, keyed(value));
    const answer = await post(asset.key, { ...BODY, file_url: `${SECRET_URL}2` }, key, keyed(value));
    expect(answer.statusCode).toBe(422);
    expect(await jobsOf(asset)).toHaveLength(1);
  });

  test('that is none is 400', async () => {
    expect((await post((await anAsset()).key, BODY, key, keyed('a b'))).statusCode).toBe(400);
  });
});
