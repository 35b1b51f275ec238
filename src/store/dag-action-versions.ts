import { sql } from 'kysely';
import type { Database } from './database';

/** A version of an action in the list of them. */
export interface ActionVersion {
  readonly version: number;
  readonly createdAt: Date;
  /** An e-mail address; null when the administrator's tool applied it. */
  readonly createdBy: string | null;
}

/** The last versions of an action, newest first. */
export async function listActionVersions(
  db: Database,
  actionId: string,
  limit: number,
): Promise<readonly ActionVersion[]> {
  const { rows } = await sql<ActionVersion>`
    select v.version, v.created_at as "createdAt", u.email as "createdBy"
    from dag_action_versions v left join users u on u.id = v.created_by
    where v.action_id = ${actionId} order by v.version desc limit ${limit}`.execute(db);
  return rows;
}

/** The text that was applied as this version; null when there is none. */
export async function readActionSource(db: Database, actionId: string, version: number): Promise<string | null> {
  const { rows } = await sql<{ source: string }>`
    select source from dag_action_versions where action_id = ${actionId} and version = ${version}`.execute(db);
  return rows[0]?.source ?? null;
}
