import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import type { Store } from '../../src/store/database';
import type { Tables } from '../../src/store/tables';

/** A store whose every statement leaves its plan, as it was executed, in `plans`. */
export interface WatchedStore extends Store {
  readonly plans: string[];
}

/** Opens such a store: Postgres' auto_explain sends each plan as a notice. */
export function openWatchedStore(databaseUrl: string): WatchedStore {
  const plans: string[] = [];
  const settings = [
    'session_preload_libraries=auto_explain',
    'auto_explain.log_min_duration=0',
    'auto_explain.log_nested_statements=on',
    'client_min_messages=log',
  ];
  const options = settings.map((setting) => `-c ${setting}`).join(' ');
  const pool = new Pool({ connectionString: databaseUrl, max: 4, options, application_name: 'longhaul-plans' });
  pool.on('connect', (client) => {
    client.on('notice', (notice) => {
      if (notice.message?.includes('plan:') === true) plans.push(notice.message);
    });
  });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return { db, pool, plans, close: () => db.destroy() };
}
