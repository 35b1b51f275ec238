import { sql } from 'kysely';
import type { Name } from '../domain/names';
import type { AccessRights } from './access';
import type { Database } from './database';
import { idMatches } from './lookup';

/** A team, and what it may do in a project; null: it has no access. */
export interface TeamWithAccess {
  readonly id: string;
  readonly name: string;
  /** It is the own team of a user. */
  readonly isOwn: boolean;
  readonly access: AccessRights | null;
}

const RIGHTS = sql`'write', a.can_write, 'manage', a.can_manage, 'approve', a.can_approve`;

/** A team `t` is there for people unless it is the own one of a user `u` who is gone. */
const teamsIn = (projectId: string | null) => sql`
  select t.id, t.name, t.owner_id is not null as "isOwn",
    case when a.team_id is not null then json_build_object(${RIGHTS}) end as access
  from teams t left join users u on u.id = t.owner_id
    left join team_access a on a.team_id = t.id and a.project_id = ${projectId}
  where u.deleted_at is null`;

/** All teams there are, by id. */
export async function listTeamsWithAccess(db: Database, projectId: string): Promise<readonly TeamWithAccess[]> {
  const { rows } = await sql<TeamWithAccess>`${teamsIn(projectId)} order by t.id`.execute(db);
  return rows;
}

/** The team of that name, whether or not it has access (in no project: it has none); null when there is none. */
export async function findTeamWithAccess(
  db: Database,
  projectId: string | null,
  name: Name,
): Promise<TeamWithAccess | null> {
  const { rows } = await sql<TeamWithAccess>`${teamsIn(projectId)} and ${idMatches('t', name)}`.execute(db);
  return rows[0] ?? null;
}

/** A user with the union of the rights of the teams through which there is access, by id. */
export interface EffectiveAccess extends AccessRights {
  readonly user: {
    readonly id: string;
    readonly email: string;
    readonly firstName: string | null;
    readonly lastName: string | null;
  };
  readonly teams: readonly { readonly id: string; readonly name: string }[];
}

/**
 * Who has access to a project through which teams, by id of the user. Administrators are there when a team of theirs has
 * access, with its rights: what they may do beyond comes from no team.
 */
export async function listEffectiveAccess(db: Database, projectId: string): Promise<readonly EffectiveAccess[]> {
  const { rows } = await sql<EffectiveAccess>`
    select json_build_object('id', u.id::text, 'email', u.email, 'firstName', u.first_name, 'lastName', u.last_name) as user,
      bool_or(a.can_write) as write, bool_or(a.can_manage) as manage, bool_or(a.can_approve) as approve,
      json_agg(json_build_object('id', t.id::text, 'name', t.name) order by t.id) as teams
    from team_access a join teams t on t.id = a.team_id
      join team_members m on m.team_id = t.id
      join users u on u.id = m.user_id and u.deleted_at is null
    where a.project_id = ${projectId}
    group by u.id order by u.id`.execute(db);
  return rows;
}
