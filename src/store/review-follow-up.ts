import { sql } from 'kysely';
import type { JobState } from '../domain/job';
import { decideFollowUp, type FollowUpPlan, type FollowUpVerdict, type ReviewFollowUpStanding } from '../domain/review-follow-up'; // prettier-ignore
import type { Database } from './database';
import { queueMails } from './mails';
import { type FollowUpOccasion, toFollowUpMails } from './review-follow-up-mails';
import { FOLLOWED_UP, PENDING } from './review-wake-up';

interface OrderRow {
  job_id: string;
  job_uuid: string;
  job_state: JobState;
  project_id: string;
  project_name: string;
  requested_by: string;
  due_at: Date | null;
  remind_every_hours: number | null;
  next_reminder_at: Date | null;
  reminders: number;
  escalated_at: Date | null;
  follow_up_ended_at: Date | null;
  created_at: Date;
}

/** What a look at an order did and found. */
export interface FollowedUp {
  readonly standing: ReviewFollowUpStanding;
  /** Mails that it put into the outbox. */
  readonly mails: number;
}

/**
 * Does what is due by `at`, the time of the follow-up's workflow, at the reviews of a job, in one transaction: whoever
 * does it again finds it done. `now` is the clock of this machine, from which the mails may go out.
 */
export async function followUpReview(
  db: Database,
  { token, at, now }: { readonly token: string; readonly at: Date; readonly now: Date },
): Promise<FollowedUp> {
  return db.transaction().execute(async (tx) => {
    const order = await lockOrder(tx, token);
    if (order === undefined) return { standing: standingOf('ended', NOTHING, 0), mails: 0 };
    const plan = toPlan(order);
    if (isUnderWay(order.job_state)) return { standing: standingOf('waiting', plan, 0), mails: 0 };
    // Also of a job that was cancelled half-way: what it has asked for, its approvers were told of.
    const pending = await countPending(tx, order.job_id);
    const verdict = pending === 0 ? null : decideFollowUp(plan, at);
    const orders = verdict === null ? [] : await toFollowUpMails(tx, toOccasion(order), verdict, pending);
    await queueMails(tx, orders, now);
    const after = await write(tx, order, verdict, at);
    const state = after.hasEnded ? 'ended' : 'open';
    return { standing: standingOf(state, after.plan, pending, verdict?.next ?? null), mails: orders.length };
  });
}

function isUnderWay(state: JobState): boolean {
  return state === 'queued' || state === 'running' || state === 'paused';
}

/** Not against who adds requests to the order, but against who wakes a follow-up that is about to end. */
async function lockOrder(tx: Database, token: string): Promise<OrderRow | undefined> {
  const { rows } = await sql<OrderRow>`
    select o.job_id, j.uuid as job_uuid, j.state as job_state, o.project_id, p.name as project_name, o.requested_by,
      o.due_at, o.remind_every_hours, o.next_reminder_at, o.reminders, o.escalated_at,
      o.follow_up_ended_at, o.created_at
    from review_orders o join jobs j on j.id = o.job_id join projects p on p.id = o.project_id
    where j.uuid = ${token} and ${FOLLOWED_UP} for no key update of o`.execute(tx);
  return rows[0];
}

async function countPending(tx: Database, jobId: string): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from review_requests q where q.job_id = ${jobId} and ${PENDING}`.execute(tx);
  return Number(rows[0]?.count ?? 0);
}

const NOTHING: FollowUpPlan = { createdAt: new Date(0), dueAt: null, remindEveryHours: null, nextReminderAt: null, reminders: 0, escalatedAt: null, hasEnded: false }; // prettier-ignore

function toPlan(row: OrderRow): FollowUpPlan {
  return {
    createdAt: row.created_at,
    dueAt: row.due_at,
    remindEveryHours: row.remind_every_hours,
    nextReminderAt: row.next_reminder_at,
    reminders: row.reminders,
    escalatedAt: row.escalated_at,
    hasEnded: row.follow_up_ended_at !== null,
  };
}

function toOccasion(row: OrderRow): FollowUpOccasion {
  return {
    jobId: row.job_id,
    jobUuid: row.job_uuid,
    projectId: row.project_id,
    projectName: row.project_name,
    requestedBy: row.requested_by,
    dueAt: row.due_at,
  };
}

/** Notes what has been done, and that the follow-up ends when nothing will be due any more. */
async function write(
  tx: Database,
  order: OrderRow,
  verdict: FollowUpVerdict | null,
  at: Date,
): Promise<{ readonly plan: FollowUpPlan; readonly hasEnded: boolean }> {
  const before = toPlan(order);
  const plan: FollowUpPlan = {
    ...before,
    nextReminderAt: verdict === null ? before.nextReminderAt : verdict.nextReminderAt,
    reminders: verdict?.reminder ?? before.reminders,
    escalatedAt: verdict?.escalates === true ? at : before.escalatedAt,
  };
  const hasEnded = (verdict?.next ?? null) === null;
  await sql`
    update review_orders set next_reminder_at = ${plan.nextReminderAt}, reminders = ${plan.reminders},
      escalated_at = ${plan.escalatedAt}, follow_up_ended_at = ${hasEnded ? at : null}::timestamptz
    where job_id = ${order.job_id}`.execute(tx);
  return { plan, hasEnded };
}

function standingOf(
  state: ReviewFollowUpStanding['state'],
  { reminders, escalatedAt }: FollowUpPlan,
  pending: number,
  next: Date | null = null,
): ReviewFollowUpStanding {
  return { state, next: next?.toISOString() ?? null, pending, reminders, escalatedAt: escalatedAt?.toISOString() ?? null }; // prettier-ignore
}

/**
 * The jobs (tokens, at most `limit`) at whose reviews something has been due for longer than `graceMs` though it is
 * pending: their follow-up was lost, or nobody told it that something is pending again.
 */
export async function findOverdueFollowUps(
  db: Database,
  { now, graceMs, limit }: { readonly now: Date; readonly graceMs: number; readonly limit: number },
): Promise<readonly string[]> {
  const before = new Date(now.getTime() - graceMs);
  const { rows } = await sql<{ uuid: string }>`
    select j.uuid from review_orders o join jobs j on j.id = o.job_id and j.finished_at is not null
    where ${FOLLOWED_UP}
      and ((o.due_at < ${before} and o.escalated_at is null)
        or coalesce(o.next_reminder_at, o.created_at + make_interval(hours => o.remind_every_hours)) < ${before})
      and exists (select from review_requests q where q.job_id = o.job_id and ${PENDING})
    order by o.job_id limit ${limit}`.execute(db);
  return rows.map(({ uuid }) => uuid);
}
