import { CONTENT_FOLDERS, contentFolder, isContentKey, toObjectKey, toOriginalKey, toPreviewKey } from '../../src/domain/object-keys'; // prettier-ignore

const SUM = 'ab'.repeat(32);
const KEY = `sha256/ab/${SUM}`;

it('an object is named by its content', () => {
  expect(toObjectKey(SUM)).toBe(KEY);
  expect(isContentKey(KEY)).toBe(true);
});

it.each(['', SUM.toUpperCase(), SUM.slice(1), `${SUM}0`, `../${SUM.slice(3)}`])('%j is no sum', (text) => {
  expect(() => toObjectKey(text)).toThrow(TypeError);
});

it('a preview is named by its object, and leads back to it', () => {
  for (const size of ['small', 'medium', 'large'] as const) {
    expect(toPreviewKey(KEY, size)).toBe(`${KEY}.${size}.webp`);
    expect(toOriginalKey(toPreviewKey(KEY, size))).toBe(KEY);
    expect(isContentKey(toPreviewKey(KEY, size))).toBe(false);
  }
  expect(toOriginalKey(KEY)).toBe(KEY);
  expect(toOriginalKey(`${KEY}.huge.webp`)).toBe(`${KEY}.huge.webp`);
});

it.each([`sha256/cd/${SUM}`, `sha256/${SUM}`, `sha1/ab/${SUM}`, `x/${KEY}`, `${KEY}/x`, `${KEY}\n`, 'sha256/ab/cdef'])(
  '%j is no name that ingestion gives',
  (key) => {
    expect(isContentKey(key)).toBe(false);
  },
);

it('every object lies in one of the folders', () => {
  const folders = Array.from({ length: CONTENT_FOLDERS }, (_, no) => contentFolder(no));
  expect([folders[0], folders[171], folders[255]]).toEqual(['sha256/00/', 'sha256/ab/', 'sha256/ff/']);
  expect(new Set(folders).size).toBe(256);
});
