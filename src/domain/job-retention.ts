import { hasNodes, type JobKind } from './job';

/** A job as far as its age matters. */
export interface AgedJob {
  readonly kind: JobKind;
  /** When its details were removed, in whatever form; null while they are kept. */
  readonly prunedAt: Date | string | null;
}

/**
 * Whether it can still be told what became of each item of the job, and be built on by a retry or an undo. Of a run of an
 * action only the messages and the items of loops go: its nodes are few, and stay.
 */
export function keepsItems({ kind, prunedAt }: AgedJob): boolean {
  return prunedAt === null || hasNodes(kind);
}

/** Why the items of a job cannot be told any more. */
export const ITEMS_PRUNED = 'the items of this job are not kept any more: it ended too long ago';

/** Why a job cannot be retried or undone any more. */
export const CHILD_PRUNED = `${ITEMS_PRUNED}, so that it can be neither retried nor undone`;
