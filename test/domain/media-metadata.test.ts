import fc from 'fast-check';
import { cleanMetadata, fitMetadata } from '../../src/domain/media-metadata';

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

test('what is plain stays as it is', () => {
  const tags = {
    Make: 'Zoë',
    FNumber: 2.8,
    Flash: false,
    Keywords: ['a', 'b'],
    Area: { X: 1, Unit: 'm' },
    Note: 'a\n\tb',
  };
  expect(cleanMetadata(tags)).toEqual(tags);
});

test.each<[string, unknown, unknown]>([
  ['NUL', 'a\0b', 'ab'],
  ['controls', 'a\u0001\u001b[2Jb\u007f', 'a[2Jb'],
  ['a lone surrogate', 'a\ud800b', 'a\ufffdb'],
  ['an emoji', '😀', '😀'],
  ['a number that no JSON can write', Number.POSITIVE_INFINITY, undefined],
  ['a zero divided', Number.NaN, undefined],
  ['nothing', null, undefined],
  ['a thumbnail', '(Binary data 5120 bytes, use -b option to extract)', undefined],
  ['a list with a hole', ['a', null, 'b\0'], ['a', 'b']],
])('%s is kept as %j', (_what, value, kept) => {
  expect(cleanMetadata({ Tag: value })).toEqual(kept === undefined ? {} : { Tag: kept });
});

test('tags named like parts of an object of JavaScript are left out, and change nothing', () => {
  const hostile = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": "x", "a\\u0000": 1, "Nested": {"__proto__": 2, "b": 3}}') as Record<string, unknown>; // prettier-ignore
  expect(cleanMetadata(hostile)).toEqual({ a: 1, Nested: { b: 3 } });
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('a text of a megabyte is cut', () => {
  const { Comment } = cleanMetadata({ Comment: 'x'.repeat(1_000_000) });
  expect(Comment).toMatch(/^x{1000,}…$/);
  expect(sizeOf(Comment)).toBeLessThan(20_000);
});

test('of 10,000 tags the first 2,000 are kept', () => {
  const tags = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`Tag${String(index)}`, index]));
  expect(Object.keys(cleanMetadata(tags))).toEqual(Object.keys(tags).slice(0, 2_000));
});

test('what is nested too deep is left out', () => {
  const deep = JSON.parse(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`) as Record<string, unknown>;
  expect(JSON.stringify(cleanMetadata(deep))).toBe('{"a":{"a":{"a":{"a":{"a":{"a":{"a":{}}}}}}}}');
});

test('a group never takes more than a quarter of a megabyte of JSON', () => {
  const long = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`T${String(index)}`, '"\u00e9'.repeat(8_000)]),
  );
  expect(sizeOf(cleanMetadata(long))).toBeLessThan(262_144);
  expect(sizeOf(cleanMetadata({ list: Array.from({ length: 1_000 }, () => '\\'.repeat(10_000)) }))).toBeLessThan(
    262_144,
  );
});

test('the same again changes nothing, whatever the tags are', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.anything({ maxDepth: 10 })), (tags) => {
      const clean = cleanMetadata(tags);
      expect(JSON.stringify(cleanMetadata(clean))).toBe(JSON.stringify(clean));
      expect(JSON.stringify(clean)).not.toMatch(/\\u0000|\\ud[89a-f]/);
    }),
  );
});

describe('fitMetadata', () => {
  const metadata = {
    exif: { Make: 'Camera', Notes: 'x'.repeat(1_000) },
    iptc: {},
    xmp: { Make: 'Other', History: ['y'.repeat(500)] },
    mediainfo: { a: 1 },
  };

  test('leaves alone what fits', () => {
    expect(fitMetadata(metadata, 10_000)).toEqual({ metadata, leftOut: 0 });
  });

  test('leaves out the longest tags, and no more of them than it must', () => {
    const { exif, xmp } = metadata;
    expect(fitMetadata(metadata, 1_000)).toEqual({ metadata: { ...metadata, exif: { Make: 'Camera' } }, leftOut: 1 });
    const both = { ...metadata, exif: { Make: exif.Make }, xmp: { Make: xmp.Make } };
    expect(fitMetadata(metadata, 200)).toEqual({ metadata: both, leftOut: 2 });
  });

  test('always fits', () => {
    const group = fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<unknown>, { maxKeys: 8 });
    fc.assert(
      fc.property(
        fc.record({ exif: group, iptc: group, xmp: group, mediainfo: group }),
        fc.integer({ min: 60, max: 500 }),
        (given, most) => {
          // prettier-ignore
          expect(sizeOf(fitMetadata(given, most).metadata)).toBeLessThanOrEqual(most);
        },
      ),
    );
  });
});
