import { sql } from 'kysely';
import type { Database } from './database';

/** Why an asset is on the page of a share no more: `trashed` is written by the store's trigger. */
export type WithdrawalReason = 'trashed' | 'unshared' | 'removed';

/**
 * Takes assets off the pages of all shares that show them, in the caller's transaction. What is off already keeps its
 * instant and reason. Ids are of the store.
 */
export async function withdrawFromShares(
  db: Database,
  assetIds: readonly string[],
  reason: Exclude<WithdrawalReason, 'trashed'>,
  now: Date,
): Promise<void> {
  await sql`
    update share_assets set withdrawn_at = ${now}, withdrawn_reason = ${reason}
    where asset_id = any(${assetIds}::bigint[]) and withdrawn_at is null`.execute(db);
}
