import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore, type Store } from '../../src/store/database';
import { readTestVariable } from './environment';
import { databaseUrlOf, runOn } from './template-database';

export interface TestDatabase {
  readonly store: Store;
  /** For what opens connections of its own; they have to be closed before {@link TestDatabase.drop}. */
  readonly databaseUrl: string;
  /** Closes the store and drops the database. Throws when connections other than the store's are still open. */
  drop(): Promise<void>;
}

const MAX_CONNECTIONS = 12;
/** A session that was closed in order is gone from the server's list a moment later. */
const SESSION_END_MS = 2_000;
const POLL_MS = 20;

/** A database for one test file: migrated and empty. Make it in `beforeAll`, drop it in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = readTestVariable('TEST_DATABASE_URL');
  const template = readTestVariable('TEST_DATABASE_TEMPLATE');
  const name = `${template}_${randomBytes(5).toString('hex')}`;
  await runOn(serverUrl, `create database ${name} template ${template}`);
  const databaseUrl = databaseUrlOf(serverUrl, name);
  const idleErrors: Error[] = [];
  const store = openStore({
    databaseUrl,
    maxConnections: MAX_CONNECTIONS,
    applicationName: 'longhaul-test',
    onIdleError: (error) => idleErrors.push(error),
  });
  return {
    store,
    databaseUrl,
    drop: async () => {
      await store.close();
      const leaked = await findSessions(serverUrl, name);
      await runOn(serverUrl, `drop database ${name} with (force)`);
      if (leaked.length > 0) throw new Error(`connections left open to ${name}:\n${leaked.join('\n')}`);
      if (idleErrors.length > 0) throw new AggregateError(idleErrors, 'idle connections of the test store failed');
    },
  };
}

async function findSessions(serverUrl: string, name: string): Promise<readonly string[]> {
  const deadline = Date.now() + SESSION_END_MS;
  for (;;) {
    const rows = await runOn(
      serverUrl,
      `select application_name, state, left(query, 200) as query from pg_stat_activity where datname = '${name}'`,
    );
    if (rows.length === 0 || Date.now() >= deadline) return rows.map((row) => `  ${JSON.stringify(row)}`);
    await sleep(POLL_MS);
  }
}
