import type { Folder } from './library';

/** All assets of `from` go into `to`. */
export interface Route {
  readonly from: Folder;
  readonly to: Folder;
}

/** What one run took, in milliseconds. */
export interface Timing {
  readonly wholeMs: number;
  /** Finding out which assets to move and keeping the list; 0 for who needs none. */
  readonly selectionMs: number;
  readonly movingMs: number;
  /** Until a reader saw the first assets moved; null for who tells nobody. */
  readonly firstChunkMs: number | null;
}

/** One way to move all assets of a folder. */
export interface Contender {
  readonly id: 'ours' | 'a' | 'b' | 'c';
  readonly title: string;
  /** What the time covers, in words for the reader of the table. */
  readonly covers: string;
  /** Makes what may be there before the clock starts, then moves; answers the job that the history names, if any. */
  run(route: Route): Promise<{ readonly timing: Timing; readonly jobId: string | null }>;
}
