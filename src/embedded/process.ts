import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { codeOf, messageOf } from './errors';
import type { LogFile } from './log-file';
import { identify, isAlive } from './process-identity';
import type { ProcessIdentity } from './process-identity';

/** A program to run, as whom. Without uid and gid: as ourselves. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** A signal and how long it may take to work before the next, harsher one. */
export interface StopStep {
  readonly signal: NodeJS.Signals;
  readonly waitMs: number;
}

/** How a short command ended: `code` null when it was killed or not started; `output` is both streams. */
export interface CommandResult {
  readonly code: number | null;
  readonly output: string;
}

const POLL_MS = 20;
const DRAIN_MS = 500;
const MAX_OUTPUT = 64 * 1024;

/**
 * Starts a server that outlives us: in its own session, so that Ctrl-C in the terminal reaches only the roots, with its
 * output in a file. Throws the spawn error (`ENOENT`, `EPERM`) when it cannot be started.
 */
export async function spawnServer(launch: Launch, log: LogFile): Promise<ProcessIdentity> {
  const child = spawn(launch.command, launch.args, {
    ...owner(launch),
    cwd: '/',
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  await once(child, 'spawn');
  child.unref();
  const pid = child.pid ?? 0;
  return identify(pid) ?? { pid, birth: 'dead' };
}

/** Runs a short command to its end, killed with its whole process group after `timeoutMs`. Never throws. */
export async function runCommand(launch: Launch, timeoutMs: number): Promise<CommandResult> {
  const child = spawn(launch.command, launch.args, {
    ...owner(launch),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-MAX_OUTPUT);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const timer = setTimeout(() => {
    output += `\nno end within ${String(timeoutMs / 1000)} s`;
    killGroup(child);
  }, timeoutMs);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    // A grandchild may hold the streams open long after the command itself has ended.
    await Promise.race([once(child.stdout, 'close'), sleep(DRAIN_MS, undefined, { ref: false })]);
    return { code, output: output.trim() };
  } catch (error) {
    return { code: null, output: codeOf(error) === 'ENOENT' ? `${launch.command}: not found` : messageOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Sends each signal in turn until the process is gone; true when it is, false when it outlives the last one. A process
 * that leads a group, as our servers do, gets it with its group: the program may be a wrapper around the real one.
 */
export async function stopProcess(target: ProcessIdentity, steps: readonly StopStep[]): Promise<boolean> {
  for (const { signal, waitMs } of steps) {
    if (!isAlive(target)) return true;
    if (!sendSignal(-target.pid, signal)) sendSignal(target.pid, signal);
    if (await hasEnded(target, waitMs)) return true;
  }
  return !isAlive(target);
}

/** Waits for the end of a process; false when it still lives after `waitMs`. */
export async function hasEnded(target: ProcessIdentity, waitMs: number): Promise<boolean> {
  const deadline = Date.now() + waitMs;
  while (isAlive(target)) {
    if (Date.now() >= deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/** False when there is no such process (or group, for a negative pid), or it belongs to another user. */
function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid !== undefined) sendSignal(-child.pid, 'SIGKILL');
}

function owner(launch: Launch): { uid?: number; gid?: number } {
  return {
    ...(launch.uid === undefined ? {} : { uid: launch.uid }),
    ...(launch.gid === undefined ? {} : { gid: launch.gid }),
  };
}
