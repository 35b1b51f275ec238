import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

import { codeOf } from './errors';

/**
 * One process for good: a pid alone may name another process later. `birth` is the start time and the boot it belongs
 * to (letters and digits only, fit for a file name), or `x` on systems without /proc, where the pid has to do.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly birth: string;
}

const HAS_PROC = existsSync('/proc/self/stat');
const UNKNOWN_BIRTH = 'x';
const STATE_FIELD = 0;
const PARENT_FIELD = 1;
const START_TIME_FIELD = 19;
const bootId = HAS_PROC ? (readProcFile('/proc/sys/kernel/random/boot_id') ?? '').slice(0, 8) : '';

/** Who runs under this pid now; null when nobody does, or only a zombie that its parent has not collected. */
export function identify(pid: number): ProcessIdentity | null {
  if (!HAS_PROC) return isSignalable(pid) ? { pid, birth: UNKNOWN_BIRTH } : null;
  const fields = readStat(pid);
  const state = fields[STATE_FIELD];
  if (state === undefined || state === 'Z' || state === 'X') return null;
  return { pid, birth: `${fields[START_TIME_FIELD] ?? UNKNOWN_BIRTH}b${bootId}` };
}

/** True while exactly this process lives; false for a later one that got the same pid. */
export function isAlive(target: ProcessIdentity): boolean {
  return identify(target.pid)?.birth === target.birth;
}

/** The arguments of a running process, program first; empty when it is gone. Without /proc: one joined text. */
export function commandLine(pid: number): readonly string[] {
  if (HAS_PROC) return splitArguments(readProcFile(`/proc/${String(pid)}/cmdline`));
  try {
    return [execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim()];
  } catch {
    return [];
  }
}

/** The directory a process works in, null when it is gone, not ours to see, or there is no /proc. */
export function workingDirectory(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${String(pid)}/cwd`);
  } catch {
    return null;
  }
}

/** The pids of all running processes. */
export function listPids(): readonly number[] {
  if (HAS_PROC) return readdirSync('/proc').map(Number).filter(Number.isInteger);
  return execFileSync('ps', ['-axo', 'pid='], { encoding: 'utf8' }).trim().split(/\s+/).map(Number);
}

/** True when the arguments hold `flag` followed by `value`, in either form of {@link commandLine}. */
export function hasOption(args: readonly string[], flag: string, value: string): boolean {
  if (args.length === 1) return `${args[0] ?? ''} `.includes(` ${flag} ${value} `);
  return args.some((arg, index) => arg === flag && args[index + 1] === value);
}

/** True when the running program was given exactly these arguments, whatever path the program itself has. */
export function hasArguments(running: readonly string[], args: readonly string[]): boolean {
  return running.join(' ').endsWith(` ${args.join(' ')}`);
}

/** The pid of the parent of a running process; undefined when it is gone or there is no /proc. */
export function parentOf(pid: number): number | undefined {
  const parent = readStat(pid)[PARENT_FIELD];
  return parent === undefined ? undefined : Number(parent);
}

/** The fields of /proc/<pid>/stat after the command name, which may itself hold spaces and parentheses. */
function readStat(pid: number): readonly string[] {
  const stat = readProcFile(`/proc/${String(pid)}/stat`);
  return stat === null ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function isSignalable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function splitArguments(raw: string | null): readonly string[] {
  return raw === null || raw === '' ? [] : raw.replace(/\0$/, '').split('\0');
}

function readProcFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
