import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(__dirname, '..');
const READY_WAIT_MS = 120_000;
const STOP_WAIT_MS = 60_000;
const POLL_MS = 25;
const TAIL = 2_000;

export interface ChildRoot {
  readonly pid: number;
  /** Ends it as an operator would, and waits for its end. */
  stop(): Promise<void>;
}

/**
 * Runs a root in a process of its own, as in production, until its log says that it is ready. Its log goes to a file:
 * a pipe would make the bench read along while it measures.
 */
export async function startChildRoot(options: {
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** A text of the log that says so. */
  readonly readyWhen: string;
}): Promise<ChildRoot> {
  const { script, env, logFile, readyWhen } = options;
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    cwd: ROOT,
    env: { ...inherited(), ...env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = once(child, 'exit');
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    if (hasEnded()) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WAIT_MS);
    await ended;
    clearTimeout(timer);
  };
  const deadline = Date.now() + READY_WAIT_MS;
  while (!readFileSync(logFile, 'utf8').includes(readyWhen)) {
    if (!hasEnded() && Date.now() < deadline) {
      await sleep(POLL_MS);
      continue;
    }
    await stop();
    throw new Error(`${script} did not become ready:\n${readFileSync(logFile, 'utf8').slice(-TAIL)}`);
  }
  return { pid: child.pid ?? 0, stop };
}

/** Nothing of the caller's own configuration may change what is measured. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMPORAL_CLI_PATH'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
