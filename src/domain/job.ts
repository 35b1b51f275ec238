/** States of a job: queued → running ⇄ paused → done | cancelled | failed, or rejected before it ran. */
export const JOB_STATES = ['queued', 'running', 'paused', 'done', 'cancelled', 'failed', 'rejected'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** What people ask of an open job. */
export type JobControl = 'run' | 'pause' | 'cancel';

/** How an ended job ended; null while it is open. */
export type JobOutcome = 'succeeded' | 'with_failures' | 'cancelled' | 'failed' | 'rejected';

export const JOB_KINDS = [
  'bulk_move_assets',
  'trash_assets',
  'restore_assets',
  'assign_assets',
  'delete_assets',
  'ingest_media',
  'bulk_ingest_media',
  'set_shared',
  'review_request',
  'force_approve',
  'dag_action_run',
] as const;
export type JobKind = (typeof JOB_KINDS)[number];

const RETRIED: ReadonlySet<JobKind> = new Set([
  'bulk_move_assets',
  'ingest_media',
  'bulk_ingest_media',
  'set_shared',
  'review_request',
  'force_approve',
  'dag_action_run',
]);

/** Whether the failed items of such a job can be tried again, by a job of the same kind. */
export function canRetry(kind: JobKind): boolean {
  return RETRIED.has(kind);
}

/** Whether what such a job did can be undone, by a job of the same kind. */
export function canUndo(kind: JobKind): boolean {
  return kind === 'bulk_move_assets';
}

export type IngestKind = Extract<JobKind, 'ingest_media' | 'bulk_ingest_media'>;

/** True for the kind of jobs whose items are the nodes of a graph. */
export function hasNodes(kind: JobKind): boolean {
  return kind === 'dag_action_run';
}

/** True for the kind of jobs whose items are numbered lines of a list. */
export function hasLines(kind: JobKind): boolean {
  return kind === 'bulk_ingest_media';
}

/** True for the kinds of jobs that fetch files: their items are rows of `ingests`, named by the asset of each. */
export function isIngest(kind: JobKind): kind is IngestKind {
  return kind === 'ingest_media' || kind === 'bulk_ingest_media';
}

/**
 * Where the items of a job stand. Before the selection is resolved `total` and `remaining` are null and the rest is 0;
 * after that `total = succeeded + skipped + failed + remaining` at every moment.
 */
export interface Counts {
  readonly total: number | null;
  readonly succeeded: number;
  readonly skipped: number;
  readonly failed: number;
  readonly remaining: number | null;
}

/** True when the job has ended and will not change again. */
export function isEnded(state: JobState): boolean {
  return state === 'done' || state === 'cancelled' || state === 'failed' || state === 'rejected';
}

/** The outcome of a job that worked through its selection. */
export function outcomeOfDone(counts: Counts): JobOutcome {
  return counts.failed > 0 ? 'with_failures' : 'succeeded';
}
