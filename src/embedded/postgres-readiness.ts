import { realpathSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { Client } from 'pg';

import { codeOf, EmbeddedStartError, messageOf } from './errors';
import { DATABASE_NAME } from './postgres-cluster';

const CONNECT_TIMEOUT_MS = 3_000;
const POLL_MS = 30;
const SILENT_DEADLINE_MS = 30_000;
/** After a crash the server first replays its log; it says so to each caller, and we wait as long as it says so. */
const RECOVERY_DEADLINE_MS = 15 * 60_000;
const STARTING_UP = '57P03';
const NO_SUCH_DATABASE = '3D000';
const DATABASE_EXISTS = '42P04';

/**
 * Waits until the server takes a session with our password; false when its process ends first. Throws
 * {@link EmbeddedStartError} when it never answers, or is another server than the one of `directory`.
 */
export async function waitForPostgres(
  databaseUrl: string,
  directory: string,
  isRunning: () => boolean,
): Promise<boolean> {
  const startedAt = Date.now();
  for (;;) {
    try {
      const answered = await ask(maintenanceUrl(databaseUrl), 'SHOW data_directory');
      if (isOfDirectory(answered, directory)) return true;
      throw new EmbeddedStartError(`another Postgres, of ${String(answered)}, listens on the port of ${directory}`);
    } catch (error) {
      if (error instanceof EmbeddedStartError) throw error;
      if (!isRunning()) return false;
      const limitMs = codeOf(error) === STARTING_UP ? RECOVERY_DEADLINE_MS : SILENT_DEADLINE_MS;
      if (Date.now() - startedAt > limitMs) {
        throw new EmbeddedStartError(`no answer within ${String(limitMs / 1000)} s: ${messageOf(error)}`, {
          cause: error,
        });
      }
      await sleep(POLL_MS);
    }
  }
}

/** Makes the database `longhaul` when the server does not have it yet. */
export async function ensureDatabase(databaseUrl: string): Promise<void> {
  try {
    await ask(databaseUrl, 'SELECT 1');
  } catch (error) {
    if (codeOf(error) !== NO_SUCH_DATABASE) throw error;
    await createDatabase(databaseUrl);
  }
}

async function createDatabase(databaseUrl: string): Promise<void> {
  try {
    await ask(maintenanceUrl(databaseUrl), `CREATE DATABASE ${DATABASE_NAME}`);
  } catch (error) {
    if (codeOf(error) !== DATABASE_EXISTS) throw error;
  }
}

async function ask(databaseUrl: string, statement: string): Promise<unknown> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  // A server that goes away between two calls reports here, and an error event that nobody hears ends the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<unknown[]>({ text: statement, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end().catch(() => undefined);
  }
}

function maintenanceUrl(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.pathname = '/postgres';
  return url.href;
}

function isOfDirectory(answered: unknown, directory: string): boolean {
  return typeof answered === 'string' && realpathSync(answered) === realpathSync(directory);
}
