import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

import { commandLine, hasOption, identify, listPids, workingDirectory } from './process-identity';
import type { ProcessIdentity } from './process-identity';
import { stopProcess } from './process';

/** A running main process of Postgres, as its lock file tells. */
export interface Postmaster {
  readonly identity: ProcessIdentity;
  readonly port: number;
  readonly commandLine: readonly string[];
}

const PID_LINE = 0;
const PORT_LINE = 3;
const ORPHAN_WAIT_MS = 3_000;

/**
 * The main process that serves this data directory, null when none does. Postgres writes `postmaster.pid` itself
 * before it touches the data, so this also finds a server whose root was killed right after starting it. A pid that
 * now belongs to some other program does not count.
 */
export function findPostmaster(directory: string): Postmaster | null {
  const path = join(directory, 'postmaster.pid');
  if (!existsSync(path)) return null;
  const lines = readFileSync(path, 'utf8').split('\n');
  const pid = Number(lines[PID_LINE]);
  const identity = Number.isInteger(pid) && pid > 0 ? identify(pid) : null;
  if (identity === null || !servesDirectory(pid, directory)) return null;
  return { identity, port: Number(lines[PORT_LINE] ?? 0), commandLine: commandLine(pid) };
}

/**
 * Clears away what a killed main process, or a killed root, leaves behind; does nothing while a server runs. Backends
 * without their main process would finish their statement first, however long, and keep the shared memory that a new
 * server asks for; nobody is left to hear their answer. A main process that has not yet written its lock file belongs
 * to a root that was killed right after starting it. And Postgres refuses to start over a lock file whose pid lives
 * again as another program.
 */
export async function clearRemains(directory: string): Promise<void> {
  if (findPostmaster(directory) !== null) return;
  const orphans = listPids()
    .filter((pid) => servesDirectory(pid, directory))
    .map(identify)
    .filter((identity) => identity !== null);
  for (const orphan of orphans) {
    await stopProcess(orphan, [
      { signal: 'SIGQUIT', waitMs: ORPHAN_WAIT_MS },
      { signal: 'SIGKILL', waitMs: ORPHAN_WAIT_MS },
    ]);
  }
  rmSync(join(directory, 'postmaster.pid'), { force: true });
}

/**
 * Stops a server: first "fast" (sessions are ended, everything is written), then "immediate" (like a crash, repaired by
 * the next start). False when it is still there, for instance because it belongs to another user.
 */
export async function stopPostmaster(identity: ProcessIdentity): Promise<boolean> {
  return await stopProcess(identity, [
    { signal: 'SIGINT', waitMs: 30_000 },
    { signal: 'SIGQUIT', waitMs: 5_000 },
    { signal: 'SIGKILL', waitMs: 2_000 },
  ]);
}

function servesDirectory(pid: number, directory: string): boolean {
  const args = commandLine(pid);
  // unshare is about to become the server.
  const isServer = isPostgres(args) || args[0] === 'unshare';
  return isServer && (hasOption(args, '-D', directory) || workingDirectory(pid) === realpathSync(directory));
}

/** Backends show a title such as `postgres: io worker 0` in place of their command line. */
function isPostgres(args: readonly string[]): boolean {
  const program = args[0] ?? '';
  return program.startsWith('postgres:') || /^postgres(?:\.exe)?(?: |$)/.test(basename(program.split(' -D ')[0] ?? ''));
}
