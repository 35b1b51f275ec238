import { statusOfVerdict, type BulkMoveVerdict } from '../domain/bulk-move';

/** The items of a chunk by what became of them, in the order of the chunk. */
export interface ChunkSplit {
  readonly movedIds: readonly string[];
  readonly exceptionIds: readonly string[];
  /** Of `exceptionIds`, one by one. */
  readonly exceptionCodes: readonly BulkMoveVerdict[];
  readonly skipped: number;
  readonly failed: number;
}

/** Decides the items one after the other. */
export function splitByVerdict(itemIds: readonly string[], verdictOf: (id: string) => BulkMoveVerdict): ChunkSplit {
  const movedIds: string[] = [];
  const exceptionIds: string[] = [];
  const exceptionCodes: BulkMoveVerdict[] = [];
  const counts = { moved: 0, skipped: 0, failed: 0 };
  for (const id of itemIds) {
    const verdict = verdictOf(id);
    counts[statusOfVerdict(verdict)] += 1;
    if (verdict === 'moved') {
      movedIds.push(id);
    } else {
      exceptionIds.push(id);
      exceptionCodes.push(verdict);
    }
  }
  return { movedIds, exceptionIds, exceptionCodes, skipped: counts.skipped, failed: counts.failed };
}
