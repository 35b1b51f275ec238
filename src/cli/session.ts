import type { Client } from '@temporalio/client';
import type { Config } from '../config';
import { SEARCH_ATTRIBUTES } from '../contract/search-attributes';
import { applicationNameOf } from '../store/connections';
import { openStore, type Store } from '../store/database';
import { pendingMigrations, migrate } from '../store/migrate';
import { createTemporalClient, pingTemporal, temporalTarget } from '../temporal';
import { findHandshakeFault } from '../temporal-handshake';
import type { CliDependencies } from './dependencies';
import { CommandFailure } from './failure';

const MAX_CONNECTIONS = 4;
const TEMPORAL_DEADLINE_MS = 5_000;

export interface StoreSession {
  readonly config: Config;
  readonly store: Store;
  readonly databaseUrl: string;
}

/**
 * Runs work on the store of the configuration, with its schema up to date: the embedded one is migrated, that of
 * DATABASE_URL has to be already, because a change of its schema is somebody's decision.
 */
export async function withStore<T>(
  dependencies: CliDependencies,
  work: (session: StoreSession) => Promise<T>,
): Promise<T> {
  return withUncheckedStore(dependencies, async (session) => {
    await checkSchema(session);
    return work(session);
  });
}

/** The same with the schema as it is found. */
export async function withUncheckedStore<T>(
  dependencies: CliDependencies,
  work: (session: StoreSession) => Promise<T>,
): Promise<T> {
  const config = dependencies.loadConfig();
  const stack = await joinStack(dependencies, config, { postgres: config.databaseUrl === undefined, temporal: false });
  try {
    const databaseUrl = config.databaseUrl ?? stack.databaseUrl ?? '';
    const store = openStore({
      databaseUrl,
      maxConnections: MAX_CONNECTIONS,
      applicationName: applicationNameOf('cli'),
      onIdleError: ({ message }) => dependencies.log.warn({ reason: message }, 'a connection to Postgres was lost'),
    });
    try {
      return await work({ config, store, databaseUrl });
    } finally {
      await store.close();
    }
  } finally {
    await stack.close();
  }
}

async function checkSchema({ config, store }: StoreSession): Promise<void> {
  if (config.databaseUrl === undefined) {
    await migrate(store.db);
    return;
  }
  const pending = await pendingMigrations(store.db).catch((error: unknown) => {
    throw new CommandFailure('database_unreachable', 'the database of DATABASE_URL does not answer', { cause: error });
  });
  if (pending.length === 0) return;
  throw new CommandFailure(
    'schema_behind',
    `the database of DATABASE_URL lacks ${pending.join(', ')}: run "npm run longhaul -- migrate"`,
  );
}

/** Runs work with a client of the Temporal server of the configuration, which has answered. */
export async function withTemporal<T>(dependencies: CliDependencies, work: (client: Client) => Promise<T>): Promise<T> {
  const config = dependencies.loadConfig();
  const { address, namespace, payloadKeys } = config.temporal;
  const stack = await joinStack(dependencies, config, { postgres: false, temporal: address === undefined });
  try {
    const where = address ?? stack.temporalAddress ?? '';
    const target = temporalTarget(where, namespace, payloadKeys);
    const client = createTemporalClient(target);
    try {
      await pingTemporal(client, TEMPORAL_DEADLINE_MS).catch(async (error: unknown) => {
        const cause = (await findHandshakeFault(target.connection, TEMPORAL_DEADLINE_MS)) ?? error;
        throw new CommandFailure(
          'temporal_unreachable',
          `Temporal at ${where}, namespace ${namespace}, does not answer`,
          { cause },
        );
      });
      return await work(client);
    } finally {
      await client.connection.close();
    }
  } finally {
    await stack.close();
  }
}

function joinStack(
  { joinStack: join, log }: CliDependencies,
  config: Config,
  needs: { postgres: boolean; temporal: boolean },
) {
  return join({
    dataDir: config.dataDir,
    postgres: needs.postgres,
    temporal: needs.temporal ? config.temporal.embedded : null,
    searchAttributes: SEARCH_ATTRIBUTES,
    log,
  });
}
