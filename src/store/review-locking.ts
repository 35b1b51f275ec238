import { sql } from 'kysely';
import { NOT_PURGING } from './asset-access';
import type { Database } from './database';

/** An open request that the transaction holds. Ids are of the store; `projectId` is the asset's, null outside any. */
export interface OpenRequest {
  readonly id: string;
  readonly assetId: string;
  readonly projectId: string | null;
  readonly jobId: string;
}

interface OpenRequestRow {
  id: string;
  asset_id: string;
  asset_project_id: string | null;
  job_id: string;
}

/**
 * Locks the open requests of these assets, in the order of their ids, as everything does that changes them; those of
 * assets that are being deleted for good are left out. The assets come first, for their deletion takes the requests with it.
 */
export async function lockOpenRequests(
  tx: Database,
  assetIds: readonly string[],
): Promise<ReadonlyMap<string, OpenRequest>> {
  const { rows: assets } = await sql<{ id: string }>`
    select a.id from assets a
    where a.id = any(${assetIds}::bigint[]) and (a.trash_root_id is null or ${NOT_PURGING})
    order by a.id for key share of a`.execute(tx);
  const found = new Map<string, OpenRequest>();
  // One that was replaced while we waited for it is passed over by the first look; the second one finds its successor.
  for (let look = 1; look <= 2; look += 1) {
    const missing = assets.map(({ id }) => id).filter((id) => !found.has(id));
    if (missing.length === 0) break;
    const { rows } = await sql<OpenRequestRow>`
      select q.id, q.asset_id, q.job_id, a.project_id as asset_project_id
      from review_requests q join assets a on a.id = q.asset_id
      where q.asset_id = any(${missing}::bigint[]) and q.closed_at is null
      order by q.id for no key update of q`.execute(tx);
    for (const row of rows) {
      found.set(row.asset_id, {
        id: row.id,
        assetId: row.asset_id,
        projectId: row.asset_project_id,
        jobId: row.job_id,
      });
    }
  }
  return found;
}
