import type { Generated, GeneratedAlways } from 'kysely';
import type { Instant, Json, MadeAt } from './column-types';

export interface DagActionTable {
  id: GeneratedAlways<string>;
  uuid: string;
  name: string;
  /** The newest one. */
  version: number;
  created_at: MadeAt;
  updated_at: Generated<Date>;
}

export interface DagActionVersionTable {
  action_id: string;
  version: number;
  description: string;
  category: string;
  /** A DagDefinition. */
  definition: Json;
  /** The text that was applied. */
  source: string;
  created_by: string | null;
  created_at: MadeAt;
}

export interface DagActionRunTable {
  id: GeneratedAlways<string>;
  job_id: string;
  action_id: string;
  version: number;
  asset_id: string;
  inputs: Json;
  origin: Generated<string>;
  /** The run that it resumes or reruns, or whose node has started it. */
  origin_run_id: string | null;
  /** How many runs it lies inside of. */
  depth: Generated<number>;
  created_at: MadeAt;
}

export interface DagRunNodeTable {
  run_id: string;
  /** From 1, in the order of the definition; the same as that of its chunk. */
  no: number;
  id: string;
  state: Generated<string>;
  cause: string | null;
  attempts: Generated<number>;
  output: Json | null;
  /** {code, message, retryable} */
  error: Json | null;
  /** What it waits for. */
  waiting: Json | null;
  wake_at: Instant | null;
  /** When a wait has lasted too long. */
  deadline_at: Instant | null;
  /** Of an approval: {decision, values, by, at}. */
  decision: Json | null;
  /** Its output was taken over from an earlier run. */
  kept: Generated<boolean>;
  started_at: Instant | null;
  finished_at: Instant | null;
}

/** An item of a loop. */
export interface DagRunItemTable {
  run_id: string;
  node_no: number;
  /** From 0. */
  no: number;
  value: Json | null;
  state: Generated<string>;
  attempts: Generated<number>;
  next_attempt_at: Instant | null;
  output: Json | null;
  error: Json | null;
  waiting: Json | null;
  wake_at: Instant | null;
  /** When its wait has lasted too long. */
  deadline_at: Instant | null;
  started_at: Instant | null;
  finished_at: Instant | null;
}

export interface DagRunMessageTable {
  id: GeneratedAlways<string>;
  run_id: string;
  /** Null for a message of the run itself. */
  node: string | null;
  attempt: number | null;
  message: string;
  created_at: Generated<Date>;
}

export interface DagChildJobTable {
  job_id: string;
  run_id: string;
  node_no: number;
  item_no: number | null;
  /** The review that the node waits for once the job has asked for it; another job may have asked before. */
  review_request_id: string | null;
}
