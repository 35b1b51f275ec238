import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { createPayloadCodec } from '../../src/codec/payload-codec';
import { createRemoteCodec } from '../../src/codec/remote-codec';
import { buildApp } from '../../src/http/app';
import { createCredentialVerifier } from '../../src/http/credential-verifier';
import { createCodecRoutes } from '../../src/http/dialects/codec/routes';
import { createSessions } from '../../src/http/session';
import { addApiKey } from '../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createUser } from '../support/fixtures';

const PUBLIC_URL = 'http://f.test';
const UI = 'http://ui.test:8233';
const PLAIN = { metadata: { encoding: base64('json/plain') }, data: base64('"Spring campaign"') };

let database: TestDatabase;
let app: FastifyInstance;
let adminKey: string;
let readerKey: string;
let cookie: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db, pool } = database.store;
  adminKey = await addApiKey(db, (await createUser(db, { admin: true })).id);
  readerKey = await addApiKey(db, (await createUser(db)).id);
  const secret = 'a secret of at least thirty-two characters';
  const sessions = createSessions({ pool, secret, publicUrl: PUBLIC_URL, now: Date.now });
  cookie = `${sessions.cookie.name}=${(await sessions.open(adminKey)) ?? ''}`;
  const codec = createRemoteCodec(createPayloadCodec([{ id: 'a', key: randomBytes(32) }]));
  app = await buildApp({
    log: pino({ level: 'silent' }),
    publicUrl: PUBLIC_URL,
    credentials: createCredentialVerifier(pool, () => Promise.resolve(null), sessions),
    readiness: {},
    routes: [createCodecRoutes({ codec, uiOrigin: UI })],
    metrics: new Registry(),
  });
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

const ask = (verb: string, payload: object, headers: Record<string, string>) =>
  app.inject({ method: 'POST', url: `/api/temporal-codec/${verb}`, payload, headers });

test('an administrator has payloads encrypted and decrypted', async () => {
  const sealed = await ask('encode', { payloads: [PLAIN] }, { authorization: `Bearer ${adminKey}` });
  expect(sealed.statusCode).toBe(200);
  expect(sealed.body).not.toContain(PLAIN.data);
  const opened = await ask('decode', sealed.json(), { authorization: `Bearer ${adminKey}`, 'x-namespace': 'default' });
  expect(opened.json()).toEqual({ payloads: [PLAIN] });
});

test('a list that is left out is an empty one, as the Temporal CLI sends it', async () => {
  expect((await ask('decode', {}, { 'x-api-key': adminKey })).json()).toEqual({ payloads: [] });
});

test('others see nothing of them', async () => {
  const answer = await ask('decode', { payloads: [PLAIN] }, { 'x-api-key': readerKey });
  expect([answer.statusCode, answer.json()]).toMatchObject([403, { detail: 'administrators only' }]);
  expect((await ask('decode', { payloads: [PLAIN] }, {})).statusCode).toBe(401);
});

test('pages of the Temporal UI may ask with the session of their reader, other pages may not', async () => {
  const fromUi = await ask('decode', { payloads: [PLAIN] }, { cookie, origin: UI });
  expect([fromUi.statusCode, fromUi.json()]).toEqual([200, { payloads: [PLAIN] }]);
  expect(fromUi.headers).toMatchObject({
    'access-control-allow-origin': UI,
    'access-control-allow-credentials': 'true',
  });
  for (const headers of [{ cookie, origin: 'http://evil.test' }, { cookie }]) {
    const refused = await ask('decode', { payloads: [PLAIN] }, headers);
    expect([refused.statusCode, refused.json()]).toMatchObject([403, { code: 'origin_refused' }]);
    expect(refused.headers['access-control-allow-origin']).toBeUndefined();
  }
});

test('a browser that asks beforehand is told what the Temporal UI may send', async () => {
  const preflight = (origin: string) =>
    app.inject({ method: 'OPTIONS', url: '/api/temporal-codec/decode', headers: { origin, 'access-control-request-method': 'POST' } }); // prettier-ignore
  const answer = await preflight(UI);
  expect([answer.statusCode, answer.headers]).toMatchObject([
    204,
    { 'access-control-allow-origin': UI, 'access-control-allow-methods': 'POST' },
  ]);
  expect(answer.headers['access-control-allow-headers']).toContain('x-namespace');
  expect((await preflight('http://evil.test')).headers['access-control-allow-origin']).toBeUndefined();
});

test.each([
  ['payloads that are no list', { payloads: {} }, 'payloads'],
  ['a payload that is a text', { payloads: ['x'] }, 'payloads'],
  ['metadata of numbers', { payloads: [{ metadata: { encoding: 1 } }] }, 'payloads'],
])('a body with %s is refused', async (_what, body, field) => {
  const answer = await ask('decode', body, { 'x-api-key': adminKey });
  expect(answer.statusCode).toBe(400);
  expect(answer.body).toContain(field);
});

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
