import type { PruneCounts } from '../domain/prune';

/** The Workflow Type of what removes old details of jobs and old history. */
export const PRUNE_WORKFLOW = 'pruneWorkflow';

/** One slice of about five seconds: what it has removed. `more`: another one has something to do. */
export interface PruneSlice {
  readonly removed: PruneCounts;
  readonly more: boolean;
}

/** What workflows may ask of the worker for a prune. It may be repeated without harm. */
export interface PruneActivities {
  /** Removes what is older than the retention of its kind, in short transactions. */
  pruneRecords(): Promise<PruneSlice>;
}
