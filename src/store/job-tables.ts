import type { Generated, GeneratedAlways } from 'kysely';
import type { Instant, Json, MadeAt } from './column-types';

export interface JobTable {
  id: GeneratedAlways<string>;
  uuid: string;
  key: string;
  kind: string;
  project_id: string | null;
  created_by: string;
  state: Generated<string>;
  outcome: string | null;
  control: Generated<string>;
  control_by: string | null;
  control_at: Instant | null;
  /** Set while the workflow has not heard of a change of `control`. */
  nudge_due_at: Instant | null;
  /** Counts the changes that readers see. */
  version: GeneratedAlways<string>;
  pace: Generated<Json>;
  waiting_behind: string | null;
  input: Json;
  total: string | null;
  succeeded: Generated<string>;
  skipped: Generated<string>;
  failed: Generated<string>;
  remaining: GeneratedAlways<string | null>;
  error: Json | null;
  waiting_reason: string | null;
  retry_of: string | null;
  undo_of: string | null;
  idempotency_key: string | null;
  request_hash: Buffer | null;
  dispatched_at: Instant | null;
  dispatch_attempts: Generated<number>;
  next_dispatch_at: Generated<Date>;
  created_at: MadeAt;
  started_at: Instant | null;
  updated_at: Generated<Date>;
  finished_at: Instant | null;
  /** The trace in which it was asked for. */
  traceparent: string | null;
  /** Its ending is in `job_tallies`. */
  tallied: Generated<boolean>;
  /** When it was decided that its details go; rows of them may be left while `pruning`. */
  pruned_at: Instant | null;
  pruning: Generated<boolean>;
}

export interface JobSelectionTable {
  job_id: string;
  parent_id: string | null;
  asset_ids: string[];
  rules: Json;
}

/** The ended jobs of one kind and outcome; see job-tallies. */
export interface JobTallyTable {
  kind: string;
  outcome: string;
  jobs: string;
  succeeded: string;
  skipped: string;
  failed: string;
  seconds: number;
  buckets: string[];
}
