import type { ObjectSweepCounts } from '../domain/object-sweep';
import type { SweepObjectsInput } from '../schemas/sweep-objects';

export type { SweepObjectsInput } from '../schemas/sweep-objects';

/** Removes what lies in the object store and nothing names. */
export const SWEEP_OBJECTS_WORKFLOW = 'sweepObjectsWorkflow';

/** Where a sweep stands, and what it ends with. */
export interface ObjectSweep extends ObjectSweepCounts {
  readonly dry_run: boolean;
  /** Of a dry run only: the first keys that would go. */
  readonly keys?: readonly string[];
}

/** What a run of the workflow hands on to the next one: the number of the folder that comes next, and the counts. */
export interface ObjectSweepProgress {
  readonly from: number;
  readonly sweep: ObjectSweep;
}

/** One slice of about five seconds; `next` is the folder to go on with, null when all were looked through. */
export interface OrphanSlice extends Pick<ObjectSweepCounts, 'looked_at' | 'orphans'> {
  readonly next: number | null;
  readonly keys: readonly string[];
}

/** What workflows may ask of the worker for a sweep of the object store. All of them may be repeated without harm. */
export interface SweepObjectsActivities {
  /** Validates the input, looks through folders of the store, and notes for removal what nothing names. */
  noteOrphans(request: { readonly from: number; readonly input: SweepObjectsInput | null }): Promise<OrphanSlice>;
  /** Removes what is noted and due, for about five seconds. */
  removeOrphans(): Promise<Pick<ObjectSweepCounts, 'removed' | 'waiting'> & { readonly more: boolean }>;
  /** Takes away what was begun and never ended. */
  sweepLeftovers(request: { readonly input: SweepObjectsInput | null }): Promise<Pick<ObjectSweepCounts, 'unfinished' | 'staged'>>; // prettier-ignore
}
