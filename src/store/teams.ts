import type { Database } from './database';
import { newUuid } from './ids';
import type { TeamRecord } from './lookup';

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

/** Makes the user a member; false when the user was one. */
export async function addTeamMember(db: Database, teamId: string, userId: string): Promise<boolean> {
  const added = await db
    .insertInto('team_members')
    .values({ team_id: teamId, user_id: userId })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return added.numInsertedOrUpdatedRows === 1n;
}
