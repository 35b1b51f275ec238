import { type RawBuilder, sql } from 'kysely';
import { decideReview, type ReviewClosing, type ReviewPolicy, type ReviewStatus } from '../domain/review';
import {
  decideReviewItem,
  type ReviewCandidacy,
  type ReviewKind,
  type ReviewVerdict,
  statusOfReview,
} from '../domain/review-request';
import { approversOf, holdRights } from './approvers';
import { wakeRunsOfReviews } from './dag-child-reviews';
import type { Database } from './database';
import { claimChunk, type ItemChunkResult, type ItemJob, type NeededRight, toArrayLiteral } from './item-chunk';
import { candidacyOf } from './review-candidates';
import { toPolicy } from './review-status';
import { withRetries } from './tree-transaction';

/** One job as its chunks need it; ids of the store. */
export interface ReviewJob extends ItemJob {
  readonly kind: ReviewKind;
  /** Null for a forced approval. */
  readonly policy: ReviewPolicy | null;
  readonly message: string | null;
  /** Who was an approver when the order was made, ascending. */
  readonly approverIds: readonly string[];
  readonly includeNewApprovers: boolean;
}

/** What the one who asks needs for it. */
export const RIGHT_OF_REVIEW: Readonly<Record<ReviewKind, NeededRight>> = {
  review_request: 'write',
  force_approve: 'manage',
};

/** What the job was asked for. @throws Error when it keeps no such order */
export async function readReviewJob(db: Database, jobId: string): Promise<ReviewJob> {
  const row = await db
    .selectFrom('review_orders as o')
    .innerJoin('jobs as j', 'j.id', 'o.job_id')
    .select(['j.kind', 'o.project_id', 'j.created_by', 'o.policy', 'o.minimum', 'o.message', 'o.approver_ids'])
    .select('o.include_new_approvers')
    .where('o.job_id', '=', jobId)
    .executeTakeFirst();
  if (row === undefined) throw new Error(`job ${jobId} keeps no order to put assets under review`);
  return {
    jobId,
    projectId: row.project_id,
    requestedBy: row.created_by,
    kind: row.kind as ReviewKind,
    policy: row.policy === null ? null : toPolicy(`job ${jobId}`, row.policy as ReviewPolicy['kind'], row.minimum),
    message: row.message,
    approverIds: row.approver_ids ?? [],
    includeNewApprovers: row.include_new_approvers,
  };
}

/**
 * Puts the next waiting chunk of the job under review, or forces its approval, in one transaction: requests, the answers
 * that approvers owe, history, and the chunk's counts. A second call for the same chunk finds it done, whatever was killed
 * in between. The number of statements depends neither on that of the assets nor on that of the approvers.
 */
export async function reviewNextChunk(db: Database, job: ReviewJob, now: Date): Promise<ItemChunkResult> {
  return withRetries(db, async (tx) => {
    await holdRights(tx, job.projectId);
    const claim = await claimChunk(tx, job, RIGHT_OF_REVIEW[job.kind]);
    if (typeof claim === 'string') return claim;
    const items = await lockItems(tx, job, claim.itemIds);
    const made: string[] = [];
    const replaced: string[] = [];
    const others: [string, ReviewVerdict][] = [];
    for (const { id, candidacy, request_id: requestId } of items) {
      const verdict = decideReviewItem(candidacy, claim.allowed);
      if (verdict !== 'made') {
        others.push([id, verdict]);
        continue;
      }
      made.push(id);
      if (requestId !== null) replaced.push(requestId);
    }
    if (replaced.length > 0) await closeReplaced(tx, job, replaced, now);
    if (made.length > 0) {
      if (job.policy === null) await forceApprovals(tx, job, made, now);
      else await makeRequests(tx, job, job.policy, made, now);
    }
    await markChunk(tx, job, claim.no, { made: made.length, others }, now);
    return 'worked';
  });
}

interface ItemRow {
  readonly id: string;
  readonly candidacy: ReviewCandidacy;
  readonly request_id: string | null;
}

/**
 * In the order of their ids, as everything does that locks many: of two jobs over the same assets the second waits, and
 * then sees the requests of the first. Those are locked too, for answers may be on their way.
 */
async function lockItems(tx: Database, job: ReviewJob, ids: readonly string[]): Promise<readonly ItemRow[]> {
  const items = toArrayLiteral(ids);
  await sql`
    select count(*) from (
      select from assets where id = any(${items}::bigint[]) order by id for no key update) locked`.execute(tx);
  const { rows } = await sql<ItemRow>`
    with request as materialized (
      select id, asset_id, status, forced from review_requests
      where asset_id = any(${items}::bigint[]) and closed_at is null order by id for no key update)
    select i.id, ${candidacyOf(job.kind, job.projectId)} as candidacy, q.id as request_id
    from unnest(${items}::bigint[]) with ordinality as i (id, no)
      left join assets a on a.id = i.id left join request q on q.asset_id = i.id
    order by i.no`.execute(tx);
  return rows;
}

/** The decided requests that new ones take the place of, or all that a forced approval overrules. Answers stay. */
async function closeReplaced(tx: Database, job: ReviewJob, requestIds: readonly string[], now: Date): Promise<void> {
  const { kind, projectId, requestedBy, jobId, message } = job;
  const reason: ReviewClosing = kind === 'force_approve' ? 'superseded' : 'asked_again';
  await sql`
    with closed as (
      update review_requests set closed_at = ${now}::timestamptz, closed_reason = ${reason}, closed_by = ${requestedBy}::bigint
      where id = any(${toArrayLiteral(requestIds)}::bigint[]) returning id, asset_id),
    written as (
      insert into history (asset_id, project_id, kind, actor_id, job_id, details, created_at)
      select asset_id, ${projectId}::bigint, 'review_superseded', ${requestedBy}::bigint, ${jobId}::bigint,
        jsonb_build_object('review', jsonb_build_object('id', id, 'reason', ${message}::text)), ${now}::timestamptz
      from closed where ${kind === 'force_approve'}::boolean order by asset_id)
    update reviews r set waiting = false from closed c where r.request_id = c.id and r.waiting`.execute(tx);
  await wakeRunsOfReviews(tx, requestIds, now);
}

/** Requests whose answer has been given from above: nobody is asked. */
async function forceApprovals(tx: Database, job: ReviewJob, assetIds: readonly string[], now: Date): Promise<void> {
  const details = sql`jsonb_build_object('id', id, 'status', 'approved', 'reason', ${job.message}::text)`;
  await sql`
    with made as (${insertRequests(job, assetIds, { status: 'approved', forced: true, now })}),
    written as (${insertHistory(job, { kind: 'review_forced', details, now })})
    select from made limit 0`.execute(tx);
}

interface ApproverRow {
  readonly id: string;
  readonly counts: boolean;
}

/**
 * Who is asked: the approvers of the order, and where it includes new ones those who have come since. Who has lost the
 * right meanwhile is told in the history, and does not count unless it comes back.
 */
async function readApprovers(tx: Database, job: ReviewJob): Promise<readonly ApproverRow[]> {
  const { rows } = await sql<ApproverRow>`
    with able as materialized (${approversOf(sql`${job.projectId}::bigint`)}),
    asked as (
      select unnest(${toArrayLiteral(job.approverIds)}::bigint[]) as id
      union select user_id from able where ${job.includeNewApprovers}::boolean)
    select id, exists (select from able where user_id = id) as counts from asked order by id`.execute(tx);
  return rows;
}

async function makeRequests(
  tx: Database,
  job: ReviewJob,
  policy: ReviewPolicy,
  assetIds: readonly string[],
  now: Date,
): Promise<void> {
  const approvers = await readApprovers(tx, job);
  const lost = approvers.filter(({ counts }) => !counts).map(({ id }) => id);
  const tally = { approvers: approvers.length - lost.length, approved: 0, needsRevision: 0 };
  // Where too few are left to meet the policy, it is decided before anybody answers.
  const status = decideReview(policy, tally);
  const details = sql`jsonb_build_object('id', id)`;
  await sql`
    with made as (${insertRequests(job, assetIds, { status, forced: false, now })}),
    asked as (
      insert into reviews (request_id, approver_id, lost_at, waiting)
      select m.id, p.id, case when not p.counts then ${now}::timestamptz end, p.counts
      from made m cross join unnest(${toArrayLiteral(approvers.map(({ id }) => id))}::bigint[],
        ${toArrayLiteral(approvers.map(({ counts }) => String(counts)))}::boolean[]) as p (id, counts)),
    ${lost.length === 0 ? sql`` : sql`lost as (${insertLosses(job, lost, now)}),`}
    ${status === 'pending' ? sql`` : sql`decided as (${insertDecisions(job, status, now)}),`}
    written as (${insertHistory(job, { kind: 'review_requested', details, now })})
    select from made limit 0`.execute(tx);
}

interface NewRequests {
  readonly status: ReviewStatus;
  readonly forced: boolean;
  readonly now: Date;
}

function insertRequests(job: ReviewJob, assetIds: readonly string[], { status, forced, now }: NewRequests) {
  return sql`
    insert into review_requests (project_id, asset_id, job_id, requested_by, status, forced, decided_at, created_at)
    select ${job.projectId}::bigint, id, ${job.jobId}::bigint, ${job.requestedBy}::bigint, ${status}::text,
      ${forced}::boolean, ${status === 'pending' ? null : now}::timestamptz, ${now}::timestamptz
    from unnest(${toArrayLiteral(assetIds)}::bigint[]) with ordinality as i (id, no) order by no
    returning id, asset_id`;
}

interface NewHistory {
  readonly kind: 'review_requested' | 'review_forced';
  readonly details: RawBuilder<unknown>;
  readonly now: Date;
}

/** A line for each of `made`. */
function insertHistory({ projectId, requestedBy, jobId }: ReviewJob, { kind, details, now }: NewHistory) {
  return sql`
    insert into history (asset_id, project_id, kind, actor_id, job_id, details, created_at)
    select asset_id, ${projectId}::bigint, ${kind}::text, ${requestedBy}::bigint, ${jobId}::bigint,
      jsonb_build_object('review', ${details}), ${now}::timestamptz from made order by id`;
}

function insertLosses({ projectId, jobId }: ReviewJob, lost: readonly string[], now: Date) {
  return sql`
    insert into history (asset_id, project_id, kind, job_id, details, created_at)
    select m.asset_id, ${projectId}::bigint, 'reviewer_lost', ${jobId}::bigint,
      jsonb_build_object('review', jsonb_build_object('id', m.id, 'approver', p.id)), ${now}::timestamptz
    from made m cross join unnest(${toArrayLiteral(lost)}::bigint[]) as p (id) order by m.id, p.id`;
}

function insertDecisions({ projectId, jobId }: ReviewJob, status: ReviewStatus, now: Date) {
  return sql`
    insert into history (asset_id, project_id, kind, job_id, details, created_at)
    select asset_id, ${projectId}::bigint, 'review_decided', ${jobId}::bigint,
      jsonb_build_object('review', jsonb_build_object('id', id, 'status', ${status}::text)), ${now}::timestamptz
    from made order by id`;
}

interface ChunkOutcome {
  readonly made: number;
  readonly others: readonly (readonly [string, ReviewVerdict])[];
}

async function markChunk(
  tx: Database,
  { jobId }: ReviewJob,
  chunkNo: number,
  { made, others }: ChunkOutcome,
  now: Date,
): Promise<void> {
  const failed = others.filter(([, verdict]) => statusOfReview(verdict) === 'failed').length;
  await sql`
    update job_chunks set done_at = ${now}::timestamptz, succeeded = ${made}, skipped = ${others.length - failed},
      failed = ${failed}, exception_ids = ${toArrayLiteral(others.map(([id]) => id))}::bigint[],
      exception_codes = ${toArrayLiteral(others.map(([, verdict]) => verdict))}::text[]
    where job_id = ${jobId} and no = ${chunkNo}`.execute(tx);
}
