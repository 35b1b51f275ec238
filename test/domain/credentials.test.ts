import fc from 'fast-check';
import { API_KEY_BYTES, createApiKey, isApiKey } from '../../src/domain/credentials';

const randomBytes = fc.uint8Array({ minLength: API_KEY_BYTES, maxLength: API_KEY_BYTES });

describe('createApiKey', () => {
  test('a key is lh_ and 34 URL-safe characters, of which the last four may be shown', () => {
    const { key, last4 } = createApiKey(new Uint8Array(API_KEY_BYTES).fill(7));
    expect(key).toMatch(/^lh_[A-Za-z0-9_-]{34}$/);
    expect(key.endsWith(last4)).toBe(true);
    expect(last4).toHaveLength(4);
  });

  test('other bytes make another key', () => {
    fc.assert(
      fc.property(randomBytes, randomBytes, (a, b) => {
        fc.pre(Buffer.compare(a, b) !== 0);
        expect(createApiKey(a).key).not.toBe(createApiKey(b).key);
      }),
    );
  });

  test('too little randomness is refused', () => {
    expect(() => createApiKey(new Uint8Array(API_KEY_BYTES - 1))).toThrow(RangeError);
  });
});

describe('isApiKey', () => {
  test('every key that is made has the form', () => {
    fc.assert(fc.property(randomBytes, (bytes) => isApiKey(createApiKey(bytes).key)));
  });

  test('a key with one other character has not', () => {
    fc.assert(
      fc.property(randomBytes, fc.integer({ min: 3, max: 36 }), (bytes, at) => {
        const { key } = createApiKey(bytes);
        const other = key[at] === 'A' ? 'B' : 'A';
        return !isApiKey(key.slice(0, at) + other + key.slice(at + 1));
      }),
    );
  });

  test.each([
    ['', 'nothing'],
    ['lh_', 'the prefix alone'],
    [`lh_${'A'.repeat(34)}`, 'a wrong checksum'],
    [createApiKey(new Uint8Array(21)).key.slice(1), 'no prefix'],
    [`${createApiKey(new Uint8Array(21)).key} `, 'a blank at the end'],
    [createApiKey(new Uint8Array(21)).key.toUpperCase(), 'another case'],
  ])('%j is none: %s', (text) => {
    expect(isApiKey(text)).toBe(false);
  });

  test('the checksum is the CRC-32 of prefix and secret', () => {
    // Worked out apart, by zlib: crc32("lh_" + "A" × 28).
    expect(createApiKey(new Uint8Array(21)).key).toBe(`lh_${'A'.repeat(28)}QP0kQg`);
  });
});
