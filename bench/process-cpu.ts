import { readFileSync } from 'node:fs';
import { listPids, parentOf } from '../src/embedded/process-identity';

/** Ticks of the clock by which Linux counts, a second. */
const TICKS = 100;

/** Seconds of CPU that a process has taken so far (Linux), those of children that have ended and were waited for included. */
export function readCpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
  // The name of the program may hold anything; the state follows behind its last parenthesis.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) / TICKS;
}

/** The same of a process and its children, such as those of a Postgres. */
export function readCpuSecondsOfFamily(pid: number): number {
  const children = listPids().filter((each) => parentOf(each) === pid);
  return [pid, ...children].reduce((sum, each) => sum + readOrNone(each), 0);
}

/** One that has ended in this moment counts for its parent. */
function readOrNone(pid: number): number {
  try {
    return readCpuSeconds(pid);
  } catch {
    return 0;
  }
}
