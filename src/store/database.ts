import { type Kysely as KyselyOf, Kysely, PostgresDialect, type Transaction } from 'kysely';
import { Pool } from 'pg';
import { traceQueries } from '../tracing/trace-queries';
import { preparing } from './prepared';
import type { Tables } from './tables';

/** The asset store: a pool of connections, or one transaction of it. Every query function takes it first. */
export type Database = KyselyOf<Tables>;
export type DatabaseTransaction = Transaction<Tables>;

export interface Store {
  readonly db: Database;
  /** The pool below `db`, for what needs a connection of its own (LISTEN, hot paths with prepared statements). */
  readonly pool: Pool;
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly databaseUrl: string;
  /** Connections at most. */
  readonly maxConnections: number;
  readonly applicationName: string;
  /** Statements tell spans; false by default. */
  readonly traced?: boolean;
  /** Told of faults of idle connections, which the pool heals by itself. */
  readonly onIdleError: (error: Error) => void;
}

/** Opens the store lazily: the first query connects. bigint comes as a decimal string, instants as Date (UTC). */
export function openStore(options: StoreOptions): Store {
  const pool = new Pool({
    connectionString: options.databaseUrl,
    max: options.maxConnections,
    application_name: options.applicationName,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
  });
  pool.on('error', options.onIdleError);
  // The pool listens to idle connections only. One that dies at work fails its query, which is how its user hears of it;
  // without a listener Node would end the whole process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  if (options.traced === true) traceQueries(pool);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: preparing(pool) }) });
  const close = async () => {
    await db.destroy();
    // Kysely ends only a pool that it has used itself.
    if (!pool.ending) await pool.end();
  };
  return { db, pool, close };
}
