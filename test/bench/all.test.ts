import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PlannedRun, runAll } from '../../bench/all';

const RUNS: readonly PlannedRun[] = [['bulk-move', '--rows', '1'], ['ingest'], ['download']];

let directory: string;
let told: string[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'longhaul-all-'));
  told = [];
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Each writes down that it ran and ends as it is told to. */
function run(ends: Readonly<Partial<Record<PlannedRun[0], string>>>) {
  const file = join(directory, 'ran');
  return runAll({
    runs: RUNS,
    tell: (line) => told.push(line),
    nodeArgs: ([bench, ...options]) => [
      '-e',
      `require('node:fs').appendFileSync(${JSON.stringify(file)}, ${JSON.stringify(`${[bench, ...options].join(' ')}\n`)}); ${ends[bench] ?? ''}`,
    ],
  });
}

const ran = () => readFileSync(join(directory, 'ran'), 'utf8').trim().split('\n');

test('all are run in their order with their sizes, and what became of each is told at the end', async () => {
  expect(await run({})).toEqual({ failed: [] });
  expect(ran()).toEqual(['bulk-move --rows 1', 'ingest', 'download']);
  expect(told.slice(-3).map((line) => line.replace(/ \d+ s$/, ''))).toEqual([
    'done       bulk-move,',
    'done       ingest,',
    'done       download,',
  ]);
});

test.each(['process.exit(1)', 'process.kill(process.pid, "SIGKILL")', 'throw new Error("on purpose")'])(
  'one that ends by %s is told as failed, and those after it are run',
  async (end) => {
    expect(await run({ 'bulk-move': end })).toEqual({ failed: ['bulk-move'] });
    expect(ran()).toHaveLength(3);
    expect(told.some((line) => /^failed +bulk-move/.test(line))).toBe(true);
    expect(told.some((line) => /^done +download/.test(line))).toBe(true);
  },
);

test('one that was told to stop ends all of them', async () => {
  expect(await run({ ingest: 'process.exit(130)' })).toEqual({ failed: ['ingest'] });
  expect(ran()).toHaveLength(2);
});
