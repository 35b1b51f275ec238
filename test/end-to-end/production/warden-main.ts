import { rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { stopProcess } from '../../../src/embedded/process';

/** Room for Postgres to end its sessions. */
const FIRST_MS = 5_000;
const KILL_MS = 5_000;

/** Reads to the end of its input who is to be ended, which comes when the process that writes it closes it or dies. */
async function main(directory: string): Promise<void> {
  const lines = (await text(process.stdin)).trim().split('\n').filter(Boolean);
  const left: string[] = [];
  for (const line of lines.reverse()) {
    const [pid = '', birth = '', signal = ''] = line.split(' ');
    const hasEnded = await stopProcess({ pid: Number(pid), birth }, [
      { signal: signal as NodeJS.Signals, waitMs: FIRST_MS },
      { signal: 'SIGKILL', waitMs: KILL_MS },
    ]);
    if (!hasEnded) left.push(pid);
  }
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  if (left.length > 0) throw new Error(`still running: ${left.join(', ')}`);
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  process.stderr.write(`warden: ${String(error)}\n`);
  process.exitCode = 1;
});
