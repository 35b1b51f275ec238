import { sql } from 'kysely';
import type { Database } from './database';

/** Locks the row of an asset for a change, and answers its tags as they are then; null when it is gone. */
export async function lockTags(tx: Database, assetId: string): Promise<readonly string[] | null> {
  const { rows } = await sql<{ tags: string[] }>`
    select tags from assets where id = ${assetId} for update`.execute(tx);
  return rows[0]?.tags ?? null;
}
