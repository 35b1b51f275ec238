import { lockRights, lockTeams } from './approvers';
import type { Database } from './database';
import { settleReviewRights } from './review-rights';
import { withRetries } from './tree-transaction';

/** Whose rights where are changed, by whom (null: the administrator's tool) and when. Ids are of the store. */
export interface AccessChange {
  readonly teamIds: readonly string[];
  readonly projectIds: readonly string[];
  readonly actorId: string | null;
  readonly now: Date;
}

/**
 * Changes rights in one transaction with what follows from that for open reviews. Two changes in a project come one after
 * the other, so `change` may decide by what it reads: it holds until the commit.
 */
export async function changeAccess<T>(
  db: Database,
  { teamIds, projectIds, actorId, now }: AccessChange,
  change: (tx: Database) => Promise<T>,
): Promise<T> {
  return withRetries(db, async (tx) => {
    await lockTeams(tx, teamIds);
    await lockRights(tx, projectIds);
    const result = await change(tx);
    await settleReviewRights(tx, projectIds, actorId, now);
    return result;
  });
}
