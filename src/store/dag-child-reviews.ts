import { sql } from 'kysely';
import type { ReviewClosing, ReviewStatus } from '../domain/review';
import type { Database } from './database';

/** A review that a node waits for. Ids are of the store. */
export interface AwaitedReview {
  readonly id: string;
  readonly assetId: string;
  readonly status: ReviewStatus;
  /** Why it is closed; null while it is open. */
  readonly closed: ReviewClosing | null;
}

/**
 * The review that a job of one asset has asked for, or found undecided; null when there is none. From the first call that
 * finds it on it is that one, and a change of it wakes the run.
 */
export async function awaitReview(tx: Database, jobId: string): Promise<AwaitedReview | null> {
  const { rows } = await sql<AwaitedReview>`
    with found as (
      select q.id from dag_child_jobs c join job_selections s on s.job_id = c.job_id
        join review_requests q on q.asset_id = s.asset_ids[1]
      where c.job_id = ${jobId} and case when c.review_request_id is not null then q.id = c.review_request_id
        else q.job_id = c.job_id or q.closed_at is null end
      order by q.job_id = c.job_id desc limit 1
    ), noted as (
      update dag_child_jobs c set review_request_id = f.id from found f
      where c.job_id = ${jobId} and c.review_request_id is null)
    select q.id, q.asset_id as "assetId", q.status, q.closed_reason as closed
    from found f join review_requests q on q.id = f.id for share of q`.execute(tx);
  return rows[0] ?? null;
}

/** Has the runs be woken that wait for one of these reviews: in the transaction that decides or closes them. */
export async function wakeRunsOfReviews(tx: Database, requestIds: readonly string[], now: Date): Promise<void> {
  await sql`
    with waiting as (
      select p.id from jobs p
      where p.finished_at is null and p.dispatched_at is not null and p.id in (
        select r.job_id from dag_child_jobs c join dag_action_runs r on r.id = c.run_id
        where c.review_request_id = any(${requestIds}::bigint[]))
      order by p.id for no key update)
    update jobs p set nudge_due_at = ${now} from waiting w where p.id = w.id`.execute(tx);
}
