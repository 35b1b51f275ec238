import { sql } from 'kysely';
import { wakeRunsOfReviews } from './dag-child-reviews';
import type { Database } from './database';
import { appendSyncEventsOfProjects } from './sync';

/**
 * Tells the readers of the projects where these requests stand, one event each, and has the runs of actions be woken that
 * wait for one of them. The last of a transaction.
 */
export async function tellOfReviews(tx: Database, requestIds: readonly string[], now: Date): Promise<void> {
  await wakeRunsOfReviews(tx, requestIds, now);
  await appendSyncEventsOfProjects(
    tx,
    sql`
    select q.project_id, 'UPDATE' as action, 'reviews' as data_type, a.uuid::text as data_key,
      json_build_object('project_gid', p.uuid, 'status', q.status, 'open', q.closed_at is null) as data,
      row_number() over (partition by q.project_id order by q.id) as n
    from review_requests q join assets a on a.id = q.asset_id join projects p on p.id = q.project_id
    where q.id = any(${requestIds}::bigint[])`,
  );
}
