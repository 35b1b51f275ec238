import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { pino } from 'pino';
import { findPostgres } from '../../src/embedded/postgres';
import { commandLine, hasOption, identify, listPids, parentOf } from '../../src/embedded/process-identity';
import { findTemporalServers } from '../../src/embedded/temporal-server';
import { joinEmbeddedStack } from '../../src/embedded/stack';
import type { EmbeddedOptions, EmbeddedStack } from '../../src/embedded/stack';
import type { RootAnswer, RootOrder } from './joining-root';

export const silent = pino({ level: 'silent' });

const WAIT_MS = 40_000;
const POLL_MS = 50;

/** A fresh directory for one test; its path holds a space, as some people's do. */
export function makeDirectory(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'longhaul embedded-')));
}

const joined: { close(): Promise<void> }[] = [];

/** Joins in this process; {@link removeHome} leaves again where a failed test did not get to it. */
export async function joinInProcess(options: EmbeddedOptions): Promise<EmbeddedStack> {
  const stack = await joinEmbeddedStack(options);
  joined.push(stack);
  return stack;
}

/** Ends whatever a failed test has left behind on this DATA_DIR, and removes it. */
export async function removeHome(dataDir: string): Promise<void> {
  await Promise.all(joined.splice(0).map(async (root) => await root.close()));
  for (const server of [...findTemporalServers(dataDir, silent), ...findPostgres(dataDir, silent)]) await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

/** Waits for a condition; the message names it when it never comes true. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`still not true: ${what}`);
    await sleep(POLL_MS);
  }
}

/** The main processes of Postgres that serve this DATA_DIR, however many. */
export function findPostmasters(dataDir: string): readonly number[] {
  const pids = listPids().filter((pid) => hasOption(commandLine(pid), '-D', join(dataDir, 'postgres')));
  // A session that begins is for a moment a copy of the main process, and may be gone when we ask for its parent.
  return pids.filter((pid) => !pids.includes(parentOf(pid) ?? 0) && identify(pid) !== null);
}

/** The rows of one statement, as arrays, on a connection of its own. */
export async function query(databaseUrl: string | null, statement: string): Promise<readonly unknown[][]> {
  const client = new Client({ connectionString: databaseUrl ?? '' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: statement, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

/** A root in a process of its own that has joined. */
export interface ChildRoot extends RootAnswer {
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

export async function startChildRoot(order: RootOrder): Promise<ChildRoot> {
  const script = join(__dirname, 'joining-root.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(order)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await Promise.race([once(child.stdout, 'data'), failOnExit(child)])) as [Buffer];
  const exit = once(child, 'exit');
  const kill: ChildRoot['kill'] = async (signal) => {
    child.kill(signal);
    await exit;
  };
  joined.push({ close: async () => await kill('SIGTERM') });
  return { ...(JSON.parse(line.toString('utf8')) as RootAnswer), kill };
}

async function failOnExit(child: ChildProcess): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null];
  throw new Error(`the child root ended with ${String(code)} before it had joined`);
}
