import { goneInWords, retentionInWords } from '../../src/domain/trash-words';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  [14 * DAY, '14 days'],
  [DAY, '1 day'],
  [36 * HOUR, '36 hours'],
  [90 * MINUTE, '90 minutes'],
  [90 * SECOND, '90 seconds'],
  [SECOND, '1 second'],
])('a retention of %d ms is %s', (ms, words) => {
  expect(retentionInWords(ms)).toBe(words);
});

test.each([
  [14 * DAY, 'in 14 days'],
  [14 * DAY - 1, 'in 13 days'],
  [2 * DAY, 'in 2 days'],
  [2 * DAY - 1, 'in 47 hours'],
  [2 * HOUR - 1, 'in 119 minutes'],
  [2 * MINUTE - 1, 'in 119 seconds'],
  [SECOND, 'in 1 second'],
  [1, 'in a moment'],
  [0, 'at the next purge'],
  [-DAY, 'at the next purge'],
])('what goes after %d ms goes %s', (left, words) => {
  expect(goneInWords(1_795_000_000_000 + left, 1_795_000_000_000)).toBe(words);
});
