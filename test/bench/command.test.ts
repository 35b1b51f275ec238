import { planRuns } from '../../bench/all';
import { readCommand, UsageError } from '../../bench/command';
import { readOptions } from '../../bench/options';

test('without arguments all benches are run, quickly', () => {
  const command = readCommand([]);
  expect(command).toEqual({ kind: 'all', runs: planRuns({ full: false, assert: false }) });
});

test('the one command has every kind of bench that the results page is to have', () => {
  expect(planRuns({ full: true, assert: false })).toEqual(
    [
      'bulk-move',
      'ingest',
      'review-request',
      'share-expiry',
      'dag-action',
      'asset-api',
      'download',
      'sync-fanout',
      'two-workers',
    ].map((bench) => [bench]),
  );
});

test.each([
  { full: false, assert: false },
  { full: false, assert: true },
  { full: true, assert: true },
])('the sizes of all runs of %j can be read, and none is larger than the default', (flags) => {
  for (const run of planRuns(flags)) {
    const options: Readonly<Record<string, unknown>> = { ...readOptions(run) };
    const defaults: Readonly<Record<string, unknown>> = { ...readOptions([run[0]]) };
    expect(options['assert']).toBe(flags.assert);
    for (const [name, value] of Object.entries(options)) {
      if (typeof value === 'number') expect(value).toBeLessThanOrEqual(Number(defaults[name]));
    }
  }
});

test.each([
  [['--full', '--assert'], { full: true, assert: true }],
  [['--full'], { full: true, assert: false }],
  [['--assert'], { full: false, assert: true }],
])('%j is read', (args, flags) => {
  expect(readCommand(args)).toEqual({ kind: 'all', runs: planRuns(flags) });
});

test('a bench by its name is run alone, and the report is written by its own word', () => {
  expect(readCommand(['two-workers', '--jobs', '4', '--assert'])).toEqual({
    kind: 'one',
    options: { bench: 'two-workers', jobs: 4, rows: 20_000, rounds: 5, delay: 40, assert: true },
  });
  expect(readCommand(['sync-fanout', '--readers', '10'])).toEqual({
    kind: 'one',
    options: { bench: 'sync-fanout', readers: 10, rate: 20, seconds: 15, burst: 2_000, rows: 100_000, rounds: 3, assert: false }, // prettier-ignore
  });
  expect(readCommand(['report'])).toEqual({ kind: 'report' });
});

test.each([
  [['nothing'], /give one bench: bulk-move, .*two-workers/],
  [['--quick'], /--quick/],
  [['--full', 'bulk-move'], /bulk-move/],
  [['report', '--full'], /--full/],
  [['two-workers', '--jobs', '0'], /--jobs must be a whole number of at least 1, not "0"/],
  [['sync-fanout', '--readers', '1e3x'], /--readers must be a whole number/],
])('%j is refused', (args, words) => {
  expect(() => readCommand(args)).toThrow(UsageError);
  expect(() => readCommand(args)).toThrow(words);
});
