import { sql } from 'kysely';
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
    const before = await markOfApproval(tx, projectIds);
    const result = await change(tx);
    // Looking through all open reviews is for changes that can concern them.
    if ((await markOfApproval(tx, projectIds)) !== before) await settleReviewRights(tx, projectIds, actorId, now);
    return result;
  });
}

/** The same as long as the same teams approve in these projects. */
async function markOfApproval(tx: Database, projectIds: readonly string[]): Promise<string | null> {
  const { rows } = await sql<{ mark: string | null }>`
    select md5(string_agg(project_id || ':' || team_id, ' ' order by project_id, team_id)) as mark
    from team_access where project_id = any(${projectIds}::bigint[]) and can_approve`.execute(tx);
  return rows[0]?.mark ?? null;
}
