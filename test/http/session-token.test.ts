import { readSession, signSession } from '../../src/http/session-token';

const SECRET = 'a secret of at least thirty-two characters';
const NOW = Date.parse('2026-11-21T12:00:00Z');
const claim = { keyId: '42', expiresAt: NOW + 60_000 };
const good = signSession(claim, SECRET);
const [id = '', expiry = '', nonce = '', signature = ''] = good.split('.');

test('what was signed is read again until it expires', () => {
  expect(readSession(good, SECRET, NOW)).toEqual(claim);
  expect(readSession(good, SECRET, NOW + 59_999)).toEqual(claim);
  expect(readSession(good, SECRET, NOW + 60_000)).toBeNull();
});

test('no two sessions are alike', () => {
  expect(new Set(Array.from({ length: 100 }, () => signSession(claim, SECRET))).size).toBe(100);
});

test.each([
  ['another key', `43.${expiry}.${nonce}.${signature}`],
  ['a later end', `${id}.${String(Number(expiry) + 1)}.${nonce}.${signature}`],
  ['another nonce', `${id}.${expiry}.${'A'.repeat(16)}.${signature}`],
  ['another signature', `${id}.${expiry}.${nonce}.${'A'.repeat(43)}`],
  ['no signature', `${id}.${expiry}.${nonce}.`],
  ['a short signature', `${id}.${expiry}.${nonce}.${signature.slice(1)}`],
  ['a longer signature', `${good}A`],
  ['a key id with a leading zero', `0${good}`],
  ['a key id that is none', `${'9'.repeat(30)}.${expiry}.${nonce}.${signature}`],
  ['a line end', `${good}\n`],
  ['an API key', 'lh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAQP0kQg'],
  ['nothing', ''],
])('%s is refused', (_case, value) => {
  expect(readSession(value, SECRET, NOW)).toBeNull();
});

test('another secret refuses it', () => {
  expect(readSession(good, `${SECRET}!`, NOW)).toBeNull();
});
