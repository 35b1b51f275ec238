import type { Generated, GeneratedAlways } from 'kysely';
import type { Instant, MadeAt } from './column-types';

/** What a job that asks for reviews, or forces approval, was asked for, and how its reviews are followed up. */
export interface ReviewOrderTable {
  job_id: string;
  project_id: string;
  requested_by: string;
  /** all, any or minimum; null for a forced approval. */
  policy: string | null;
  minimum: number | null;
  /** To the approvers; of a forced approval, why. */
  message: string | null;
  due_at: Instant | null;
  remind_every_hours: number | null;
  include_new_approvers: Generated<boolean>;
  /** Who was an approver when the request was made; null until that was looked up. */
  approver_ids: string[] | null;
  next_reminder_at: Instant | null;
  reminders: Generated<number>;
  escalated_at: Instant | null;
  /** When the follow-up found nothing pending and ended; null while it runs, and when there is none. */
  follow_up_ended_at: Instant | null;
  created_at: MadeAt;
}

/** One asset that is, or was, under review. Of each asset at most one request is open. */
export interface ReviewRequestTable {
  id: GeneratedAlways<string>;
  project_id: string;
  asset_id: string;
  /** Of the order. */
  job_id: string;
  requested_by: string;
  /** What decideReview says of the answers; of a forced approval `approved`. */
  status: Generated<string>;
  forced: Generated<boolean>;
  decided_at: Instant | null;
  closed_at: Instant | null;
  /** cancelled, superseded or asked_again. */
  closed_reason: string | null;
  closed_by: string | null;
  created_at: MadeAt;
}

/** The answer of one approver to one request. */
export interface ReviewTable {
  request_id: string;
  approver_id: string;
  answer: Generated<string>;
  answered_at: Instant | null;
  /** Since when the approver may not approve any more: the answer does not count. */
  lost_at: Instant | null;
  /** The request is open, the approver counts and owes an answer. */
  waiting: Generated<boolean>;
}
