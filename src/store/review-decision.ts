import { sql } from 'kysely';
import type { ReviewAnswer } from '../domain/review';
import { approversOf } from './approvers';
import { addComments } from './comments';
import { runAgain } from './contention';
import type { Database } from './database';
import { lockOpenRequests, type OpenRequest } from './review-locking';
import { tellOfReviews } from './review-news';
import { settleStatuses, type StatusChange } from './review-status';
import { findEndedFollowUps, findIdleFollowUps } from './review-wake-up';

/** What an approver says of assets. Ids are of the store. */
export interface ReviewVoice {
  readonly userId: string;
  readonly answer: ReviewAnswer;
  /** Becomes a comment on each of the assets; null for none. */
  readonly comment: string | null;
}

/** What came of it at one asset; `none`: no request is open there; `unchanged`: the same has been said before. */
export type AnswerOutcome = 'none' | 'forbidden' | 'unchanged' | 'answered';

export interface AnsweredReviews {
  /** By the ids of the assets. */
  readonly outcomes: ReadonlyMap<string, AnswerOutcome>;
  /** Tokens of the jobs whose follow-up is to look into the store again. */
  readonly followUps: readonly string[];
}

/**
 * Writes the answer of an approver to the open requests of these assets (at most some hundred), with all that follows
 * from it, in one transaction of a handful of statements. Only who counts as an approver there, and may approve at this
 * moment, is heard; `pending` takes an answer back. The same words again change nothing.
 */
export async function answerReviews(
  db: Database,
  assetIds: readonly string[],
  voice: ReviewVoice,
  now: Date,
): Promise<AnsweredReviews> {
  const { outcomes, resumed, decided } = await runAgain(db, () =>
    db.transaction().execute((tx) => answer(tx, assetIds, voice, now)),
  );
  return { outcomes, followUps: [...resumed, ...(await findIdleFollowUps(db, decided))] };
}

/** The same for one asset. */
export async function answerReview(
  db: Database,
  { assetId, ...voice }: ReviewVoice & { readonly assetId: string },
  now: Date,
): Promise<{ readonly outcome: AnswerOutcome; readonly followUps: readonly string[] }> {
  const { outcomes, followUps } = await answerReviews(db, [assetId], voice, now);
  return { outcome: outcomes.get(assetId) ?? 'none', followUps };
}

interface Answered {
  readonly outcomes: ReadonlyMap<string, AnswerOutcome>;
  /** Tokens of jobs whose follow-up has ended though something is pending again. */
  readonly resumed: readonly string[];
  /** Jobs (store ids) of which something was decided. */
  readonly decided: readonly string[];
}

async function answer(tx: Database, assetIds: readonly string[], voice: ReviewVoice, now: Date): Promise<Answered> {
  const open = await lockOpenRequests(tx, assetIds);
  const requests = [...open.values()];
  const heard = await writeAnswers(tx, requests, voice, now);
  const changed = requests.filter(({ id }) => heard.get(id)?.changed === true);
  const worded = requests.filter(({ id }) => heard.get(id)?.worded === true);
  if (voice.comment !== null && worded.length > 0) {
    const words = { message: voice.comment, actorId: voice.userId, at: now };
    await addComments(tx, { ...words, assetIds: worded.map(({ assetId }) => assetId) });
  }
  const ids = changed.map(({ id }) => id);
  const changes = await settleStatuses(tx, ids, now);
  const jobOf = new Map(requests.map(({ id, jobId }) => [id, jobId]));
  const jobsWith = (has: (change: StatusChange) => boolean) => [
    ...new Set(changes.filter(has).flatMap(({ requestId }) => jobOf.get(requestId) ?? [])),
  ];
  const resumed = await findEndedFollowUps(
    tx,
    jobsWith(({ to }) => to === 'pending'),
  );
  if (ids.length > 0) await tell(tx, changed, changes, voice, now);
  const outcomes = new Map(assetIds.map((id) => [id, outcomeOf(heard, open.get(id))]));
  return { outcomes, resumed, decided: jobsWith(({ from }) => from === 'pending') };
}

function outcomeOf(heard: ReadonlyMap<string, Heard>, request: OpenRequest | undefined): AnswerOutcome {
  if (request === undefined) return 'none';
  const verdict = heard.get(request.id);
  if (verdict === undefined) return 'forbidden';
  return verdict.changed || verdict.worded ? 'answered' : 'unchanged';
}

interface Heard {
  /** The answer is another one than before. */
  readonly changed: boolean;
  /** The comment has not been made with the answer already. */
  readonly worded: boolean;
}

/** Answers those requests, by id, whose approver this is; a statement after the one that locked them, to see all. */
async function writeAnswers(
  tx: Database,
  requests: readonly OpenRequest[],
  { userId, answer: said, comment }: ReviewVoice,
  now: Date,
): Promise<ReadonlyMap<string, Heard>> {
  if (requests.length === 0) return new Map();
  const { rows } = await sql<{ request_id: string } & Heard>`
    with mine as materialized (
      select r.request_id, r.answer <> ${said} as changed,
        ${comment}::text is not null and (r.answer <> ${said} or not exists (
          select from comments c where c.asset_id = q.asset_id and c.user_id = r.approver_id
            and c.message = ${comment} and c.created_at >= coalesce(r.answered_at, '-infinity'))) as worded
      from reviews r join review_requests q on q.id = r.request_id
        join unnest(${requests.map(({ id }) => id)}::bigint[], ${requests.map(({ projectId }) => projectId)}::bigint[])
          as o (id, project_id) on o.id = q.id
      where r.approver_id = ${userId} and r.lost_at is null
        and exists (select from (${approversOf(sql`o.project_id`)}) a where a.user_id = r.approver_id)
    ), written as (
      update reviews r set answer = ${said}, waiting = ${said}::text = 'pending',
        answered_at = case when ${said}::text <> 'pending' then ${now}::timestamptz end
      from mine where r.request_id = mine.request_id and r.approver_id = ${userId} and mine.changed
    )
    select * from mine`.execute(tx);
  return new Map(rows.map(({ request_id: id, changed, worded }) => [id, { changed, worded }]));
}

/** The answers and then what was decided by them, in history; both in the project that the request was made in. */
async function tell(
  tx: Database,
  answered: readonly OpenRequest[],
  changes: readonly StatusChange[],
  { userId, answer: said }: ReviewVoice,
  now: Date,
): Promise<void> {
  const ids = answered.map(({ id }) => id);
  await sql`
    insert into history (asset_id, project_id, kind, actor_id, details, created_at)
    select q.asset_id, q.project_id, e.kind, ${userId}::bigint, jsonb_build_object('review',
      jsonb_build_object('id', q.id) || case e.kind
        when 'review_answered' then jsonb_build_object('approver', ${userId}::bigint, 'answer', ${said}::text)
        else jsonb_build_object('status', q.status) end), ${now}::timestamptz
    from (select id, 'review_answered' as kind, 1 as no from unnest(${ids}::bigint[]) as id
      union all select id, 'review_decided', 2 from unnest(${changes.map(({ requestId }) => requestId)}::bigint[]) as id) e
      join review_requests q on q.id = e.id
    order by q.id, e.no`.execute(tx);
  await tellOfReviews(tx, ids, now);
}

/** What came of cancelling; `none`: no request is open at the asset. */
export interface CancelledReview {
  readonly outcome: 'none' | 'forbidden' | 'cancelled';
  /** As of {@link AnsweredReviews}. */
  readonly followUps: readonly string[];
}

/**
 * Closes the open request of an asset as `cancelled`: who asked for it may, who manages the asset's project, and
 * administrators. Answers stay readable, and nobody owes one any more.
 */
export async function cancelReview(
  db: Database,
  { assetId, userId }: { readonly assetId: string; readonly userId: string },
  now: Date,
): Promise<CancelledReview> {
  const outcome = await runAgain(db, () =>
    db.transaction().execute((tx) => closeOpenReview(tx, { assetId, userId, jobId: null }, now)),
  );
  if (typeof outcome === 'string') return { outcome, followUps: [] };
  return { outcome: 'cancelled', followUps: await findIdleFollowUps(db, [outcome.jobId]) };
}

/**
 * The same in a transaction of the caller, if the request was made by that job (null: whichever made it). Whose follow-up
 * is over by that is for the watch of the follow-ups to find.
 */
export async function closeOpenReview(
  tx: Database,
  { assetId, userId, jobId }: { readonly assetId: string; readonly userId: string; readonly jobId: string | null },
  now: Date,
): Promise<OpenRequest | 'none' | 'forbidden'> {
  const request = (await lockOpenRequests(tx, [assetId])).get(assetId);
  if (request === undefined || (jobId !== null && request.jobId !== jobId)) return 'none';
  if (!(await mayCancel(tx, request, userId))) return 'forbidden';
  await close(tx, request, userId, now);
  return request;
}

async function mayCancel(tx: Database, { id, projectId }: OpenRequest, userId: string): Promise<boolean> {
  const { rows } = await sql`
    select from review_requests q join users u on u.id = ${userId} and u.deleted_at is null
    where q.id = ${id} and (u.admin or q.requested_by = u.id or exists (
      select from team_members m join team_access t on t.team_id = m.team_id
      where m.user_id = u.id and t.project_id = ${projectId}::bigint and t.can_manage))`.execute(tx);
  return rows.length > 0;
}

async function close(tx: Database, { id }: OpenRequest, userId: string, now: Date): Promise<void> {
  await sql`
    with closed as (
      update review_requests set closed_at = ${now}, closed_reason = 'cancelled', closed_by = ${userId}
      where id = ${id} returning *
    ), relieved as (
      update reviews set waiting = false where request_id = ${id} and waiting
    )
    insert into history (asset_id, project_id, kind, actor_id, details, created_at)
    select asset_id, project_id, 'review_cancelled', ${userId}::bigint,
      jsonb_build_object('review', jsonb_build_object('id', id, 'status', status)), ${now}::timestamptz
    from closed`.execute(tx);
  await tellOfReviews(tx, [id], now);
}
