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

/**
 * Serialises, until the transaction ends, what changes the rights in these projects: each sees what the one before it
 * did, and so who lost the last of several teams. Taken before any row lock.
 */
export async function lockRights(tx: Database, projectIds: readonly string[]): Promise<void> {
  await takeLocks(tx, 'pg_advisory_xact_lock', projectIds);
}

/**
 * Holds the rights in a project as they are until the transaction ends, for what writes down who has them; any number
 * may at once. A statement of its own, before any row lock: only what comes after it sees the rights that are held.
 */
export async function holdRights(tx: Database, projectId: string): Promise<void> {
  await takeLocks(tx, 'pg_advisory_xact_lock_shared', [projectId]);
}

/** In one order for all. */
async function takeLocks(tx: Database, lock: string, projectIds: readonly string[]): Promise<void> {
  await sql`
    select ${sql.raw(lock)}(hashtextextended('rights:' || id, 0))
    from (select distinct unnest(${projectIds}::bigint[]) as id order by id) projects`.execute(tx);
}
