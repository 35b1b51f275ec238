import { sql } from 'kysely';
import { toShareEventData } from '../domain/share';
import type { SyncAction } from '../domain/sync';
import type { Database } from './database';
import type { ShareRecord } from './share-reading';
import { appendSyncEvents } from './sync';

export interface ShareDeed {
  readonly kind: 'share_created' | 'share_updated' | 'share_revoked';
  readonly actorId: string;
  readonly jobId?: string | null;
  readonly at: Date;
}

/**
 * Tells of what was done to a share: in the history of each asset that it shows, or showed until this very change, and
 * to the readers of its project's sync. The last statements of the caller's transaction.
 */
export async function tellOfShare(tx: Database, share: ShareRecord, deed: ShareDeed): Promise<void> {
  const { kind, actorId, jobId = null, at } = deed;
  const details = JSON.stringify({ share: { id: Number(share.id), uuid: share.uuid, name: share.name } });
  await sql`
    insert into history (asset_id, project_id, kind, actor_id, job_id, details, created_at)
    select a.id, a.project_id, ${kind}::text, ${actorId}::bigint, ${jobId}::bigint, ${details}::jsonb, ${at}::timestamptz
    from share_assets c join assets a on a.id = c.asset_id
    where c.share_id = ${share.id}
      and (c.withdrawn_at is null or (c.withdrawn_at = ${at} and c.withdrawn_reason = 'removed'))
    order by c.no, a.id`.execute(tx);
  if (share.projectId === null || share.projectUuid === null) return;
  const action: SyncAction = kind === 'share_created' ? 'INSERT' : 'UPDATE';
  const data = toShareEventData({ ...share, projectUuid: share.projectUuid });
  await appendSyncEvents(tx, share.projectId, [{ action, dataType: 'shares', dataKey: share.uuid, data }]);
}
