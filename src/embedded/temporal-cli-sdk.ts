import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { runCommand } from './process';

/**
 * Runs in a process of its own: the SDK's runtime is one per process and cannot be configured after this first use,
 * and its download has neither a deadline nor a way to stop it. A network that swallows packages is noticed by a
 * download directory that stays as it is.
 */
const SCRIPT = `
const [sdk, downloadDir, version] = process.argv.slice(1);
const { readdirSync, statSync } = require('node:fs');
const { join } = require('node:path');
const fail = (error) => { console.error('REASON ' + (error && error.message || error)); process.exit(1); };
process.on('uncaughtException', fail);
let seen = -1;
setInterval(() => {
  const size = readdirSync(downloadDir).reduce((sum, name) => sum + statSync(join(downloadDir, name)).size, 0);
  if (size === seen) fail('no data within 15 s');
  seen = size;
}, 15000);
require(sdk).TestWorkflowEnvironment
  .createLocal({ server: { executable: { type: 'cached-download', version, downloadDir } } })
  .then((environment) => environment.teardown())
  .then(() => process.exit(0), fail);
`;
const DEADLINE_MS = 10 * 60_000;
const SMALLEST_CLI_BYTES = 1024 * 1024;

/** Lets the Temporal SDK download this release of the CLI, and keeps it under `target`. Throws with the SDK's reason. */
export async function downloadWithSdk(target: string, version: string): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  const directory = mkdtempSync(`${target}.sdk-`);
  try {
    const sdk = createRequire(__filename).resolve('@temporalio/testing');
    const args = ['-e', SCRIPT, sdk, directory, `v${version}`];
    const { code, output } = await runCommand({ command: process.execPath, args }, DEADLINE_MS);
    if (code !== 0) throw new Error(/^REASON (.*)$/m.exec(output)?.[1] ?? output.slice(-500));
    const [binary] = readdirSync(directory)
      .map((name) => join(directory, name))
      .filter((path) => statSync(path).size > SMALLEST_CLI_BYTES);
    if (binary === undefined) throw new Error('the SDK ended well but left no program behind');
    renameSync(binary, target);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
