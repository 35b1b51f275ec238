import { latestRate, type Stretch, sumLatest } from './job-stretches';

/** The slowest and the fastest rate to reckon with, in items per ms. */
export interface RateRange {
  readonly slowest: number;
  readonly fastest: number;
}

/**
 * While all that is known is how long the first chunk took: it was slow to come, and others are under way beside it. The
 * fastest is right for a job of 100,000 items that takes two seconds.
 */
const FIRST_LOOK = { slower: 0.9, faster: 20 };
/** Windows of measured time whose rates are compared: an eighth of the time that is left, within reason, to twice it. */
const WINDOWS = { shortestMs: 1_300, longestMs: 20_000, ofTimeLeft: 1 / 8 };
/** How far a change of the rate is taken to go on. */
const TREND = { strength: 0.8, most: 2 };
/** Unevenness: measured between parts of the time, with some that is assumed until there are enough parts. */
const NOISE = { parts: 8, assumedParts: 3, assumedVariance: 0.02, width: 1.7 };
/** What is left of the margin for ever, and what goes within seconds and within a minute. */
const MARGIN = { least: 0.04, young: 1, youngMs: 2_500, middling: 0.1, middlingMs: 10_000 };
/** However little happened lately. */
const SLOWEST_OF_OVERALL = 0.1;

/**
 * The rates between which a job is taken to go on with what remains; null when nothing was measured. They are the
 * slowest and the fastest of several windows of time and of where the trend leads, with a margin that covers how uneven
 * the job is and narrows as more is measured. Its figures were found by simulation; see test/domain/job-pace.
 */
export function toRateRange(stretches: readonly Stretch[], remaining: number): RateRange | null {
  const steady = stretches.filter((stretch) => !stretch.starting);
  if (!steady.some(({ items }) => items > 0)) {
    const rate = stretches.length === 0 ? 0 : latestRate(stretches);
    return rate === 0 ? null : { slowest: rate * FIRST_LOOK.slower, fastest: rate * FIRST_LOOK.faster };
  }
  const overall = latestRate(steady);
  const { ms: measuredMs } = sumLatest(steady, Number.POSITIVE_INFINITY);
  const leftMs = remaining / overall;
  const rates = [...windowsOf(measuredMs, leftMs).map((windowMs) => latestRate(steady, windowMs)), ...trendOf(steady, measuredMs, leftMs)]; // prettier-ignore
  const margin =
    MARGIN.least +
    MARGIN.young * Math.exp(-measuredMs / MARGIN.youngMs) +
    MARGIN.middling / (1 + measuredMs / MARGIN.middlingMs) +
    NOISE.width * unevenness(steady, measuredMs, leftMs);
  return {
    slowest: Math.max(Math.min(...rates) / (1 + margin), overall * SLOWEST_OF_OVERALL),
    fastest: Math.max(...rates) * (1 + margin),
  };
}

/** Longest first: each half of the one before. */
function windowsOf(measuredMs: number, leftMs: number): number[] {
  const { shortestMs, longestMs, ofTimeLeft } = WINDOWS;
  const shortest = Math.min(longestMs, Math.max(shortestMs, leftMs * ofTimeLeft));
  const longest = Math.min(measuredMs, Math.max(longestMs, leftMs * 2));
  const halvings = Math.max(0, Math.floor(Math.log2(longest / shortest)));
  return Array.from({ length: halvings + 1 }, (_, times) => longest / 2 ** times);
}

/** Where a job is heading whose later half was faster or slower than its earlier one. */
function trendOf(steady: readonly Stretch[], measuredMs: number, leftMs: number): number[] {
  const later = sumLatest(steady, measuredMs / 2);
  const earlierItems = sumLatest(steady, measuredMs).items - later.items;
  if (later.items === 0 || earlierItems <= 0) return [];
  const change = (later.items / earlierItems) ** (TREND.strength * Math.min(1, leftMs / measuredMs));
  return [(later.items / later.ms) * Math.min(TREND.most, Math.max(1 / TREND.most, change))];
}

/** How far the mean of the time that is left may lie from that of the measured time, as a share: a standard deviation. */
function unevenness(steady: readonly Stretch[], measuredMs: number, leftMs: number): number {
  const parts = Math.min(NOISE.parts, steady.length);
  const partMs = measuredMs / parts;
  const mean = latestRate(steady);
  let squares = NOISE.assumedParts * NOISE.assumedVariance;
  let itemsBefore = 0;
  for (let part = 1; part <= parts; part += 1) {
    const { items } = sumLatest(steady, part * partMs);
    squares += ((items - itemsBefore) / partMs / mean - 1) ** 2;
    itemsBefore = items;
  }
  const variance = squares / (parts + NOISE.assumedParts - 1);
  return Math.sqrt(variance * (1 / parts + 1 / Math.max(1, leftMs / partMs)));
}
