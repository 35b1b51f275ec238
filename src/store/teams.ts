import { sql } from 'kysely';
import { lockRightsOfTeams, lockTeams } from './approvers';
import type { Database } from './database';
import { newUuid } from './ids';
import { NotFoundError, type TeamRecord } from './lookup';
import { settleReviewRights } from './review-rights';
import { withRetries } from './tree-transaction';

/** Makes a normal team, or answers the one of that name. */
export async function createTeam(db: Database, name: string): Promise<TeamRecord & { readonly created: boolean }> {
  const made = await db
    .insertInto('teams')
    .values({ uuid: newUuid(), name })
    .onConflict((conflict) => conflict.column('name').where('owner_id', 'is', null).doNothing())
    .returning(['id', 'name'])
    .executeTakeFirst();
  if (made !== undefined) return { ...made, ownerId: null, created: true };
  const existing = await db
    .selectFrom('teams')
    .select(['id', 'name'])
    .where('name', '=', name)
    .where('owner_id', 'is', null)
    .executeTakeFirstOrThrow();
  return { ...existing, ownerId: null, created: false };
}

/**
 * Makes the user a member, who gains the rights of the team; false when the user was one.
 * @throws NotFoundError when the user has just been deleted
 */
export async function addTeamMember(db: Database, teamId: string, userId: string, now: Date): Promise<boolean> {
  return withRetries(db, async (tx) => {
    // Whoever deletes the user meanwhile sees the membership, or we see that the user is gone.
    const { rows } = await sql`select from users where id = ${userId} and deleted_at is null for share`.execute(tx);
    if (rows.length === 0) throw new NotFoundError(`there is no user ${userId}`);
    await lockTeams(tx, [teamId]);
    const projectIds = await lockRightsOfTeams(tx, [teamId]);
    const added = await tx
      .insertInto('team_members')
      .values({ team_id: teamId, user_id: userId })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    await settleReviewRights(tx, projectIds, null, now);
    return added.numInsertedOrUpdatedRows === 1n;
  });
}
