import { type RawBuilder, sql } from 'kysely';
import { manages } from './access';
import { changeAccess } from './access-change';
import type { Database } from './database';

/** What becomes of each access that a bulk change meets; whether a team manages or approves stays. */
export type AccessUpdate = { readonly revoke: true } | { readonly revoke: false; readonly write: boolean };

/** Of all users' own teams, or of all normal ones. Ids are of the store. */
export interface ProjectAccessOrder {
  readonly projectId: string;
  readonly ownTeams: boolean;
  readonly actorId: string;
  readonly now: Date;
}

/**
 * Changes what all teams of one sort that have access to a project may do there. Answers how many were changed, null
 * when the actor does not manage the project (any more).
 */
export async function updateAccessOfProject(
  db: Database,
  order: ProjectAccessOrder,
  update: AccessUpdate,
): Promise<number | null> {
  const { projectId, ownTeams, actorId } = order;
  return changeAccess(db, { ...order, teamIds: [], projectIds: [projectId] }, async (tx) => {
    if (!(await manages(tx, projectId, actorId))) return null;
    const isMet = sql`a.project_id = ${projectId} and exists (
      select from teams t left join users u on u.id = t.owner_id
      where t.id = a.team_id and (t.owner_id is not null) = ${ownTeams} and u.deleted_at is null)`;
    return apply(tx, isMet, update);
  });
}

/** In all projects that the actor manages. Ids are of the store. */
export interface TeamsAccessOrder {
  readonly teamId: string;
  readonly actorId: string;
  readonly now: Date;
}

/** Changes what a team may do in each project to which it has access and which the actor manages; answers in how many. */
export async function updateAccessOfTeam(db: Database, order: TeamsAccessOrder, update: AccessUpdate): Promise<number> {
  const { teamId, actorId } = order;
  const { rows } = await sql<{ id: string }>`
    select a.project_id as id from team_access a where a.team_id = ${teamId} and ${isManagedBy(actorId)}`.execute(db);
  const projectIds = rows.map(({ id }) => id);
  if (projectIds.length === 0) return 0;
  return changeAccess(db, { ...order, teamIds: [], projectIds }, (tx) =>
    apply(
      tx,
      sql`a.team_id = ${teamId} and a.project_id = any(${projectIds}::bigint[]) and ${isManagedBy(actorId)}`,
      update,
    ),
  );
}

/** Whether the user manages any project at all. */
export async function managesAny(db: Database, userId: string): Promise<boolean> {
  const { rows } = await sql`
    select from users u where u.id = ${userId} and u.deleted_at is null and (u.admin or exists (
      select from team_members m join team_access t on t.team_id = m.team_id and t.can_manage where m.user_id = u.id))`.execute(
    db,
  );
  return rows.length > 0;
}

/** That the user manages the project of the access `a`. */
const isManagedBy = (userId: string): RawBuilder<unknown> => sql`exists (
  select from users u where u.id = ${userId} and u.deleted_at is null and (u.admin or exists (
    select from team_members m join team_access t on t.team_id = m.team_id and t.can_manage
    where m.user_id = u.id and t.project_id = a.project_id)))`;

async function apply(tx: Database, isMet: RawBuilder<unknown>, update: AccessUpdate): Promise<number> {
  const { numAffectedRows } = await (
    update.revoke
      ? sql`delete from team_access a where ${isMet}`
      : sql`update team_access a set can_write = ${update.write} where ${isMet} and a.can_write <> ${update.write}`
  ).execute(tx);
  return Number(numAffectedRows ?? 0n);
}
