import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { findTemporalCli } from '../../../src/embedded/temporal-cli';
import type { Installation } from './installation';
import { silent } from './silent';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the Temporal CLI against the Temporal server of an installation, as an operator does. */
export async function runTemporalCli(installation: Installation, args: readonly string[]): Promise<CliResult> {
  const cli = await findTemporalCli({ cliPath: process.env['TEMPORAL_CLI_PATH'], log: silent });
  const address = installation.temporalServers()[0]?.address ?? '';
  const target = ['--address', address, '--namespace', installation.namespace];
  const child = spawn(cli, [...args, ...target, '--disable-config-env', '--disable-config-file'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

/** The same with JSON output, read; throws with the CLI's own words when it fails. */
export async function readTemporalCli<T>(installation: Installation, args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await runTemporalCli(installation, [...args, '--output', 'json']);
  if (code !== 0) throw new Error(`temporal ${args.join(' ')}: ${stderr}`);
  return JSON.parse(stdout) as T;
}
