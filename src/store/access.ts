import { sql } from 'kysely';
import { changeAccess } from './access-change';
import type { Database } from './database';
import { findReadableProject } from './projects';

/** What a team may do in a project; reading comes with having access at all. */
export interface AccessRights {
  readonly write: boolean;
  readonly manage: boolean;
  readonly approve: boolean;
}

/** Gives a team access, or these rights beside the ones it has; answers the rights that it has now. */
export async function grantAccess(
  db: Database,
  projectId: string,
  teamId: string,
  rights: AccessRights,
  now: Date,
): Promise<AccessRights> {
  const change = { teamIds: [teamId], projectIds: [projectId], actorId: null, now };
  return changeAccess(db, change, async (tx) => {
    const { rows } = await sql<AccessRights>`
      insert into team_access as a (project_id, team_id, can_write, can_manage, can_approve)
      values (${projectId}, ${teamId}, ${rights.write}, ${rights.manage}, ${rights.approve})
      on conflict (project_id, team_id) do update set
        can_write = a.can_write or excluded.can_write,
        can_manage = a.can_manage or excluded.can_manage,
        can_approve = a.can_approve or excluded.can_approve
      returning can_write as write, can_manage as manage, can_approve as approve`.execute(tx);
    const [given] = rows;
    if (given === undefined) throw new Error(`team ${teamId} was not given access to project ${projectId}`);
    return given;
  });
}

/** Takes all access of a team to a project away; false when it had none. */
export async function revokeAccess(db: Database, projectId: string, teamId: string, now: Date): Promise<boolean> {
  const change = { teamIds: [teamId], projectIds: [projectId], actorId: null, now };
  return changeAccess(db, change, (tx) => deleteAccess(tx, projectId, teamId));
}

/** A change that a manager of the project makes to what one team may do there. Ids are of the store. */
export interface TeamAccessOrder {
  readonly projectId: string;
  readonly teamId: string;
  readonly actorId: string;
  readonly now: Date;
}

/** Gives a team access with just these rights, whatever it had; false when the actor does not manage the project (any more). */
export async function setAccess(db: Database, order: TeamAccessOrder, rights: AccessRights): Promise<boolean> {
  const { projectId, teamId, actorId } = order;
  return changeAccess(db, { ...order, teamIds: [teamId], projectIds: [projectId] }, async (tx) => {
    if (!(await manages(tx, projectId, actorId))) return false;
    await sql`
      insert into team_access (project_id, team_id, can_write, can_manage, can_approve)
      values (${projectId}, ${teamId}, ${rights.write}, ${rights.manage}, ${rights.approve})
      on conflict (project_id, team_id) do update set
        can_write = excluded.can_write, can_manage = excluded.can_manage, can_approve = excluded.can_approve`.execute(
      tx,
    );
    return true;
  });
}

/** Takes all access of a team away, if it has any; false when the actor does not manage the project (any more). */
export async function removeAccess(db: Database, order: TeamAccessOrder): Promise<boolean> {
  const { projectId, teamId, actorId } = order;
  return changeAccess(db, { ...order, teamIds: [teamId], projectIds: [projectId] }, async (tx) => {
    if (!(await manages(tx, projectId, actorId))) return false;
    await deleteAccess(tx, projectId, teamId);
    return true;
  });
}

/** Whether the user manages the project; holds until the end of a transaction that has locked its rights. */
export async function manages(tx: Database, projectId: string, userId: string): Promise<boolean> {
  const project = await findReadableProject(tx, { by: 'id', id: projectId }, { id: userId });
  return project?.rights.manage ?? false;
}

async function deleteAccess(tx: Database, projectId: string, teamId: string): Promise<boolean> {
  const gone = await tx
    .deleteFrom('team_access')
    .where('project_id', '=', projectId)
    .where('team_id', '=', teamId)
    .executeTakeFirst();
  return gone.numDeletedRows > 0n;
}
