import { execFile, type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** (a): the plain loop over many files, in a process that stays. */
export interface PlainLoop {
  run(order: {
    readonly origin: string;
    readonly directory: string;
    readonly names: readonly string[];
    readonly concurrency: number;
  }): Promise<number>;
  close(): Promise<void>;
}

/** `processes`: of exiftool, as many as the product has. */
export async function startPlainLoop(processes: number): Promise<PlainLoop> {
  const child = forkScript('ingest-plain.ts', { PROCESSES: String(processes) });
  if (child.stdout === null) throw new Error('the plain loop has no output');
  await once(child.stdout, 'data');
  return {
    async run(order) {
      child.send(order);
      const [{ ms }] = (await Promise.race([
        once(child, 'message'),
        once(child, 'exit').then(() => Promise.reject(new Error('the plain loop died'))),
      ])) as [{ ms: number }];
      return ms;
    },
    async close() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}

function forkScript(script: string, env: Readonly<Record<string, string>>): ChildProcess {
  return fork(join(__dirname, script), {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
}

export interface HashRun {
  readonly ms: number;
  /** md5 and sha256, in hex. */
  readonly sums: readonly string[];
}

/** (b): what one would type. */
export async function runPipe(url: string): Promise<HashRun> {
  const script = 'set -o pipefail; curl -sf "$1" | tee >(md5sum >&2) | sha256sum';
  const startedAt = performance.now();
  const { stdout, stderr } = await execute('bash', ['-c', script, 'pipe', url]);
  return { ms: performance.now() - startedAt, sums: [stderr, stdout].map((line) => line.split(' ')[0] ?? '') };
}

/** (c): the plain loop that hashes, in a process of its own; its start is not counted. */
export async function runHashLoop(url: string): Promise<HashRun> {
  const script = join(__dirname, 'ingest-hash-loop.ts');
  const { stdout } = await execute(process.execPath, ['--import', 'tsx', script, url]);
  return JSON.parse(stdout) as HashRun;
}
