/** Folders move first and one chunk at a time; files move after them, in as many lanes as there are. */
export const FOLDER_PHASE = 0;
export const FILE_PHASE = 1;
export type ChunkPhase = typeof FOLDER_PHASE | typeof FILE_PHASE;

/** One bulk move as its chunks need it; ids of the store. */
export interface BulkMoveJob {
  readonly jobId: string;
  readonly projectId: string;
  /** Null is the root of the project. Of no matter to an undo. */
  readonly targetId: string | null;
  readonly requestedBy: string;
  /** Each item goes back to a parent of its own, named in its chunk: an undo, or the retry of one. */
  readonly undo: boolean;
}

/**
 * What one call did: `done` with a chunk (and the number of its items that were not plainly moved), found none `idle`,
 * or was told to stop by the job's control state.
 */
export type ChunkResult =
  | { readonly kind: 'done'; readonly items: number; readonly exceptions: number }
  | { readonly kind: 'idle' }
  | { readonly kind: 'stopped'; readonly control: 'pause' | 'cancel' };
