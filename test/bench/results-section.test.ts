import { putSection, toSection } from '../../bench/results-section';
import type { BenchResult } from '../../bench/results';

const MACHINE: BenchResult['machine'] = {
  ...{ cores: 2, processor: 'A processor', memoryBytes: 24 * 1024 ** 3, system: 'Linux 6.1', node: '20.20.2' },
  ...{ postgres: '18.1', temporal: '1.30.0', packages: { fastify: '5.12.8', pg: '8.23.1' }, commit: '0123456789' },
};

function toResult(more: Partial<BenchResult> = {}): BenchResult {
  return {
    ...{ bench: 'two-workers', startedAt: '2026-11-29T20:15:30.000Z', seconds: 61.7, machine: MACHINE },
    load: { before: 0.25, median: 2.5, most: 4.04 },
    options: { jobs: 20, rows: 5_000, assert: false },
    demands: [{ text: 'two, of one: at least 1.5', value: 1.2345, limit: 1.5, met: false, rounds: [1.1, 1.2345, 1.4] }],
    ...more,
  };
}

const rowsOf = (section: string) =>
  section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.slice(2, -2).split(' | '));

test('the machine, the run and what was demanded are told', () => {
  const section = toSection([toResult()]);
  expect(section.split('\n')[0]).toBe(
    '2 cores (A processor); 24 GiB; Linux 6.1; Node 20.20.2; Postgres 18.1; Temporal 1.30.0; fastify 5.12.8; pg 8.23.1.',
  );
  expect(rowsOf(section)).toEqual([
    ['bench', 'sizes', 'began (UTC)', 'took', 'load before', 'median', 'most', 'commit'],
    Array.from({ length: 8 }, () => '---'),
    ['two-workers', 'jobs 20, rows 5000', '2026-11-29 20:15', '62 s', '0.3', '2.5', '4.0', '0123456789'],
    ['bench', 'what, and what is demanded', 'value', 'least to most of the rounds', ''],
    Array.from({ length: 5 }, () => '---'),
    ['two-workers', 'two, of one: at least 1.5', '1.23', '1.1 to 1.4', '**not met**'],
  ]);
});

test('one round is no spread, large numbers have no decimals, and what is no number is told as none', () => {
  const demand = (value: number, rounds?: readonly number[]) => ({ text: 't', value, limit: 9_999, met: true, ...(rounds && { rounds }) }); // prettier-ignore
  const section = toSection([toResult({ demands: [demand(1_234.56), demand(2, [2]), demand(Infinity, [])] })]);
  expect(rowsOf(section).slice(-3)).toEqual([
    ['two-workers', 't', '1,235', '', 'met'],
    ['two-workers', 't', '2', '', 'met'],
    ['two-workers', 't', '–', '', 'met'],
  ]);
});

test('a bench without servers is on the machine of the others; another machine is told with its benches', () => {
  const alone = toResult({ bench: 'download', machine: { ...MACHINE, postgres: null, temporal: null } });
  const together = toSection([alone, toResult()]);
  expect(together.match(/2 cores/g)).toHaveLength(1);
  expect(together).toContain('Postgres 18.1');
  const other = toResult({ bench: 'ingest', machine: { ...MACHINE, cores: 8 } });
  const apart = toSection([toResult(), other]);
  expect(apart).toMatch(/^two-workers: 2 cores/m);
  expect(apart).toMatch(/^ingest: 8 cores/m);
});

test('a text does not break out of its cell', () => {
  const section = toSection([toResult({ demands: [{ text: 'a | b', value: 1, limit: 1, met: true }] })]);
  expect(section).toContain('a \\| b');
});

test('without results that is said', () => {
  expect(toSection([])).toBe('Nothing has been measured yet.');
});

const PAGE = `# Title

<!-- The results: written by \`npm run bench -- report\`, not by hand. -->

old

<!-- The end of the results. -->

prose
`;

test('the section replaces what lies between the marks, however often, and leaves the rest alone', () => {
  const once = putSection(PAGE, 'new');
  expect(once).toBe(PAGE.replace('old', 'new'));
  expect(putSection(once, 'new')).toBe(once);
});

test.each(['', PAGE.replace('The end of', 'Of'), PAGE + PAGE])('a page without its marks is not written', (page) => {
  expect(() => putSection(page, 'new')).toThrow('once each');
});
