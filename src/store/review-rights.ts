import { type RawBuilder, sql } from 'kysely';
import { approversOf } from './approvers';
import type { Database } from './database';
import { tellOfReviews } from './review-news';
import { settleStatuses, type StatusChange } from './review-status';
import { queueReviewerMails, type AddedReviews } from './reviewer-mails';

/** What a change of rights did to open reviews. */
export interface SettledReviewRights {
  /** Answers that do not count any more, that count again, and that are owed by new approvers. */
  readonly lost: number;
  readonly regained: number;
  readonly added: number;
  /** The requests whose status is another one by that. */
  readonly decided: readonly StatusChange[];
}

/** Requests that are brought up to date by one statement. */
const BATCH = 5_000;

/**
 * Brings the open reviews of these projects to who may approve there, in the transaction that has just changed the
 * rights and holds the locks of {@link lockRights}. Who may not any more keeps the answer, which does not count; who may
 * again counts again; and where the order includes new approvers each of them owes an answer, and gets one mail for all.
 * What happened is told in the history of each asset, and a new status to the readers of the project. Finds what is to be done by comparing, so it can be run at any time.
 */
export async function settleReviewRights(
  tx: Database,
  projectIds: readonly string[],
  actorId: string | null,
  now: Date,
): Promise<SettledReviewRights> {
  const requestIds = await lockTurned(tx, projectIds);
  const turned: TurnedRow[] = [];
  const decided: StatusChange[] = [];
  for (let from = 0; from < requestIds.length; from += BATCH) {
    const batch = requestIds.slice(from, from + BATCH);
    turned.push(...(await turnReviews(tx, { batch, projectIds, actorId, now })));
    const changes = await settleStatuses(tx, batch, now);
    await tellDecided(tx, changes, actorId, now);
    decided.push(...changes);
  }
  const added = turned.filter(({ kind }) => kind === 'added');
  await queueReviewerMails(tx, added, now);
  const decidedIds = decided.map(({ requestId }) => requestId);
  if (decidedIds.length > 0) await tellOfReviews(tx, decidedIds, now);
  const sum = (kind: TurnedRow['kind']) =>
    turned.reduce((count, row) => count + (row.kind === kind ? row.count : 0), 0);
  return { lost: sum('lost'), regained: sum('regained'), added: sum('added'), decided };
}

const approversIn = (projectIds: readonly string[]): RawBuilder<unknown> => sql`
  approvers as materialized (
    select p.id as project_id, a.user_id
    from unnest(${projectIds}::bigint[]) p (id) cross join lateral (${approversOf(sql`p.id`)}) a)`;

/** Whether the approver of the review `r` counts is not what the right (`a`, null without) says. */
const IS_TURNED = sql`(r.lost_at is null) <> (a.user_id is not null)`;

/** Locks the open requests in which somebody lost, regained or gained the right; answers their ids, ascending. */
async function lockTurned(tx: Database, projectIds: readonly string[]): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    with ${approversIn(projectIds)},
    asked as (
      select q.id, q.project_id, o.include_new_approvers
      from review_requests q join review_orders o on o.job_id = q.job_id
      where q.project_id = any(${projectIds}::bigint[]) and q.closed_at is null and not q.forced)
    select q.id from review_requests q
    where q.closed_at is null and q.id in (
      select r.request_id from asked join reviews r on r.request_id = asked.id
        left join approvers a on a.project_id = asked.project_id and a.user_id = r.approver_id
      where ${IS_TURNED}
      union all
      select asked.id from asked join approvers a on a.project_id = asked.project_id
        left join reviews r on r.request_id = asked.id and r.approver_id = a.user_id
      where asked.include_new_approvers and r.request_id is null)
    order by q.id for no key update of q`.execute(tx);
  return rows.map(({ id }) => id);
}

interface TurnedRow extends AddedReviews {
  readonly kind: 'lost' | 'regained' | 'added';
}

interface Turning {
  readonly batch: readonly string[];
  readonly projectIds: readonly string[];
  readonly actorId: string | null;
  readonly now: Date;
}

/** Answers what happened, summed up by order and approver. */
async function turnReviews(tx: Database, { batch, projectIds, actorId, now }: Turning): Promise<readonly TurnedRow[]> {
  const { rows } = await sql<TurnedRow>`
    with ${approversIn(projectIds)},
    asked as (
      select q.id, q.asset_id, q.project_id, q.job_id, o.include_new_approvers
      from review_requests q join review_orders o on o.job_id = q.job_id
      where q.id = any(${batch}::bigint[]) and q.closed_at is null),
    changed as (
      update reviews r set lost_at = case when a.user_id is null then ${now}::timestamptz end,
        waiting = a.user_id is not null and r.answer = 'pending'
      from asked join reviews s on s.request_id = asked.id
        left join approvers a on a.project_id = asked.project_id and a.user_id = s.approver_id
      where r.request_id = s.request_id and r.approver_id = s.approver_id and ${IS_TURNED}
      returning r.request_id, r.approver_id, case when r.lost_at is null then 'regained' else 'lost' end as kind),
    added as (
      insert into reviews (request_id, approver_id)
      select asked.id, a.user_id from asked join approvers a on a.project_id = asked.project_id
      where asked.include_new_approvers
        and not exists (select from reviews r where r.request_id = asked.id and r.approver_id = a.user_id)
      order by 1, 2
      returning request_id, approver_id, 'added' as kind),
    turned as (
      select t.*, asked.asset_id, asked.project_id, asked.job_id
      from (select * from changed union all select * from added) t join asked on asked.id = t.request_id),
    told as (
      insert into history (asset_id, project_id, kind, actor_id, details, created_at)
      select asset_id, project_id, case when kind = 'lost' then 'reviewer_lost' else 'reviewer_added' end,
        ${actorId}::bigint, jsonb_build_object('review', jsonb_build_object('id', request_id, 'approver', approver_id)),
        ${now}::timestamptz
      from turned order by asset_id, approver_id)
    select kind, project_id as "projectId", approver_id as "approverId", job_id as "orderId",
      min(request_id) as "firstRequestId", count(*)::int as count
    from turned group by kind, project_id, approver_id, job_id`.execute(tx);
  return rows;
}

/** Writes into the history of each asset that its review stands elsewhere now. */
async function tellDecided(
  tx: Database,
  changes: readonly StatusChange[],
  actorId: string | null,
  now: Date,
): Promise<void> {
  if (changes.length === 0) return;
  await sql`
    insert into history (asset_id, project_id, kind, actor_id, details, created_at)
    select q.asset_id, q.project_id, 'review_decided', ${actorId}::bigint,
      jsonb_build_object('review', jsonb_build_object('id', q.id, 'status', q.status)), ${now}::timestamptz
    from review_requests q where q.id = any(${changes.map(({ requestId }) => requestId)}::bigint[])
    order by q.asset_id`.execute(tx);
}
