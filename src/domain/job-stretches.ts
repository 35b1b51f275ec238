/** How many items were done at an instant: [ms since the epoch, items]. A list of samples has null where the job paused. */
export type PaceSample = readonly [atMs: number, done: number];

/** A stretch between two samples in which the job ran. */
export interface Stretch {
  readonly ms: number;
  readonly items: number;
  /** The first one after a start: it holds the way from the store to a worker, and ends with the first of many chunks. */
  readonly starting: boolean;
}

/** What a list of samples says. */
export interface Progress {
  /** Oldest first; none is empty of time. */
  readonly stretches: readonly Stretch[];
  /** Since when nothing has been done, in ms since the epoch; null when it is paused, or has never run. */
  readonly sinceMs: number | null;
}

/** Samples between which nothing was done say no more than the last of them: the work of a slow chunk is in all of them. */
export function toProgress(samples: readonly (PaceSample | null)[]): Progress {
  const stretches: Stretch[] = [];
  let before: PaceSample | null = null;
  let starting = true;
  for (const [at, sample] of samples.entries()) {
    if (before !== null && sample !== null) {
      // The clocks of two workers may differ: what is told of the past is left out.
      const isLast = samples[at + 1] === null;
      if (sample[0] <= before[0] || (sample[1] <= before[1] && !isLast)) continue;
      stretches.push({ ms: sample[0] - before[0], items: Math.max(0, sample[1] - before[1]), starting });
      starting = false;
    }
    if (sample === null) starting = true;
    before = sample;
  }
  return { stretches, sinceMs: before?.[0] ?? null };
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
