import { MAX_DURATION_MS, parseDuration } from '../../src/domain/duration';

test.each([
  ['0s', 0],
  ['0ms', 0],
  ['500ms', 500],
  ['30s', 30_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['7d', 604_800_000],
  ['3650d', MAX_DURATION_MS],
  ['87600h', MAX_DURATION_MS],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', 's', '5', '-5s', '+5s', '05s', '1.5h', '5 s', '5S', '5w', '1h30m', '5s\n', '٥s', '3651d', '999999999d'])(
  '%j is no duration',
  (text) => {
    expect(parseDuration(text)).toBeNull();
  },
);
