import { sql } from 'kysely';
import type { PoolClient } from 'pg';
import type { Database } from './database';

const LOCK = 'pg_advisory_xact_lock(hashtextextended';

/**
 * Serialises what changes the folders of one project, so that two opposite moves cannot make a cycle and a folder is
 * trashed with all that lies in it: whoever comes second sees what the first one did. Taken before any row lock.
 */
export async function lockProjectTree(client: PoolClient, projectId: string): Promise<void> {
  await client.query(`select ${LOCK}('project-tree:' || $1, 0))`, [projectId]);
}

/** The same for several projects at once, in an order that is everybody's; null are the assets outside any. */
export async function lockTrees(tx: Database, projectIds: readonly (string | null)[]): Promise<void> {
  const names = [...new Set(projectIds.map((id) => id ?? 'none'))].sort();
  for (const name of names) await sql`select ${sql.raw(LOCK)}('project-tree:' || ${name}::text, 0))`.execute(tx);
}
