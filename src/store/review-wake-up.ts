import { sql } from 'kysely';
import type { Database } from './database';

/** That an order `o` is followed up at all. */
export const FOLLOWED_UP = sql`(o.due_at is not null or o.remind_every_hours is not null)`;

/** That the request `q` is open and undecided, and its asset live and where it was asked for. */
export const PENDING = sql`q.closed_at is null and q.status = 'pending' and exists (
  select from assets a where a.id = q.asset_id and a.project_id = q.project_id and a.deleted_at is null)`;

/**
 * Which of these orders, at which something is pending again, have a follow-up that has ended: the tokens of their jobs.
 * In the transaction that made it pending. The lock has it wait for a follow-up that is about to find nothing and to
 * end, so that either this sees the end or that one sees what is pending.
 */
export async function findEndedFollowUps(tx: Database, jobIds: readonly string[]): Promise<readonly string[]> {
  if (jobIds.length === 0) return [];
  const { rows } = await sql<{ uuid: string; ended: boolean }>`
    select j.uuid, o.follow_up_ended_at is not null as ended
    from review_orders o join jobs j on j.id = o.job_id
    where o.job_id = any(${jobIds}::bigint[]) and ${FOLLOWED_UP}
    order by o.job_id for share of o`.execute(tx);
  return rows.filter(({ ended }) => ended).map(({ uuid }) => uuid);
}

/**
 * Which of these orders have nothing pending any more while their follow-up still waits: the tokens of their jobs. After
 * the commit of what decided or closed the last of it: of two that do so at once, the later one sees both.
 */
export async function findIdleFollowUps(db: Database, jobIds: readonly string[]): Promise<readonly string[]> {
  if (jobIds.length === 0) return [];
  const { rows } = await sql<{ uuid: string }>`
    select j.uuid from review_orders o join jobs j on j.id = o.job_id
    where o.job_id = any(${jobIds}::bigint[]) and ${FOLLOWED_UP} and o.follow_up_ended_at is null
      and not exists (select from review_requests q where q.job_id = o.job_id and ${PENDING})`.execute(db);
  return rows.map(({ uuid }) => uuid);
}
