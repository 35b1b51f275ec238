import { sql } from 'kysely';
import type { ReviewAnswer, ReviewClosing, ReviewStatus } from '../domain/review';
import type { Database } from './database';

/** What people are told of somebody who takes part in a review. */
export interface ReviewPerson {
  readonly id: string;
  readonly email: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
}

/** What one approver said. */
export interface ReviewVoiceRecord {
  readonly approver: ReviewPerson;
  readonly answer: ReviewAnswer;
  readonly answeredAt: Date | null;
  /** Since when the approver may not approve any more, so that the answer does not count. */
  readonly lostAt: Date | null;
}

/** The newest request of an asset, open or closed. Ids are of the store. */
export interface ReviewRecord {
  readonly id: string;
  readonly jobUuid: string;
  readonly status: ReviewStatus;
  /** Null of a forced approval. */
  readonly policy: 'all' | 'any' | number | null;
  readonly message: string | null;
  readonly forced: boolean;
  readonly requestedBy: ReviewPerson;
  readonly requestedAt: Date;
  readonly dueAt: Date | null;
  readonly decidedAt: Date | null;
  readonly closedAt: Date | null;
  readonly closedReason: ReviewClosing | null;
  /** By the approvers' names. */
  readonly voices: readonly ReviewVoiceRecord[];
}

interface ReviewRow {
  id: string;
  job_uuid: string;
  status: ReviewStatus;
  policy: 'all' | 'any' | 'minimum' | null;
  minimum: number | null;
  message: string | null;
  forced: boolean;
  requested_by: ReviewPerson;
  created_at: Date;
  due_at: Date | null;
  decided_at: Date | null;
  closed_at: Date | null;
  closed_reason: ReviewClosing | null;
  voices: readonly {
    readonly approver: ReviewPerson;
    readonly answer: ReviewAnswer;
    readonly answeredAtMs: number | null;
    readonly lostAtMs: number | null;
  }[];
}

/** A {@link ReviewPerson} of the users `u`, as JSON. */
export const PERSON = sql`json_build_object(
  'id', u.id::text, 'email', u.email, 'firstName', u.first_name, 'lastName', u.last_name)`;

/** The newest request of an asset with who said what; null when none was ever made. One query. */
export async function readReview(db: Database, assetId: string): Promise<ReviewRecord | null> {
  const { rows } = await sql<ReviewRow>`
    select q.id, j.uuid as job_uuid, q.status, o.policy, o.minimum, o.message, q.forced, ${PERSON} as requested_by,
      q.created_at, o.due_at, q.decided_at, q.closed_at, q.closed_reason, coalesce(v.voices, '[]') as voices
    from (select * from review_requests where asset_id = ${assetId} order by id desc limit 1) q
      join review_orders o on o.job_id = q.job_id join jobs j on j.id = q.job_id join users u on u.id = q.requested_by
      left join lateral (
        select json_agg(json_build_object('approver', ${PERSON}, 'answer', r.answer,
          'answeredAtMs', floor(extract(epoch from r.answered_at) * 1000),
          'lostAtMs', floor(extract(epoch from r.lost_at) * 1000)) order by lower(u.email), u.id) as voices
        from reviews r join users u on u.id = r.approver_id where r.request_id = q.id) v on true`.execute(db);
  return rows[0] === undefined ? null : toReview(rows[0]);
}

function toReview(row: ReviewRow): ReviewRecord {
  return {
    id: row.id,
    jobUuid: row.job_uuid,
    status: row.status,
    policy: row.policy === 'minimum' ? row.minimum : row.policy,
    message: row.message,
    forced: row.forced,
    requestedBy: row.requested_by,
    requestedAt: row.created_at,
    dueAt: row.due_at,
    decidedAt: row.decided_at,
    closedAt: row.closed_at,
    closedReason: row.closed_reason,
    voices: row.voices.map(({ answeredAtMs, lostAtMs, ...voice }) => ({
      ...voice,
      answeredAt: toDate(answeredAtMs),
      lostAt: toDate(lostAtMs),
    })),
  };
}

const toDate = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
