import { matchesTag, readRange } from '../../src/http/byte-range';

describe('a range', () => {
  it.each([
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=0-', { first: 0, last: 99 }],
    ['bytes=10-19', { first: 10, last: 19 }],
    ['bytes=99-', { first: 99, last: 99 }],
    ['bytes=10-1000', { first: 10, last: 99 }],
    ['bytes=0-99999999999999999999999', { first: 0, last: 99 }],
    ['bytes=-1', { first: 99, last: 99 }],
    ['bytes=-1000', { first: 0, last: 99 }],
    ['BYTES=1-2', { first: 1, last: 2 }],
    [' bytes=1-2 ', { first: 1, last: 2 }],
  ])('%j lies in the file', (header, range) => {
    expect(readRange(header, 100)).toEqual(range);
  });

  it.each(['bytes=100-', 'bytes=100-200', 'bytes=-0', 'bytes=99999999999999999999999-'])(
    '%j cannot be satisfied',
    (header) => {
      expect(readRange(header, 100)).toBe('unsatisfiable');
    },
  );

  it.each([
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=5-2',
    'bytes=a-b',
    'bytes=1.5-2',
    'bytes=0x1-2',
    'bytes= 1-2',
    'bytes=+1-2',
    'bytes=1-2,4-5',
    'bytes=0-0,0-0,0-0',
    'items=1-2',
    'bytes=--1',
    'bytes=1-2\u0000',
  ])('%j asks for all of it', (header) => {
    expect(readRange(header, 100)).toBeNull();
  });

  it('of a file without bytes can never be satisfied', () => {
    for (const header of ['bytes=0-', 'bytes=0-0', 'bytes=-1']) expect(readRange(header, 0)).toBe('unsatisfiable');
  });
});

it.each([
  ['"a"', true],
  ['W/"a"', true],
  ['"b", "a"', true],
  ['"b",W/"a" ', true],
  ['*', true],
  [undefined, false],
  ['', false],
  ['a', false],
  ['"b"', false],
  ['"a', false],
])('If-None-Match: %s matches "a": %s', (header, matches) => {
  expect(matchesTag(header, '"a"')).toBe(matches);
});
