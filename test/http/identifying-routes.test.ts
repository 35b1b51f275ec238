import type { FastifyInstance } from 'fastify';
import { Client } from 'pg';
import { API_KEY_BYTES, createApiKey } from '../../src/domain/credentials';
import { createCredentialVerifier } from '../../src/http/credential-verifier';
import { addApiKey } from '../../src/store/credentials';
import { deleteUser } from '../../src/store/people';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestUser } from '../support/fixtures';
import { buildMediaPocketApp, type MediaPocketApp } from './media-pocket-app';
import { buildTestApp } from './test-app';

/** Routes whose statement checks an API key by itself, beside `/collections`, which leaves that to the hook. */
let database: TestDatabase;
let facade: MediaPocketApp;
let user: TestUser;
let key: string;
let paths: readonly string[];

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  facade = await buildMediaPocketApp(database.store);
  user = await createUser(db);
  key = await addApiKey(db, user.id);
  const project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId);
  const [file] = await createAssets(db, { projectId: project.id, ownerId: user.id }, 1);
  const asset = `/api/v2/assets/${file?.key ?? ''}`;
  paths = [asset, `${asset}/history/0`, `/api/v2/projects/${project.key}/history/0`, `${asset}/collections`];
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

const get = (url: string, headers: Record<string, string>, method: 'GET' | 'HEAD' = 'GET') =>
  facade.app.inject({ method, url, headers });

it('accepts what every route accepts', async () => {
  for (const path of paths) {
    const plain = await get(path, { 'x-api-key': key });
    expect([path, plain.statusCode]).toEqual([path, 200]);
    for (const headers of [{ authorization: `Bearer ${key}` }, { 'x-api-key': key, authorization: `Bearer ${key}` }]) {
      expect((await get(path, headers)).body).toBe(plain.body);
    }
    expect((await get(path, { 'x-api-key': key }, 'HEAD')).statusCode).toBe(200);
  }
});

it('refuses what every route refuses, in the same words, whether or not there is such a thing', async () => {
  const unknownKey = createApiKey(new Uint8Array(API_KEY_BYTES)).key;
  const other = await addApiKey(database.store.db, (await createUser(database.store.db)).id);
  const refused: [Record<string, string>, number][] = [
    [{}, 401],
    [{ 'x-api-key': 'lh_none' }, 401],
    [{ 'x-api-key': '' }, 401],
    [{ 'x-api-key': unknownKey }, 401],
    [{ 'x-api-key': unknownKey, authorization: `Bearer ${key}` }, 401],
    [{ 'x-api-key': key, authorization: 'Bearer nonsense' }, 401],
    [{ 'x-api-key': key, authorization: `Bearer ${other}` }, 400],
  ];
  for (const [headers, status] of refused) {
    const expected = await get(paths[3] ?? '', headers);
    expect(expected.statusCode).toBe(status);
    for (const path of [
      ...paths,
      '/api/v2/assets/not-found-id',
      `${paths[0] ?? ''}/history/test`,
      `${paths[0] ?? ''}?x=1`,
      `${paths[0] ?? ''}%00`,
    ]) {
      const answer = await get(path, headers);
      expect([path, answer.statusCode, answer.body]).toEqual([path, status, expected.body]);
      expect(answer.headers['www-authenticate']).toBe(expected.headers['www-authenticate']);
    }
  }
});

it('believes no key from the moment at which it is revoked, or its user deleted', async () => {
  const { db } = database.store;
  const mine = await addApiKey(db, user.id);
  for (const path of paths) expect((await get(path, { 'x-api-key': mine })).statusCode).toBe(200);
  const hash = db.selectFrom('api_keys').select('id').where('user_id', '=', user.id).orderBy('id', 'desc').limit(1);
  await db.updateTable('api_keys').set({ revoked_at: new Date() }).where('id', '=', hash).execute();
  for (const path of paths) expect((await get(path, { 'x-api-key': mine })).statusCode).toBe(401);
  const admin = await createUser(db, { admin: true });
  const adminKey = await addApiKey(db, admin.id);
  for (const path of paths) expect((await get(path, { 'x-api-key': adminKey })).statusCode).toBe(200);
  await db.updateTable('users').set({ deleted_at: new Date() }).where('id', '=', admin.id).execute();
  for (const path of paths) expect((await get(path, { 'x-api-key': adminKey })).statusCode).toBe(401);
  await deleteUser(db, admin.id, new Date());
  for (const path of paths) expect((await get(path, { 'x-api-key': adminKey })).statusCode).toBe(401);
});

it('asks the store once, the check of the key included', async () => {
  const query = jest.spyOn(Client.prototype, 'query');
  try {
    for (const path of paths.slice(0, 3)) {
      query.mockClear();
      await get(path, { 'x-api-key': key });
      expect([path, query.mock.calls.length]).toEqual([path, 1]);
    }
  } finally {
    query.mockRestore();
  }
});

describe('a route that forgets to identify its caller', () => {
  let app: FastifyInstance;
  beforeAll(async () => {
    const own = async (scope: FastifyInstance) => {
      scope.get('/api/own/forgetful', { config: { identifies: true } }, () => ({ secret: 'told' }));
    };
    app = await buildTestApp({ own }, { credentials: createCredentialVerifier(database.store.pool, () => Promise.resolve(null)) }); // prettier-ignore
  });
  afterAll(() => app.close());

  it('answers nobody by a key that nothing has checked', async () => {
    for (const sent of [key, createApiKey(new Uint8Array(API_KEY_BYTES)).key]) {
      const answer = await app.inject({ url: '/api/own/forgetful', headers: { 'x-api-key': sent } });
      expect(answer.statusCode).toBe(500);
      expect(answer.body).not.toContain('told');
    }
  });
});
