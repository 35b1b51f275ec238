import type { Pool } from 'pg';

export function createBareActivities(pool: Pool) {
  return {
    nothing: async () => undefined,

    /** The change of an asset and its history, in one transaction: no rights, no states, no counts, nobody to tell. */
    async addTag(asset: string, tag: string): Promise<void> {
      const client = await pool.connect();
      try {
        await client.query('begin');
        await client.query(
          `update assets set tags = array_append(tags, $2), updated_at = clock_timestamp() where id = $1 and not tags @> array[$2]`,
          [asset, tag],
        );
        await client.query(
          `insert into history (asset_id, project_id, kind, actor_id, details, created_at)
          select id, project_id, 'updated', owner_id, '{"changed": ["tags"]}', updated_at from assets where id = $1`,
          [asset],
        );
        await client.query('commit');
      } finally {
        client.release();
      }
    },
  };
}

export type BareActivities = ReturnType<typeof createBareActivities>;
