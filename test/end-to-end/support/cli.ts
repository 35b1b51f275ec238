import { spawn, type ChildProcess } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { REPOSITORY } from './root-process';

export interface CliEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string>>;

/** Starts the administrator's tool as `npm run longhaul` does. */
export function spawnCli(env: Environment, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', 'src/cli.ts', ...args], {
    cwd: REPOSITORY,
    env: { ...env, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs it to its end. */
export async function runCli(env: Environment, args: readonly string[]): Promise<CliEnd> {
  const child = spawnCli(env, args);
  const { stdout: out, stderr: err } = child;
  if (out === null || err === null) throw new Error('the tool has no output');
  const [stdout, stderr, [code]] = await Promise.all([
    text(out),
    text(err),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** Runs it with --json, and answers its one object. */
export async function readCli<T>(env: Environment, args: readonly string[]): Promise<T> {
  const { stdout, stderr } = await runCli(env, [...args, '--json']);
  try {
    return JSON.parse(stdout) as T;
  } catch {
    throw new Error(`longhaul ${args.join(' ')}: ${stdout}${stderr}`);
  }
}
