import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose';
import { KeysUnavailable } from '../../src/http/jwks';
import { createTokenVerifier, type TokenVerifier } from '../../src/http/tokens';

const UUID = '01930000-0000-7000-8000-000000000001';
const ISSUER = 'https://issuer.test';
type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

/** An issuer on loopback whose answer the test sets; counts how often it is asked. */
class Issuer {
  published: JWK[] = [];
  answer: { status: number; body?: string; location?: string } = { status: 200 };
  asked = 0;
  private readonly server: Server = createServer((_request, response) => {
    this.asked += 1;
    const { status, body, location } = this.answer;
    response.writeHead(status, location === undefined ? {} : { location });
    response.end(body ?? JSON.stringify({ keys: this.published }));
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/jwks`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

let issuer: Issuer;
let nowMs: number;
let first: Keys;
let second: Keys;
let verify: TokenVerifier;
let faults: unknown[];

beforeAll(async () => {
  first = await generateKeyPair('RS256', { extractable: true });
  second = await generateKeyPair('RS256', { extractable: true });
});
beforeEach(async () => {
  issuer = await startIssuer();
  issuer.published = [await published(first, 'first')];
  nowMs = 1_800_000_000_000;
  faults = [];
  verify = createTokenVerifier({
    trust: { jwksUrl: issuer.url, issuer: ISSUER, audience: 'facade' },
    now: () => nowMs,
    onFetchError: (error) => faults.push(error),
  });
});
afterEach(async () => {
  for (const one of issuers.splice(0)) await one.stop();
});

const issuers: Issuer[] = [];

async function startIssuer(): Promise<Issuer> {
  const started = new Issuer();
  issuers.push(started);
  await started.start();
  return started;
}

async function published(keys: Keys, kid: string, alg = 'RS256'): Promise<JWK> {
  return { ...(await exportJWK(keys.publicKey)), kid, alg, use: 'sig' };
}

function token(keys: Keys, header: object = {}, claims: object = {}): Promise<string> {
  return new SignJWT({ sub: UUID, iss: ISSUER, aud: 'facade', exp: nowMs / 1000 + 3600, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'first', ...header })
    .sign(keys.privateKey);
}

test('a token of a published key is valid, and the keys are fetched once', async () => {
  expect(await verify(await token(first))).toEqual({ uuid: UUID, email: null });
  expect(await verify(await token(first))).not.toBeNull();
  expect(issuer.asked).toBe(1);
});

test.each(['ES256', 'PS256', 'EdDSA'])('%s is accepted too', async (alg) => {
  const keys = await generateKeyPair(alg, { extractable: true });
  issuer.published = [await published(keys, 'other', alg)];
  expect(await verify(await token(keys, { alg, kid: 'other' }))).not.toBeNull();
});

test('the published key is no HMAC secret', async () => {
  const pem = await exportSPKI(first.publicKey);
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { sub: UUID, iss: ISSUER, aud: 'facade', exp: nowMs / 1000 + 60 };
  const signed = `${encode({ alg: 'HS256', kid: 'first' })}.${encode(claims)}`;
  for (const secret of [pem, ` ${pem}`, `${pem}\n`, pem.trim()]) {
    const forged = `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
    expect(await verify(forged)).toBeNull();
  }
});

test('issuer and audience must be ours', async () => {
  expect(await verify(await token(first, {}, { iss: `${ISSUER}/` }))).toBeNull();
  expect(await verify(await token(first, {}, { aud: 'other' }))).toBeNull();
});

test('keys that the token points to are never fetched', async () => {
  const canary = await startIssuer();
  canary.published = [await published(second, 'first')];
  const forged = await token(second, { jku: canary.url, x5u: canary.url });
  expect(await verify(forged)).toBeNull();
  expect(canary.asked).toBe(0);
});

test('a new key is found when a token first names it, and an old one is gone', async () => {
  await verify(await token(first));
  issuer.published = [await published(second, 'second')];
  nowMs += 60_000;
  expect(await verify(await token(second, { kid: 'second' }))).not.toBeNull();
  expect(await verify(await token(first))).toBeNull();
});

test('a withdrawn key is gone after ten minutes without any unknown one', async () => {
  await verify(await token(first));
  issuer.published = [await published(second, 'second')];
  nowMs += 600_000;
  expect(await verify(await token(first))).toBeNull();
});

test('a flood of unknown key ids makes one fetch a minute', async () => {
  await verify(await token(first));
  nowMs += 60_000;
  const strangers = [
    '../../dev/null',
    "' or 1=1 --",
    'x',
    '\u0000',
    ...Array.from({ length: 20 }, (_, i) => `k${String(i)}`),
  ];
  await Promise.all(strangers.map(async (kid) => expect(await verify(await token(second, { kid }))).toBeNull()));
  expect(issuer.asked).toBe(2);
  nowMs += 59_999;
  expect(await verify(await token(second, { kid: 'again' }))).toBeNull();
  expect(issuer.asked).toBe(2);
  nowMs += 1;
  expect(await verify(await token(second, { kid: 'again' }))).toBeNull();
  expect(issuer.asked).toBe(3);
});

test('while the issuer is down the keys known so far serve, and no other', async () => {
  await verify(await token(first));
  issuer.answer = { status: 500, body: 'down' };
  nowMs += 3_600_000;
  expect(await verify(await token(first))).not.toBeNull();
  expect(await verify(await token(second, { kid: 'second' }))).toBeNull();
  expect(faults).toHaveLength(1);
});

test.each([
  ['status 500', { status: 500 }],
  ['no JSON', { status: 200, body: '<html>' }],
  ['no key set', { status: 200, body: '{"keys":5}' }],
  ['too much', { status: 200, body: `{"keys":[],"pad":"${'p'.repeat(1_048_576)}"}` }],
])('without any keys (%s) no verdict is given, and the next try comes after 5 s', async (_case, answer) => {
  issuer.answer = answer;
  await expect(verify(await token(first))).rejects.toBeInstanceOf(KeysUnavailable);
  await expect(verify(await token(first))).rejects.toBeInstanceOf(KeysUnavailable);
  expect(issuer.asked).toBe(1);
  expect(faults).toHaveLength(1);
  issuer.answer = { status: 200 };
  nowMs += 5_000;
  expect(await verify(await token(first))).not.toBeNull();
});

test('a redirect is not followed', async () => {
  const elsewhere = await startIssuer();
  elsewhere.published = issuer.published;
  issuer.answer = { status: 302, location: elsewhere.url };
  await expect(verify(await token(first))).rejects.toBeInstanceOf(KeysUnavailable);
  expect(elsewhere.asked).toBe(0);
});

describe('an address instead of a uuid', () => {
  test.each([
    ['verified', { email: 'a@b.test', email_verified: true }, 'a@b.test'],
    ['not verified', { email: 'a@b.test', email_verified: false }, null],
    ['verified in words only', { email: 'a@b.test', email_verified: 'true' }, null],
    ['of an unknown standing', { email: 'a@b.test' }, null],
  ])('%s', async (_case, claims, email) => {
    const subject = await verify(await token(first, {}, { sub: 'auth0|5', ...claims }));
    expect(subject).toEqual(email === null ? null : { uuid: null, email });
  });
});
