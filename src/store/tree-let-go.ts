import { sql } from 'kysely';
import type { Database } from './database';

/**
 * A job that was to delete assets for good ends before it is through: what is left of them lies in the trash from now on,
 * and can be restored: what lay in a folder that is gone already, in the asset itself. Harmless for jobs of other kinds,
 * and for one that was not applied: whatever is being deleted then, somebody else has decided on it.
 */
export async function letGoOfRest(tx: Database, jobId: string): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    update assets a set purging_at = null
    from jobs j join job_selections s on s.job_id = j.id
    where j.id = ${jobId} and j.kind = 'delete_assets' and j.finished_at is null and j.total is not null
      and a.id = s.asset_ids[1] and a.purging_at is not null
    returning a.id`.execute(tx);
  const root = rows[0];
  if (root === undefined) return;
  await sql`update assets a set parent_id = ${root.id} where trash_root_id = ${root.id} and id <> ${root.id}
    and not exists (select from assets p where p.id = a.parent_id)`.execute(tx);
}
