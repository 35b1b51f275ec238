import { sql } from 'kysely';
import { decideReview, type ReviewPolicy, type ReviewStatus } from '../domain/review';
import type { Database } from './database';

/** A request whose status is another one now. Ids are of the store. */
export interface StatusChange {
  readonly requestId: string;
  readonly assetId: string;
  readonly from: ReviewStatus;
  readonly to: ReviewStatus;
}

interface TallyRow {
  readonly id: string;
  readonly asset_id: string;
  readonly status: ReviewStatus;
  readonly policy: ReviewPolicy['kind'];
  readonly minimum: number | null;
  readonly approvers: number;
  readonly approved: number;
  readonly needs_revision: number;
}

/**
 * Brings the status of these open requests to what their answers amount to, in the caller's transaction, which holds
 * their rows; answers those that changed. Two statements, however many they are (some thousand at most).
 */
export async function settleStatuses(
  tx: Database,
  requestIds: readonly string[],
  now: Date,
): Promise<readonly StatusChange[]> {
  if (requestIds.length === 0) return [];
  const { rows } = await sql<TallyRow>`
    select q.id, q.asset_id, q.status, o.policy, o.minimum, count(r.approver_id)::int as approvers,
      count(*) filter (where r.answer = 'approved')::int as approved,
      count(*) filter (where r.answer = 'needs_revision')::int as needs_revision
    from review_requests q join review_orders o on o.job_id = q.job_id
      left join reviews r on r.request_id = q.id and r.lost_at is null
    where q.id = any(${requestIds}::bigint[]) and q.closed_at is null and not q.forced
    group by q.id, o.job_id order by q.id`.execute(tx);
  const changes = rows.flatMap((row): StatusChange[] => {
    const { approvers, approved, needs_revision: needsRevision } = row;
    const to = decideReview(toPolicy(`review request ${row.id}`, row.policy, row.minimum), {
      approvers,
      approved,
      needsRevision,
    });
    return to === row.status ? [] : [{ requestId: row.id, assetId: row.asset_id, from: row.status, to }];
  });
  if (changes.length > 0) {
    await sql`
      update review_requests q set status = c.status, decided_at = case when c.status <> 'pending' then ${now}::timestamptz end
      from unnest(${changes.map(({ requestId }) => requestId)}::bigint[], ${changes.map(({ to }) => to)}::text[])
        as c (id, status)
      where q.id = c.id`.execute(tx);
  }
  return changes;
}

/** A policy as an order keeps it. @throws Error for a minimum of nothing; `of` names what has it */
export function toPolicy(of: string, kind: ReviewPolicy['kind'], minimum: number | null): ReviewPolicy {
  if (kind !== 'minimum') return { kind };
  if (minimum === null) throw new Error(`${of} has a minimum of nothing`);
  return { kind, minimum };
}
