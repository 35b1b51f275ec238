import { sql } from 'kysely';
import type { Pool } from 'pg';
import type { Database } from './database';
import { deleteAssets, type Deletion } from './delete-assets';
import { inTransaction } from './transaction';

const CHUNK = 1_000;

/** From now on nobody sees the trashed asset, nor what it took along, and no restore brings it back. */
export async function decideDeletion(tx: Database, rootId: string): Promise<void> {
  await sql`update assets set purging_at = clock_timestamp() where id = ${rootId} and trash_root_id = id`.execute(tx);
}

/**
 * Deletes what {@link decideDeletion} decided on, chunk by chunk, the asset itself last: whoever is killed in between
 * leaves the rest to the next purge.
 */
export async function deleteDecided(pool: Pool, rootId: string, by: Deletion): Promise<void> {
  for (;;) {
    const deleted = await inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ id: string }>(
        `select m.id from assets m where m.trash_root_id = $1
          and exists (select from assets r where r.id = $1 and r.purging_at is not null)
        order by m.id = $1, m.id limit ${String(CHUNK)} for update of m`,
        [rootId],
      );
      return deleteAssets(client, rows.map(({ id }) => id), by); // prettier-ignore
    });
    if (deleted < CHUNK) return;
  }
}
