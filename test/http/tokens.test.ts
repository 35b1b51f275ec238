import { createHmac, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { issueToken } from '../../src/http/issue-token';
import { createTokenVerifier, type TokenVerifier } from '../../src/http/tokens';

const SECRET = 'a secret of at least thirty-two characters';
const NOW_MS = 1_800_000_000_500;
const NOW = NOW_MS / 1000;
const UUID = '01930000-0000-7000-8000-000000000001';

const verifier = (trust: { issuer?: string; audience?: string } = {}): TokenVerifier =>
  createTokenVerifier({
    trust: { secret: SECRET, issuer: trust.issuer, audience: trust.audience },
    now: () => NOW_MS,
    onFetchError: (error) => {
      throw error;
    },
  });

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs whatever it is given, also what no library would. */
function sign(
  payload: object,
  header: object = { alg: 'HS256', typ: 'JWT' },
  secret: string | Buffer = SECRET,
): string {
  const signed = `${encode(header)}.${typeof payload === 'string' ? payload : encode(payload)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const good = { sub: UUID, exp: NOW + 600 };

test('a token that we issue is valid until its time is up', async () => {
  const token = await issueToken({ secret: SECRET, userUuid: UUID, ttlSeconds: 3600, nowMs: NOW_MS });
  expect(await verifier()(token)).toEqual({ uuid: UUID, email: null });
  const later = createTokenVerifier({
    trust: { secret: SECRET, issuer: undefined, audience: undefined },
    now: () => NOW_MS + 3_661_000,
    onFetchError: () => undefined,
  });
  expect(await later(token)).toBeNull();
});

test('an issued token carries issuer and audience where they are configured', async () => {
  const request = { secret: SECRET, userUuid: UUID, ttlSeconds: 60, nowMs: NOW_MS };
  const token = await issueToken({ ...request, issuer: 'us', audience: 'facade' });
  expect(await verifier({ issuer: 'us', audience: 'facade' })(token)).not.toBeNull();
  expect(await verifier({ issuer: 'us', audience: 'facade' })(await issueToken(request))).toBeNull();
});

describe('the algorithm is ours to choose', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

  test.each(['none', 'None', 'nOnE', 'NONE', '', 'HS384', 'RS256'])('alg %j is refused', async (alg) => {
    expect(await verifier()(sign(good, { alg, typ: 'JWT' }))).toBeNull();
    expect(await verifier()(`${encode({ alg })}.${encode(good)}.`)).toBeNull();
  });

  test('a missing alg is refused', async () => {
    expect(await verifier()(sign(good, { typ: 'JWT' }))).toBeNull();
  });

  test('a token signed with a private key is refused where a secret is trusted', async () => {
    const token = await new SignJWT(good).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
    expect(await verifier()(token)).toBeNull();
  });

  test('a key in the header of the token is not used', async () => {
    const jwk = publicKey.export({ format: 'jwk' });
    const token = await new SignJWT(good).setProtectedHeader({ alg: 'RS256', jwk }).sign(privateKey);
    expect(await verifier()(token)).toBeNull();
  });
});

describe('the form of a token', () => {
  const token = sign(good);
  const [header = '', payload = '', signature = ''] = token.split('.');

  test('the token that the cases below are made of is valid', async () => {
    expect(await verifier()(token)).not.toBeNull();
  });

  test.each([
    ['nothing', ''],
    ['two parts', `${header}.${payload}`],
    ['an empty signature', `${header}.${payload}.`],
    ['four parts', `${token}.x`],
    ['another payload', `${header}.${encode({ ...good, sub: UUID.replace('1', '2') })}.${signature}`],
    ['a cut signature', token.slice(0, -4)],
    ['another secret', sign(good, undefined, 'another secret of thirty-two characters')],
    ['a header that is no JSON', `AAAA.${payload}.${signature}`],
    ['a payload that is no object', sign([1] as object)],
    ['a blank before it', ` ${token}`],
    ['a critical extension', sign(good, { alg: 'HS256', crit: ['exp'], exp: 1 })],
    ['a critical extension that the library knows', sign(good, { alg: 'HS256', crit: ['b64'], b64: true })],
    ['an empty list of critical extensions', sign(good, { alg: 'HS256', crit: [] })],
    ['a list for a key id', sign(good, { alg: 'HS256', kid: ['a'] })],
    ['a key id of 10 KB', sign(good, { alg: 'HS256', kid: 'k'.repeat(10_000) })],
    ['another type', sign(good, { alg: 'HS256', typ: 'secevent+jwt' })],
  ])('%s is refused', async (_case, bad) => {
    expect(await verifier()(bad)).toBeNull();
  });

  test('8 KiB is as long as a token may be', async () => {
    const room = 8_192 - sign({ ...good, pad: '' }).length;
    const fits = sign({ ...good, pad: 'p'.repeat(Math.floor((room * 3) / 4) - 2) });
    const long = sign({ ...good, pad: 'p'.repeat(Math.floor((room * 3) / 4) + 4) });
    expect(fits.length).toBeLessThanOrEqual(8_192);
    expect(long.length).toBeGreaterThan(8_192);
    expect(await verifier()(fits)).not.toBeNull();
    expect(await verifier()(long)).toBeNull();
  });
});

describe('times', () => {
  const cases: [string, object, boolean][] = [
    ['exp now', { exp: NOW }, true],
    ['exp 60 s ago', { exp: NOW - 60 }, true],
    ['exp 60.001 s ago', { exp: NOW - 60.001 }, false],
    ['exp 61 s ago', { exp: NOW - 61 }, false],
    ['exp missing', { exp: undefined }, false],
    ['exp null', { exp: null }, false],
    ['exp a text', { exp: String(NOW + 600) }, false],
    ['exp in ms', { exp: NOW_MS + 600_000 }, false],
    ['exp 0', { exp: 0 }, false],
    ['nbf in 60 s', { nbf: NOW + 60 }, true],
    ['nbf in 61 s', { nbf: NOW + 61 }, false],
    ['nbf a text', { nbf: '0' }, false],
    ['iat in 60 s', { iat: NOW + 60 }, true],
    ['iat in 61 s', { iat: NOW + 61 }, false],
    ['iat a text', { iat: '0' }, false],
  ];
  test.each(cases)('%s', async (_case, claims, valid) => {
    expect((await verifier()(sign({ ...good, ...claims }))) !== null).toBe(valid);
  });

  test('an exp beyond every number is refused', async () => {
    const payload = Buffer.from(`{"sub":"${UUID}","exp":1e400}`).toString('base64url');
    expect(await verifier()(sign(payload as unknown as object))).toBeNull();
  });
});

describe('issuer, audience, subject', () => {
  const ours = { ...good, iss: 'https://issuer.test', aud: 'facade' };
  const strict = verifier({ issuer: 'https://issuer.test', audience: 'facade' });
  const cases: [string, object, boolean][] = [
    ['as configured', {}, true],
    ['ours among several audiences', { aud: ['other', 'facade'] }, true],
    ['no issuer', { iss: undefined }, false],
    ['an issuer with a slash more', { iss: 'https://issuer.test/' }, false],
    ['a prefix of the issuer', { iss: 'https://issuer' }, false],
    ['a list for an issuer', { iss: ['https://issuer.test'] }, false],
    ['no audience', { aud: undefined }, false],
    ['another audience', { aud: 'other' }, false],
    ['a prefix of the audience', { aud: 'facad' }, false],
    ['an empty list of audiences', { aud: [] }, false],
    ['a list that is not all text', { aud: ['facade', 5] }, false],
    ['no subject', { sub: undefined }, false],
    ['a subject that is no uuid', { sub: 'ada@example.test' }, false],
    ['an address, which a secret does not vouch for', { sub: 'x', email: 'a@b.test', email_verified: true }, false],
    ['a refresh token', { token_use: 'refresh' }, false],
    ['an ID token', { typ: 'ID' }, false],
    ['an access token that says so', { token_use: 'access' }, true],
  ];
  test.each(cases)('%s', async (_case, claims, valid) => {
    expect((await strict(sign({ ...ours, ...claims }))) !== null).toBe(valid);
  });

  test('a uuid in capitals is the same uuid', async () => {
    const upper = '01930000-0000-7000-8000-00000000ABCD';
    expect(await verifier()(sign({ ...good, sub: upper }))).toEqual({ uuid: upper.toLowerCase(), email: null });
  });
});
