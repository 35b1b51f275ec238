import {
  durationInWords,
  etaInWords,
  grouped,
  instantInWords,
  percentOf,
  rateInWords,
  reasonInWords,
} from '../../../src/http/pages/wording';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const iso = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();

test.each([
  [10, 20, 'done in 10 to 20 s'],
  [10.9, 19.1, 'done in 10 to 20 s'],
  [0, 20, 'done within 20 s'],
  [-5, 20, 'done within 20 s'],
  [0.5, 7, 'done within 7 s'],
  [20, 20, 'done in about 20 s'],
  [-9, 1, 'done any moment now'],
  [-9, -5, 'done any moment now'],
  [90, 130, 'done in 1 to 3 min'],
  [30, 130, 'done within 3 min'],
  [3_600, 7_100, 'done in 1 to 2 h'],
])('from %d to %d seconds is: %s %s', (earliest, latest, words) => {
  expect(etaInWords({ earliest: iso(earliest), latest: iso(latest) }, NOW)).toBe(words);
});

test.each([
  [null, ''],
  [0, ''],
  [4_321.7, 'about 4,322 per second'],
  [10, 'about 10 per second'],
  [2.34, 'about 2.3 per second'],
  [0.5, 'about 30 per minute'],
  [0.05, 'about 3.0 per minute'],
])('a rate of %p is: %s', (rate, words) => {
  expect(rateInWords(rate)).toBe(words);
});

test('100 % is said only when nothing remains', () => {
  expect([percentOf(1_000_000, 1), percentOf(1_000_000, 0), percentOf(0, 0), percentOf(3, 3)]).toEqual([
    99, 100, 100, 0,
  ]);
});

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1,000'],
  [1_234_567, '1,234,567'],
])('%d is %s', (count, words) => {
  expect(grouped(count)).toBe(words);
});

test('instants and durations are said for people', () => {
  expect(instantInWords('2026-11-01T09:05:07.123Z')).toBe('1 Nov 2026, 09:05:07 UTC');
  expect(durationInWords(iso(0), iso(0.3))).toBe('less than a second');
  expect(durationInWords(iso(0), iso(12.4))).toBe('12 s');
  expect(durationInWords(iso(0), iso(184))).toBe('3 min 4 s');
  expect(durationInWords(iso(0), iso(7_500))).toBe('2 h 5 min');
});

test('a reason is a sentence, its instants short', () => {
  expect(reasonInWords('paused by ada@example.test')).toBe('Paused by ada@example.test');
  expect(reasonInWords('waiting for a worker: nothing heard since 2026-11-21T16:14:59.318Z')).toBe(
    'Waiting for a worker: nothing heard since 16:14:59 UTC',
  );
});
