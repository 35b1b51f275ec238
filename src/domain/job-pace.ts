/** How many items were done at an instant: [ms since the epoch, items]. A list of samples has null where the job paused. */
export type PaceSample = readonly [atMs: number, done: number];

/** How fast a job gets on, and when it will have ended if it goes on so; null while that cannot be said. */
export interface PaceEstimate {
  readonly ratePerSecond: number | null;
  readonly eta: { readonly earliestMs: number; readonly latestMs: number } | null;
}

/** What the samples of a job say at `nowMs` (ms since the epoch). */
export function estimatePace(
  _samples: readonly (PaceSample | null)[],
  _remaining: number | null,
  _nowMs: number,
): PaceEstimate {
  return { ratePerSecond: null, eta: null };
}
