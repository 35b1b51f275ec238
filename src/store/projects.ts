import { type RawBuilder, sql } from 'kysely';
import type { Name } from '../domain/names';
import type { Database } from './database';
import { prepared } from './prepared';

/** A project that a user may read, and what else the user may do there. */
export interface ReadableProject {
  readonly id: string;
  readonly uuid: string;
  readonly name: string;
  readonly rights: { readonly write: boolean; readonly manage: boolean; readonly approve: boolean };
}

/** A row of {@link readableProject}. */
export interface ReadableProjectRow {
  id: string;
  uuid: string;
  name: string;
  write: boolean;
  manage: boolean;
  approve: boolean;
}

/**
 * The project of that name if the user may read it, with the union of the rights of the user's teams; null when there
 * is none or it is foreign, so that the two cannot be told apart. Who is an administrator, and whether the user still
 * exists, is read from the store in the same statement, not believed from the caller.
 */
export async function findReadableProject(
  db: Database,
  name: Name,
  user: { readonly id: string },
): Promise<ReadableProject | null> {
  const { rows } = await sql<ReadableProjectRow>`${prepared}${readableProject(name, user)}`.execute(db);
  return rows[0] === undefined ? null : toReadableProject(rows[0]);
}

/** The same as a subselect of at most one row, for statements that ask for more at once. */
export function readableProject(name: Name, user: { readonly id: string }): RawBuilder<unknown> {
  return sql`
    select p.id, p.uuid, p.name, (u.admin or coalesce(r.can_write, false)) as write,
      (u.admin or coalesce(r.can_manage, false)) as manage, (u.admin or coalesce(r.can_approve, false)) as approve
    from projects p
      join users u on u.id = ${user.id} and u.deleted_at is null
      cross join lateral (
        select bool_or(a.can_write) as can_write, bool_or(a.can_manage) as can_manage,
          bool_or(a.can_approve) as can_approve, count(*) as teams
        from team_members m join team_access a on a.team_id = m.team_id and a.project_id = p.id
        where m.user_id = u.id
      ) r
    where ${name.by === 'id' ? sql`p.id = ${name.id}` : sql`p.uuid = ${name.uuid}`} and (u.admin or r.teams > 0)`;
}

export function toReadableProject(row: ReadableProjectRow): ReadableProject {
  const { id, uuid, name: title, write, manage, approve } = row;
  return { id, uuid, name: title, rights: { write, manage, approve } };
}
