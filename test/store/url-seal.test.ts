import { randomBytes } from 'node:crypto';
import { createUrlSeal } from '../../src/store/url-seal';

const seal = createUrlSeal(randomBytes(32));
const ASSET = '0191e7a0-0000-7400-8000-00000000000f';
const URL_TEXT = 'https://files.example.test/ü?sig=s3cr3t';

test('a sealed address opens for its asset, whatever the case of its uuid', () => {
  const sealed = seal.seal(URL_TEXT, ASSET);
  expect(sealed.includes('s3cr3t')).toBe(false);
  expect(seal.open(sealed, ASSET)).toBe(URL_TEXT);
  expect(seal.open(sealed, ASSET.toUpperCase())).toBe(URL_TEXT);
});

test('the same address is sealed otherwise each time', () => {
  expect(seal.seal(URL_TEXT, ASSET).equals(seal.seal(URL_TEXT, ASSET))).toBe(false);
});

test('it opens neither for another asset nor by another key', () => {
  const sealed = seal.seal(URL_TEXT, ASSET);
  expect(seal.open(sealed, ASSET.replace('f', 'e'))).toBeNull();
  expect(createUrlSeal(randomBytes(32)).open(sealed, ASSET)).toBeNull();
});

test('one that was changed anywhere, or cut, does not open', () => {
  const sealed = seal.seal(URL_TEXT, ASSET);
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8((sealed[at] ?? 0) ^ 1, at);
    expect(seal.open(changed, ASSET)).toBeNull();
  }
  for (const length of [0, 1, 28, sealed.length - 1]) expect(seal.open(sealed.subarray(0, length), ASSET)).toBeNull();
});
