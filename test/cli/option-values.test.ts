import {
  readDescription,
  readEmail,
  readName,
  readPermissions,
  readTags,
  readTtl,
  readWhole,
} from '../../src/cli/option-values';

test.each(['ann@example.com', 'ann+x@sub.example.co', 'admin@localhost', 'jörg@bücher.example', 'a@1.example'])(
  '%s is an e-mail address',
  (text) => {
    expect(readEmail(text)).toBe(text);
  },
);

test.each([
  '',
  'ann',
  '@example.com',
  'ann@',
  'a b@example.com',
  'ann@-x.example',
  'ann@example.',
  'a@b@c',
  'a\u0000@b.c',
])('%j is no e-mail address', (text) => {
  expect(() => readEmail(text)).toThrow(/must/);
});

test('an e-mail address has at most 254 characters', () => {
  expect(() => readEmail(`ann@${'x'.repeat(251)}`)).toThrow('at most 254');
});

test('a name is trimmed and composed', () => {
  expect(readName('  Cafe\u0301 ')).toBe('Caf\u00e9');
});

test.each(['', '   ', 'a\nb', 'a\u0000b', '\u001b[31m', 'a\u202eb', 'a\ud800b', 'x'.repeat(256)])(
  '%j is no name',
  (text) => {
    expect(() => readName(text)).toThrow(/must/);
  },
);

test('the length of a name counts code points', () => {
  expect(readName('🎞'.repeat(255))).toHaveLength(510);
});

test.each([
  ['90', 90],
  ['90s', 90],
  ['15m', 900],
  ['1h', 3_600],
  ['366d', 31_622_400],
])('the duration %s is %d seconds', (text, seconds) => {
  expect(readTtl(text)).toBe(seconds);
});

test.each(['', '0', '0h', '-1h', '1.5h', '1w', 'h', '367d', '1e3', '999999999d'])('%j is no duration', (text) => {
  expect(() => readTtl(text)).toThrow('duration');
});

test.each(['-1', '1.5', '11', '', ' 1', '0x1', '1e1', 'NaN', '99999999999999999999'])(
  '%j is no whole number from 0 to 10',
  (text) => {
    expect(() => readWhole(0, 10)(text)).toThrow('from 0 to 10');
  },
);

test('both limits of a whole number are in', () => {
  expect([readWhole(0, 10)('0'), readWhole(0, 10)('10')]).toEqual([0, 10]);
});

test('tags are split at commas, trimmed, and named once', () => {
  expect(readTags('spring, 2026 ,spring,Press kit')).toEqual(['spring', '2026', 'Press kit']);
});

test.each(['', ',', 'a,,b', 'a\nb', 'x'.repeat(256), Array.from({ length: 101 }, (_, n) => n).join(',')])(
  '%j names no tags',
  (text) => {
    expect(() => readTags(text)).toThrow(/must/);
  },
);

test('a description has at most 2,000 characters', () => {
  expect(readDescription('🎞'.repeat(2_000))).toHaveLength(4_000);
  expect(() => readDescription('x'.repeat(2_001))).toThrow('at most 2000');
});

test('permissions are split at commas and named once', () => {
  expect(readPermissions('ACTIONS_VIEW, ACTIONS_START,ACTIONS_VIEW')).toEqual(['ACTIONS_VIEW', 'ACTIONS_START']);
});

test.each(['', 'actions_view', 'A,,B', '__proto__', 'A B', 'X'.repeat(65)])('%j names no permissions', (text) => {
  expect(() => readPermissions(text)).toThrow('capitals');
});
