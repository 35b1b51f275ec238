import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Config } from './config';
import { SEARCH_ATTRIBUTES } from './contract/search-attributes';
import { joinEmbeddedStack } from './embedded/stack';
import { createObjectStore } from './objects/create-object-store';
import type { ObjectStore } from './objects/object-store';
import { DATA_SECRET_NAME, loadOrCreateSecret } from './secrets';
import { applicationNameOf } from './store/connections';
import { openStore, type Store } from './store/database';
import { assertMigrated, migrate } from './store/migrate';
import { createTemporalClient, temporalTarget, type TemporalTarget } from './temporal';
import type { Tracing } from './tracing/start-tracing';

/** What every process of Longhaul stands on: the stores, and Temporal, embedded or given by the configuration. */
export interface Platform {
  readonly config: Config;
  readonly log: Logger;
  readonly store: Store;
  readonly objects: ObjectStore;
  /** Keys are derived from it, for each purpose one. */
  readonly dataSecret: string;
  readonly target: TemporalTarget;
  readonly client: Client;
  readonly temporalUiUrl: string | null;
  /** Null where nothing is traced. */
  readonly tracing: Tracing | null;
  /** Closes what was opened, in order. The last process of a DATA_DIR to leave stops the embedded servers. */
  close(): Promise<void>;
}

/** Joins or starts the embedded servers that the configuration does not name, and opens the store. */
export async function openPlatform(config: Config, log: Logger, name: string): Promise<Platform> {
  const { temporal, databaseUrl } = config;
  const stack = await joinEmbeddedStack({
    dataDir: config.dataDir,
    postgres: databaseUrl === undefined,
    temporal: temporal.address === undefined ? temporal.embedded : null,
    searchAttributes: SEARCH_ATTRIBUTES,
    log,
  });
  const tracing = await openTracing(config, log, name);
  const store = openStore({
    databaseUrl: required(databaseUrl ?? stack.databaseUrl, 'DATABASE_URL'),
    maxConnections: config.databasePoolSize,
    applicationName: applicationNameOf(name),
    traced: tracing !== null,
    // The error carries the driver's client, with keys of its connection: its words are enough.
    onIdleError: ({ message }) => {
      log.warn({ reason: message }, 'an idle connection of the store was lost');
    },
  });
  const address = required(temporal.address ?? stack.temporalAddress, 'TEMPORAL_ADDRESS');
  const target = temporalTarget(address, temporal.namespace, temporal.payloadKeys);
  const client = createTemporalClient(target, tracing !== null);
  const objects = createObjectStore(config.objectStore);
  const close = async () => {
    objects.close();
    await store.close();
    await client.connection.close();
    await stack.close();
    await tracing?.close();
  };
  try {
    // A database of somebody else's is migrated on purpose (`longhaul migrate`), never by the way.
    await (databaseUrl === undefined ? migrate(store.db) : assertMigrated(store.db));
    const dataSecret = config.dataSecret ?? (await loadOrCreateSecret(config.dataDir, DATA_SECRET_NAME));
    const temporalUiUrl = temporal.uiUrl ?? stack.temporalUiUrl;
    return { config, log, store, objects, dataSecret, target, client, temporalUiUrl, tracing, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Loads what traces only where a collector is named. */
async function openTracing({ tracing }: Config, log: Logger, name: string): Promise<Tracing | null> {
  if (tracing.endpoint === undefined) return null;
  const { startTracing } = await import('./tracing/start-tracing.js');
  return startTracing({ endpoint: tracing.endpoint, serviceName: tracing.serviceName ?? `longhaul-${name}`, log });
}

function required(value: string | null, variable: string): string {
  if (value === null) throw new Error(`${variable} is missing, and the embedded server was not asked for`);
  return value;
}
