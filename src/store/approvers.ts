import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database';

/**
 * The ids (`user_id`, each once) of those who may approve in a project, as a subselect without its parentheses: live
 * users in a team with the right. Being an administrator makes nobody an approver.
 *
 * @example sql`select count(*) from (${approversOf(sql`${projectId}`)}) approvers`
 * @example sql`… where r.approver_id in (${approversOf(sql`q.project_id`)})`
 */
export function approversOf(projectId: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select distinct m.user_id from team_access t
      join team_members m on m.team_id = t.team_id
      join users u on u.id = m.user_id and u.deleted_at is null
    where t.project_id = ${projectId} and t.can_approve`;
}

/** With so many projects all of them are locked as one: each lock takes a place in a table of Postgres that is shared. */
const MANY = 100;
const ALL = sql`hashtextextended('rights', 0)`;
const ofProject = (id: RawBuilder<unknown>) => sql`hashtextextended('rights:' || ${id}, 0)`;

/**
 * Serialises, until the transaction ends, what changes the rights in these projects: each sees what the one before it
 * did, and so who lost the last of several teams. Comes after {@link lockTeams} and before any other row lock. Who waits
 * for it is not overtaken by others who hold the rights, as would be with locks of rows.
 */
export async function lockRights(tx: Database, projectIds: readonly string[]): Promise<void> {
  if (projectIds.length > MANY) {
    await sql`select pg_advisory_xact_lock(${ALL})`.execute(tx);
    return;
  }
  await sql`select pg_advisory_xact_lock_shared(${ALL})`.execute(tx);
  await sql`
    select pg_advisory_xact_lock(${ofProject(sql`id`)})
    from (select distinct unnest(${projectIds}::bigint[]) as id order by id) projects`.execute(tx);
}

/**
 * Holds the rights in a project as they are until the transaction ends, for what writes down who has them; any number
 * may at once. A statement of its own, before any row lock: only what comes after it sees the rights that are held.
 */
export async function holdRights(tx: Database, projectId: string): Promise<void> {
  await sql`
    select pg_advisory_xact_lock_shared(${ALL}), pg_advisory_xact_lock_shared(${ofProject(sql`${projectId}::text`)})`.execute(
    tx,
  );
}

/** The same for who is in these teams and what may be given to them: what gives, and who joins or leaves. Comes first. */
export async function lockTeams(tx: Database, teamIds: readonly string[]): Promise<void> {
  await sql`select from teams where id = any(${teamIds}::bigint[]) order by id for no key update`.execute(tx);
}

/** {@link lockRights} of the projects in which one of these teams approves, once the teams are locked; answers their ids. */
export async function lockRightsOfTeams(tx: Database, teamIds: readonly string[]): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct project_id as id from team_access
    where team_id = any(${teamIds}::bigint[]) and can_approve`.execute(tx);
  const projectIds = rows.map(({ id }) => id);
  await lockRights(tx, projectIds);
  return projectIds;
}
