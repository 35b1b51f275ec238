import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../../src/embedded/process-identity';
import { REPOSITORY } from '../support/root-process';

/** Ends the processes that it was told of when we close it, and also when we die, however we die. */
export interface Warden {
  /** `signal` is the one to begin with; one that does not end by it is killed. */
  watch(identity: ProcessIdentity, signal: NodeJS.Signals): void;
  /** Ends them, the newest first, removes the directory, and waits until it is done. */
  close(): Promise<void>;
}

/** Its process has a session of its own, so that a Ctrl-C that ends us does not end it before its work is done. */
export function startWarden(directory: string): Warden {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'warden-main.ts'), directory], {
    cwd: REPOSITORY,
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(child, 'close');
  // One that is gone cannot be told; what it was told of is ended by nobody then, so the tests must hear of it.
  ended.catch(() => undefined);
  return {
    watch({ pid, birth }, signal) {
      child.stdin.write(`${String(pid)} ${birth} ${signal}\n`);
    },
    async close() {
      child.stdin.end();
      const [code] = (await ended) as [number | null];
      if (code !== 0) throw new Error('the warden could not end everything');
    },
  };
}
