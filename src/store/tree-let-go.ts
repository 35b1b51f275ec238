import { sql } from 'kysely';
import type { Database } from './database';

/**
 * A job that was to delete assets for good ends before it is through: what is left of them lies in the trash from now on,
 * and can be restored. Harmless for jobs of other kinds.
 */
export async function letGoOfRest(tx: Database, jobId: string): Promise<void> {
  await sql`
    update assets a set purging_at = null
    from jobs j join job_selections s on s.job_id = j.id
    where j.id = ${jobId} and j.kind = 'delete_assets' and j.finished_at is null
      and a.id = s.asset_ids[1] and a.purging_at is not null`.execute(tx);
}
