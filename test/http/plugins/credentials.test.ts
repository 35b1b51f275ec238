import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { request as httpRequest } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { createCredentialVerifier } from '../../../src/http/credential-verifier';
import { issueToken } from '../../../src/http/issue-token';
import { KeysUnavailable } from '../../../src/http/jwks';
import { createTokenVerifier } from '../../../src/http/tokens';
import { addApiKey, hashApiKey } from '../../../src/store/credentials';
import { newUuid } from '../../../src/store/ids';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createUser, type TestUser } from '../../support/fixtures';
import { buildTestApp, type TestRoutes } from '../test-app';

const SECRET = 'a secret of at least thirty-two characters';

let database: TestDatabase;
let app: FastifyInstance;
let ada: TestUser;
let bob: TestUser;
let adasKey: string;
let bobsKey: string;

const routes: TestRoutes = {
  own: async (scope) => {
    scope.get('/api/own/me', { schema: { response: { 200: z.object({ email: z.string() }) } } }, (request) => ({
      email: request.user.email,
    }));
    scope.get('/api/own/bare', { config: { bareAuthorization: true } }, (request) => ({ email: request.user.email }));
    scope.post('/api/own/me', { schema: { body: z.unknown() } }, (request) => ({ email: request.user.email }));
  },
  unicat: async (scope) => {
    scope.get('/api/p/me', (request) => ({ email: request.user.email }));
  },
};

beforeAll(async () => {
  database = await createTestDatabase();
  const { db, pool } = database.store;
  ada = await createUser(db);
  bob = await createUser(db);
  adasKey = await addApiKey(db, ada.id);
  bobsKey = await addApiKey(db, bob.id);
  const trust = { secret: SECRET, issuer: undefined, audience: undefined };
  const tokens = createTokenVerifier({ trust, now: Date.now, onFetchError: () => undefined });
  app = await buildTestApp(routes, { credentials: createCredentialVerifier(pool, tokens) });
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

function tokenOf(user: { uuid: string }, ttlSeconds = 60): Promise<string> {
  return issueToken({ secret: SECRET, userUuid: user.uuid, ttlSeconds, nowMs: Date.now() });
}

async function statusOf(headers: Record<string, string>, url = '/api/own/me'): Promise<number> {
  return (await app.inject({ url, headers })).statusCode;
}

describe('what is accepted', () => {
  const cases: [string, () => Promise<Record<string, string>>][] = [
    ['X-API-KEY', async () => ({ 'x-api-key': adasKey })],
    ['Bearer and a key', async () => ({ authorization: `Bearer ${adasKey}` })],
    ['Bearer and a JWT', async () => ({ authorization: `Bearer ${await tokenOf(ada)}` })],
    ['bearer in small letters', async () => ({ authorization: `bearer ${adasKey}` })],
    ['both headers of one user', async () => ({ 'x-api-key': adasKey, authorization: `Bearer ${await tokenOf(ada)}` })],
  ];
  test.each(cases)('%s names the user', async (_case, headers) => {
    const answer = await app.inject({ url: '/api/own/me', headers: await headers() });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ email: ada.email });
  });

  test.each(['/api/own/bare', '/api/p/me'])('a bare credential is accepted at %s', async (url) => {
    expect(await statusOf({ authorization: adasKey }, url)).toBe(200);
    expect(await statusOf({ authorization: await tokenOf(ada) }, url)).toBe(200);
  });
});

describe('what is refused with 401', () => {
  const cases: [string, () => Promise<Record<string, string>>][] = [
    ['nothing', async () => ({})],
    ['an empty key', async () => ({ 'x-api-key': '' })],
    ['an unknown key', async () => ({ 'x-api-key': 'lh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAQP0kQg' })],
    ['a mistyped key', async () => ({ 'x-api-key': adasKey.slice(0, -1) })],
    ['two keys', async () => ({ 'x-api-key': `${adasKey}, ${adasKey}` })],
    ['a JWT as a key', async () => ({ 'x-api-key': await tokenOf(ada) })],
    ['a bare key where none may be', async () => ({ authorization: adasKey })],
    ['a bare JWT where none may be', async () => ({ authorization: await tokenOf(ada) })],
    ['Bearer and nothing', async () => ({ authorization: 'Bearer ' })],
    ['Bearer and two words', async () => ({ authorization: `Bearer ${adasKey} x` })],
    ['Basic', async () => ({ authorization: `Basic ${Buffer.from(`ada:${adasKey}`).toString('base64')}` })],
    ['a token of nobody', async () => ({ authorization: `Bearer ${await tokenOf({ uuid: newUuid() })}` })],
    ['an expired token', async () => ({ authorization: `Bearer ${await tokenOf(ada, -61)}` })],
    ['a good key beside a bad token', async () => ({ 'x-api-key': adasKey, authorization: 'Bearer x' })],
    [
      'a bad key beside a good token',
      async () => ({ 'x-api-key': 'x', authorization: `Bearer ${await tokenOf(ada)}` }),
    ],
  ];
  test.each(cases)('%s', async (_case, headers) => {
    const answer = await app.inject({ url: '/api/own/me', headers: await headers() });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer /);
    expect(answer.json()).toMatchObject({ code: 'unauthorized', status: 401 });
  });

  test.each(['api_key', 'apikey', 'key', 'token', 'access_token', 'authorization', 'X-API-KEY'])(
    'a key in the query as %s',
    async (name) => {
      expect(await statusOf({}, `/api/own/me?${name}=${adasKey}`)).toBe(401);
    },
  );

  test('Authorization given twice', async () => {
    await app.listen({ port: 0, host: '127.0.0.1' });
    const address = app.listeningOrigin;
    const status = await new Promise((resolve, reject) => {
      const call = httpRequest(`${address}/api/own/me`, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      call.on('error', reject);
      call.setHeader('Authorization', [`Bearer ${adasKey}`, `Bearer ${bobsKey}`]);
      call.end();
    });
    expect(status).toBe(401);
  });

  test("a revoked key and a deleted user's key and token, from the next request on", async () => {
    const { db } = database.store;
    const user = await createUser(db);
    const [revoked, kept] = [await addApiKey(db, user.id), await addApiKey(db, user.id)];
    const token = await tokenOf(user);
    expect(await statusOf({ 'x-api-key': revoked })).toBe(200);
    await db.updateTable('api_keys').set({ revoked_at: new Date() }).where('hash', '=', hashApiKey(revoked)).execute();
    expect(await statusOf({ 'x-api-key': revoked })).toBe(401);
    expect(await statusOf({ 'x-api-key': kept })).toBe(200);
    expect(await statusOf({ authorization: `Bearer ${token}` })).toBe(200);
    await db.updateTable('users').set({ deleted_at: new Date() }).where('id', '=', user.id).execute();
    expect(await statusOf({ 'x-api-key': kept })).toBe(401);
    expect(await statusOf({ authorization: `Bearer ${token}` })).toBe(401);
  });
});

test('two headers that name different users are a conflict', async () => {
  const answer = await app.inject({
    url: '/api/own/me',
    headers: { 'x-api-key': adasKey, authorization: `Bearer ${bobsKey}` },
  });
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({ code: 'credentials_conflict' });
});

test('who is not named is refused before the body is looked at', async () => {
  const headers = { 'content-type': 'application/json' };
  const answer = await app.inject({ method: 'POST', url: '/api/own/me', headers, payload: '{"broken' });
  expect(answer.statusCode).toBe(401);
});

test('HEAD needs what GET needs', async () => {
  expect((await app.inject({ method: 'HEAD', url: '/api/own/me' })).statusCode).toBe(401);
  const allowed = await app.inject({ method: 'HEAD', url: '/api/own/me', headers: { 'x-api-key': adasKey } });
  expect(allowed.statusCode).toBe(200);
});

test('every route needs credentials but those that are open on purpose', async () => {
  const seen = new Set<string>();
  const watch = (message: unknown): void => {
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ url, method }) => {
      if (method === 'GET') seen.add(url);
    });
  };
  subscribe('fastify.initialization', watch);
  const watched = await buildTestApp({
    ...routes,
    own: async (scope) => {
      scope.get('/api/own/forgotten', () => ({ open: true }));
    },
  });
  unsubscribe('fastify.initialization', watch);
  const open: string[] = [];
  for (const url of seen) {
    if ((await watched.inject({ url: url.replace('*', 'index.html') })).statusCode !== 401) open.push(url);
  }
  await watched.close();
  expect([...seen]).toContain('/api/own/forgotten');
  expect(open.filter((url) => !url.startsWith('/docs')).sort()).toEqual([
    '/health/live',
    '/health/ready',
    '/metrics',
    '/openapi.json',
  ]);
});

test('a token that cannot be judged for want of keys is answered 503', async () => {
  const tokens = () => Promise.reject(new KeysUnavailable('down'));
  const waiting = await buildTestApp(routes, { credentials: createCredentialVerifier(database.store.pool, tokens) });
  const answer = await waiting.inject({ url: '/api/own/me', headers: { authorization: 'Bearer a.b.c' } });
  expect(answer.statusCode).toBe(503);
  expect(answer.headers['retry-after']).toBe('5');
  expect(answer.json()).toMatchObject({ code: 'keys_unavailable' });
  await waiting.close();
});

test('a request costs one query', async () => {
  const { pool } = database.store;
  const query = jest.spyOn(pool, 'query');
  await statusOf({ 'x-api-key': adasKey });
  expect(query).toHaveBeenCalledTimes(1);
  await statusOf({ authorization: `Bearer ${await tokenOf(ada)}` });
  expect(query).toHaveBeenCalledTimes(2);
  await statusOf({ 'x-api-key': 'lh_no-key-at-all' });
  await statusOf({ authorization: 'Bearer a.b.c' });
  expect(query).toHaveBeenCalledTimes(2);
});
