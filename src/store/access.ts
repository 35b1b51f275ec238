import { sql } from 'kysely';
import type { Database } from './database';

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
): Promise<AccessRights> {
  const { rows } = await sql<AccessRights>`
    insert into team_access as a (project_id, team_id, can_write, can_manage, can_approve)
    values (${projectId}, ${teamId}, ${rights.write}, ${rights.manage}, ${rights.approve})
    on conflict (project_id, team_id) do update set
      can_write = a.can_write or excluded.can_write,
      can_manage = a.can_manage or excluded.can_manage,
      can_approve = a.can_approve or excluded.can_approve
    returning can_write as write, can_manage as manage, can_approve as approve`.execute(db);
  const [now] = rows;
  if (now === undefined) throw new Error(`team ${teamId} was not given access to project ${projectId}`);
  return now;
}

/** Takes all access of a team to a project away; false when it had none. */
export async function revokeAccess(db: Database, projectId: string, teamId: string): Promise<boolean> {
  const gone = await db
    .deleteFrom('team_access')
    .where('project_id', '=', projectId)
    .where('team_id', '=', teamId)
    .executeTakeFirst();
  return gone.numDeletedRows > 0n;
}
