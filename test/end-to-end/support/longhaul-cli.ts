import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Installation } from './installation';
import { REPOSITORY } from './root-process';
import type { CliResult } from './temporal-cli';

/** Runs the administrator's tool on an installation, as an operator does. */
export async function runLonghaul(
  { env }: Pick<Installation, 'env'>,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const child = spawn(process.execPath, ['--import', 'tsx', join('src', 'cli.ts'), ...args], {
    cwd: REPOSITORY,
    env: { ...env, ...more, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

interface DoctorAnswer {
  readonly ok: boolean;
  readonly checks: readonly { readonly name: string; readonly state: string; readonly message: string }[];
}

/** What `longhaul doctor` finds. */
export async function askDoctor(installation: Installation): Promise<DoctorAnswer> {
  const { stdout, stderr } = await runLonghaul(installation, ['doctor', '--json']);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as DoctorAnswer;
}
