import { sql } from 'kysely';
import type { Database } from './database';

/** Whether the run is one of that action on that asset, or lies inside one, however deep. */
export async function isInsideRunOf(
  db: Database,
  runId: string,
  { actionId, assetId }: { readonly actionId: string; readonly assetId: string },
): Promise<boolean> {
  const { rows } = await sql<{ inside: boolean }>`
    with recursive outer_run as (
      select r.action_id, r.asset_id, r.origin, r.origin_run_id from dag_action_runs r where r.id = ${runId}
      union all
      select r.action_id, r.asset_id, r.origin, r.origin_run_id
      from outer_run o join dag_action_runs r on r.id = o.origin_run_id where o.origin = 'child')
    select exists (select from outer_run where action_id = ${actionId} and asset_id = ${assetId}) as inside`.execute(
    db,
  );
  return rows[0]?.inside ?? false;
}
