import { parseArgs } from 'node:util';
import { type PlannedRun, planRuns } from './all';
import { type AnyOptions, readOptions } from './options';

/** What a caller wants of the benches. */
export type Command =
  | { readonly kind: 'one'; readonly options: AnyOptions }
  | { readonly kind: 'all'; readonly runs: readonly PlannedRun[] }
  /** To write the results page anew. */
  | { readonly kind: 'report' };

/** Arguments that nothing can be done with; the message is for the caller. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError */
export function readCommand(args: readonly string[]): Command {
  try {
    if (args[0] === undefined || args[0].startsWith('--')) return { kind: 'all', runs: readAll(args) };
    if (args[0] !== 'report') return { kind: 'one', options: readOptions(args) };
    parseArgs({ args: args.slice(1), options: {} });
    return { kind: 'report' };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function readAll(args: readonly string[]): readonly PlannedRun[] {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ args: [...args], options: { full: flag, assert: flag } });
  return planRuns(values);
}
