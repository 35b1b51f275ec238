import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { AnyOptions } from './options';

/** One bench, as its arguments. */
export type PlannedRun = readonly [bench: AnyOptions['bench'], ...options: string[]];

/** Sizes with which all of them take about a quarter of an hour on two cores; the sizes of the documentation are the defaults. */
const QUICK: readonly PlannedRun[] = [
  ['bulk-move', '--rows', '20000', '--rounds', '3', '--posts', '100'],
  ['ingest', '--files', '200', '--big', '256', '--rounds', '1'],
  ['review-request', '--assets', '2000', '--rounds', '3'],
  ['share-expiry', '--shares', '1000', '--rounds', '1', '--live', '50000', '--expiries', '20', '--seconds', '20'],
  ['dag-action', '--rounds', '3'],
  ['asset-api', '--rows', '100000', '--rounds', '3', '--requests', '200', '--walks', '3'],
  ['download', '--megabytes', '256', '--files', '500', '--rounds', '3'],
  ['sync-fanout', '--seconds', '5', '--rows', '20000', '--rounds', '1'],
  ['two-workers', '--rows', '5000', '--rounds', '3'],
];

/** What `npm run bench` runs, in this order. */
export function planRuns({
  full,
  assert,
}: {
  readonly full: boolean;
  readonly assert: boolean;
}): readonly PlannedRun[] {
  return QUICK.map(([bench, ...sizes]) => [bench, ...(full ? [] : sizes), ...(assert ? ['--assert'] : [])]);
}

export interface AllOptions {
  readonly runs: readonly PlannedRun[];
  readonly tell: (line: string) => void;
  /** The arguments of Node for a bench; by default those of the bench's own process. */
  readonly nodeArgs?: (run: PlannedRun) => readonly string[];
}

/** Runs them one after another, each in a process of its own; one that fails does not keep the others from running. */
export async function runAll({
  runs,
  tell,
  nodeArgs = toNodeArgs,
}: AllOptions): Promise<{ readonly failed: readonly AnyOptions['bench'][] }> {
  const failed: AnyOptions['bench'][] = [];
  const told: string[] = [];
  for (const run of runs) {
    const startedAt = performance.now();
    tell(`── ${run.join(' ')}`);
    const end = await runOne(nodeArgs(run));
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
    if (end !== 'done') failed.push(run[0]);
    told.push(`${end.padEnd(10)} ${run[0]}, ${seconds} s`);
    if (end === 'interrupted') break;
  }
  tell('');
  for (const line of told) tell(line);
  return { failed };
}

function toNodeArgs(run: PlannedRun): readonly string[] {
  return ['--import', 'tsx', join(__dirname, 'main.ts'), ...run];
}

/** Exit code of a process that was told to stop. */
const INTERRUPTED = 130;

/** A signal of the terminal reaches it by itself; one that is sent to this process alone is handed on. */
async function runOne(args: readonly string[]): Promise<'done' | 'failed' | 'interrupted'> {
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  const handOn = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, handOn);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (code === INTERRUPTED || signal === 'SIGINT' || signal === 'SIGTERM') return 'interrupted';
    return code === 0 ? 'done' : 'failed';
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, handOn);
  }
}
