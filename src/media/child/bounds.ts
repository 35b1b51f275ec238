import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type MediaSettings } from '../media-task';

/** In bytes: more than any picture that is written on the way to a preview. */
const MAX_FILE_BYTES = 512 * 1024 ** 2;

/** A program with its arguments. */
export type Command = readonly [path: string, ...args: string[]];

/**
 * Bounds what this process may allocate from here on, by `prlimit` where there is one. Node reserves hundreds of megabytes for
 * itself before it does anything, a different number with each version, so it is bounded when it is ready for work.
 */
export function boundProcess({ memoryBytes, programs: { prlimit } }: MediaSettings): void {
  if (prlimit === null) return;
  execFileSync(prlimit, ['--pid', String(process.pid), ...bounds(readDataBytes() + memoryBytes)], { stdio: 'ignore' });
}

/** The same program with the bounds of a file, and without whatever this process holds itself. */
export function bounded(command: Command, { memoryBytes, programs: { prlimit } }: MediaSettings): Command {
  return prlimit === null ? command : [prlimit, ...bounds(memoryBytes), ...command];
}

/** Of memory and of each file that is written; no cores, which would hold somebody's picture. */
function bounds(memoryBytes: number): string[] {
  return [`--data=${String(memoryBytes)}`, `--fsize=${String(MAX_FILE_BYTES)}`, '--core=0'];
}

function readDataBytes(): number {
  const status = readFileSync('/proc/self/status', 'utf8');
  return Number(/^VmData:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
