import { sql } from 'kysely';
import type { JobState } from '../domain/job';
import type { ReviewPolicy } from '../domain/review';
import type { Database } from './database';

/** What a job asked approvers for, and how far that has come. Of forced approvals there are none. */
export interface ReviewOrderRecord {
  /** Of the store. */
  readonly jobId: string;
  readonly token: string;
  readonly state: JobState;
  readonly projectUuid: string;
  readonly projectName: string;
  readonly requesterEmail: string;
  readonly policy: ReviewPolicy['kind'];
  readonly minimum: number | null;
  readonly message: string | null;
  readonly createdAt: Date;
  readonly dueAt: Date | null;
  readonly remindEveryHours: number | null;
  readonly reminders: number;
  readonly nextReminderAt: Date | null;
  readonly escalatedAt: Date | null;
  /** Its requests: open ones by where they stand, and those that take no more answers. */
  readonly pending: number;
  readonly approved: number;
  readonly needsRevision: number;
  readonly closed: number;
}

export interface ReviewOrderFilter {
  readonly projectId?: string | undefined;
  readonly token?: string | undefined;
  /** Only those of which something is pending. */
  readonly pending?: boolean | undefined;
}

/** Orders, newest first. */
export async function listReviewOrders(
  db: Database,
  { projectId = null, token = null, pending = false }: { [Key in keyof ReviewOrderFilter]: ReviewOrderFilter[Key] | null }, // prettier-ignore
  limit: number,
): Promise<readonly ReviewOrderRecord[]> {
  const { rows } = await sql<ReviewOrderRecord>`
    select o.job_id as "jobId", j.uuid as token, j.state, p.uuid as "projectUuid", p.name as "projectName",
      u.email as "requesterEmail", o.policy, o.minimum, o.message, o.created_at as "createdAt", o.due_at as "dueAt",
      o.remind_every_hours as "remindEveryHours", o.reminders, o.next_reminder_at as "nextReminderAt",
      o.escalated_at as "escalatedAt", q.*
    from (
      select o.* from review_orders o
      where o.policy is not null and (${projectId}::bigint is null or o.project_id = ${projectId}::bigint)
        and (${token}::uuid is null or o.job_id = (select id from jobs where uuid = ${token}::uuid))
        and (not ${pending}::boolean or exists (
          select from review_requests q where q.job_id = o.job_id and q.closed_at is null and q.status = 'pending'))
      order by o.job_id desc limit ${limit}) o
      join jobs j on j.id = o.job_id join projects p on p.id = o.project_id join users u on u.id = o.requested_by
      cross join lateral (
        select count(*) filter (where closed_at is null and status = 'pending')::int as pending,
          count(*) filter (where closed_at is null and status = 'approved')::int as approved,
          count(*) filter (where closed_at is null and status = 'needs_revision')::int as "needsRevision",
          count(*) filter (where closed_at is not null)::int as closed
        from review_requests q where q.job_id = o.job_id) q
    order by o.job_id desc`.execute(db);
  return rows;
}

/** One approver of an order. */
export interface ReviewOrderApprover {
  readonly email: string;
  /** Answers that are owed, and that were given. */
  readonly owed: number;
  readonly answered: number;
  /** False of who may not approve any more. */
  readonly counts: boolean;
}

/** Whom an order (store id of its job) asked; who owes most comes first. */
export async function listApproversOfOrder(db: Database, jobId: string): Promise<readonly ReviewOrderApprover[]> {
  const { rows } = await sql<ReviewOrderApprover>`
    select u.email, v.owed, v.answered, v.counts
    from (
      select r.approver_id, count(*) filter (where r.waiting)::int as owed,
        count(*) filter (where r.answer <> 'pending')::int as answered, bool_or(r.lost_at is null) as counts
      from review_requests q join reviews r on r.request_id = q.id where q.job_id = ${jobId} group by r.approver_id) v
      join users u on u.id = v.approver_id
    order by v.owed desc, u.email`.execute(db);
  return rows;
}
