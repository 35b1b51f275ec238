import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import {
  durationInWords,
  etaInWords,
  grouped,
  percentOf,
  rateInWords,
  reasonInWords,
  STEP_STATE_WORDS,
} from '../../../src/http/pages/wording';

const SERVER = { durationInWords, etaInWords, grouped, percentOf, rateInWords, reasonInWords, STEP_STATE_WORDS };
const NOW = Date.parse('2026-11-21T12:00:00Z');

/** The functions of the script that have a twin on the server; nothing of it is run. */
const browser = runInNewContext(
  `${readFileSync(join(__dirname, '../../../src/http/pages/assets/live.js'), 'utf8').replace(/^watch\(\);$/m, '')}
  ({ ${Object.keys(SERVER).join(', ')} })`,
) as typeof SERVER;

test('the script says ranges in the words of the server', () => {
  const seconds = [-10, 0, 0.4, 1, 1.5, 9, 42, 99.5, 100, 101, 3_000, 5_999, 6_000, 90_000];
  const iso = (second: number) => new Date(NOW + second * 1_000).toISOString();
  const pairs = seconds.flatMap((from) =>
    seconds.filter((to) => to >= from).map((to) => [iso(from), iso(to)] as const),
  );
  expect(pairs.length).toBeGreaterThan(100);
  const said = ({ etaInWords: words }: typeof SERVER) => pairs.map(([earliest, latest]) => words({ earliest, latest }, NOW)); // prettier-ignore
  expect(said(browser)).toEqual(said(SERVER));
  expect(browser.etaInWords(null, NOW)).toBe('');
});

test('the script says rates, counts, shares and reasons in the words of the server', () => {
  const said = (words: typeof SERVER) => ({
    rates: [null, 0, 0.01, 0.1667, 0.5, 1, 2.25, 9.99, 10, 999.5, 12_345.6].map((rate) => words.rateInWords(rate)),
    counts: [0, 999, 1_000, 1_234_567].map((count) => words.grouped(count)),
    shares: [words.percentOf(0, 0), words.percentOf(3, 1), words.percentOf(1_000_000, 1), words.percentOf(7, 0)],
    reasons: ['paused by a@b.test', 'nothing heard since 2026-11-21T16:14:59.318Z', 'x', ''].map((reason) => words.reasonInWords(reason)), // prettier-ignore
  });
  expect(said(browser)).toEqual(said(SERVER));
});

test('the script says of steps how they stand and how long they took in the words of the server', () => {
  expect(browser.STEP_STATE_WORDS).toEqual(STEP_STATE_WORDS);
  const said = (words: typeof SERVER) =>
    [-5, 0, 0.4, 1, 59, 60, 61, 3_599, 3_600, 90_000].map((seconds) =>
      words.durationInWords(new Date(NOW).toISOString(), new Date(NOW + seconds * 1_000).toISOString()),
    );
  expect(said(browser)).toEqual(said(SERVER));
});
