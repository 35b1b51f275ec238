/** How many items were done at an instant: [ms since the epoch, items]. A list of samples has null where the job paused. */
export type PaceSample = readonly [atMs: number, done: number];

/** A stretch between two samples in which the job ran. */
export interface Stretch {
  readonly ms: number;
  readonly items: number;
  /** The first one after a start: it holds the way from the store to a worker, and ends with the first of many chunks. */
  readonly starting: boolean;
}

/** The stretches of a list of samples, oldest first; none is empty of time. */
export function toStretches(samples: readonly (PaceSample | null)[]): Stretch[] {
  const stretches: Stretch[] = [];
  let before: PaceSample | null = null;
  let starting = true;
  for (const sample of samples) {
    // The clocks of two workers may differ: what is told of the past is left out.
    if (before !== null && sample !== null && sample[0] <= before[0]) continue;
    if (before !== null && sample !== null) {
      stretches.push({ ms: sample[0] - before[0], items: Math.max(0, sample[1] - before[1]), starting });
      starting = false;
    }
    if (sample === null) starting = true;
    before = sample;
  }
  return stretches;
}

/** Time and items of the latest stretches that fill the window, of the oldest among them in proportion. */
export function sumLatest(stretches: readonly Stretch[], windowMs: number): { ms: number; items: number } {
  let ms = 0;
  let items = 0;
  for (const stretch of stretches.toReversed()) {
    const share = Math.min(1, (windowMs - ms) / stretch.ms);
    if (share <= 0) break;
    ms += stretch.ms * share;
    items += stretch.items * share;
  }
  return { ms, items };
}

/** Items per ms over the latest part of the stretches; there must be one. */
export function latestRate(stretches: readonly Stretch[], windowMs = Number.POSITIVE_INFINITY): number {
  const { ms, items } = sumLatest(stretches, windowMs);
  return items / ms;
}
