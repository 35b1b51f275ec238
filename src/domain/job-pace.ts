import type { JobState } from './job';
import { toRateRange } from './job-rates';
import { type PaceSample, type Stretch, sumLatest, toProgress } from './job-stretches';

export type { PaceSample } from './job-stretches';

/** How fast a job gets on, and when it will have ended if it goes on so; null while that cannot be said. */
export interface PaceEstimate {
  /** Items per second, to one decimal, over the last ten seconds in which the job ran. */
  readonly ratePerSecond: number | null;
  /** Never before the instant at which it was asked for. */
  readonly eta: { readonly earliestMs: number; readonly latestMs: number } | null;
}

/** What an estimate is made of. */
export interface PacedJob {
  readonly state: JobState;
  readonly counts: { readonly remaining: number | null };
  readonly pace: readonly (PaceSample | null)[];
}

const UNKNOWN: PaceEstimate = { ratePerSecond: null, eta: null };
const RATE_WINDOW_MS = 10_000;
/** Time without progress that means nothing: a job is told of twice a second, and a slow chunk takes longer than that. */
const USUAL_SILENCE = { leastMs: 1_000, ofLatestGaps: 2, gaps: 4 };
/** From the last item to the end of the job. */
const ENDING_MS = 300;
/** Instants that are further off are not told: nobody can mean them, and they have no form. */
const FURTHEST_MS = 10 * 365 * 86_400_000;

/** How fast the job gets on at `nowMs` (ms since the epoch), and when it will have ended; nulls unless it is running. */
export function paceOf(job: PacedJob, nowMs: number): PaceEstimate {
  return job.state === 'running' ? estimatePace(job.pace, job.counts.remaining, nowMs) : UNKNOWN;
}

/**
 * The same of a running job with `remaining` items, by its samples. Time in which it was paused does not count. When
 * nothing gets done for longer than usual the rate falls and the range moves on, its end faster than its beginning.
 */
export function estimatePace(
  samples: readonly (PaceSample | null)[],
  remaining: number | null,
  nowMs: number,
): PaceEstimate {
  const { stretches, sinceMs } = toProgress(samples);
  if (sinceMs === null) return UNKNOWN;
  const silentMs = unusualSilence(stretches, nowMs - sinceMs);
  const ratePerSecond = measuredRate(stretches, silentMs);
  const rates = remaining === null || remaining === 0 ? null : toRateRange(stretches, remaining);
  if (remaining === null || rates === null) return { ratePerSecond, eta: null };
  const fromMs = sinceMs + silentMs;
  const within = (ms: number, leastMs: number) => Math.ceil(Math.max(leastMs, Math.min(nowMs + FURTHEST_MS, ms)));
  const earliestMs = within(fromMs + remaining / rates.fastest, nowMs);
  const latestMs = within(fromMs + silentMs + remaining / rates.slowest + ENDING_MS, earliestMs + ENDING_MS);
  return { ratePerSecond, eta: { earliestMs, latestMs } };
}

function unusualSilence(stretches: readonly Stretch[], silentMs: number): number {
  const { leastMs, ofLatestGaps, gaps } = USUAL_SILENCE;
  const usualMs = Math.max(leastMs, ...stretches.slice(-gaps).map(({ ms }) => ms * ofLatestGaps));
  return Math.max(0, silentMs - usualMs);
}

function measuredRate(stretches: readonly Stretch[], silentMs: number): number | null {
  if (stretches.length === 0) return null;
  const silence: Stretch[] = silentMs > 0 ? [{ ms: silentMs, items: 0, starting: false }] : [];
  const { ms, items } = sumLatest([...stretches, ...silence], RATE_WINDOW_MS);
  return Math.round((items / ms) * 10_000) / 10;
}
