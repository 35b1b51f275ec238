import { sql } from 'kysely';
import type { Database } from './database';

/** Why an asset is on the page of a share no more: `trashed` is written by the store's trigger. */
export type WithdrawalReason = 'trashed' | 'unshared' | 'removed';

/**
 * Takes assets off the pages of all shares that show them, in the caller's transaction: also off those that show them
 * only because a folder above is on the share, which get a row that says so. What is off already keeps its instant and
 * reason, and with a folder that is off everything below it is. Ids are of the store. One statement.
 */
export async function withdrawFromShares(
  db: Database,
  assetIds: readonly string[],
  reason: Exclude<WithdrawalReason, 'trashed'>,
  now: Date,
): Promise<void> {
  await sql`
    with recursive above (id, parent_id) as (
      select id, parent_id from assets where id = any(${assetIds}::bigint[])
      union select a.id, a.parent_id from above join assets a on a.id = above.parent_id
    ), shown (share_id, id) as (
      select s.share_id, above.id from above join share_assets s on s.asset_id = above.id and s.withdrawn_at is null
      union select shown.share_id, above.id from shown join above on above.parent_id = shown.id
        where not shown.id = any(${assetIds}::bigint[])
    )
    insert into share_assets (share_id, no, asset_id, withdrawn_at, withdrawn_reason)
    select share_id, (select max(no) + 1 from share_assets s where s.share_id = shown.share_id), id, ${now}, ${reason}
    from shown where id = any(${assetIds}::bigint[]) order by share_id, id
    on conflict (share_id, asset_id) do update
      set withdrawn_at = excluded.withdrawn_at, withdrawn_reason = excluded.withdrawn_reason
      where share_assets.withdrawn_at is null`.execute(db);
}
