import { hostname } from 'node:os';
import { sql } from 'kysely';
import type { Database } from './database';

/** Postgres cuts the name of an application at 63 bytes; the end of a host's name is what tells pods apart. */
const HOST_LENGTH = 36;
const PREFIX = 'longhaul-';

/** What a process calls itself at Postgres: its role, and where it runs, so that processes can be counted there. */
export function applicationNameOf(role: string): string {
  return `${PREFIX}${role} ${String(process.pid)}@${hostname().slice(-HOST_LENGTH)}`;
}

/** Connections of the Postgres server at this moment. */
export interface ConnectionUse {
  /** What may be open at once, without those that are kept for superusers. */
  readonly most: number;
  /** Open now, of all programs. */
  readonly open: number;
  /** Façades and workers on this database. */
  readonly processes: number;
  /** Open connections that are none of theirs. */
  readonly others: number;
}

export async function readConnectionUse(db: Database): Promise<ConnectionUse> {
  const { rows } = await sql<ConnectionUse>`
    select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - current_setting('reserved_connections')::int as most,
      count(*)::int as open,
      (count(distinct application_name) filter (where ours))::int as processes,
      (count(*) filter (where not ours and pid <> pg_backend_pid()))::int as others
    from pg_stat_activity cross join lateral (
      select datname = current_database() and application_name like ${`${PREFIX}%`}
        and application_name not like ${`${PREFIX}cli %`} as ours) a
    where backend_type = 'client backend'`.execute(db);
  const [use] = rows;
  if (use === undefined) throw new Error('the server did not tell its connections');
  return use;
}
