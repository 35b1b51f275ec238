/** Wrong passwords that cost nothing: people mistype. */
const FREE_FAILURES = 4;
/** Of a whole link, from all addresses together. */
const FREE_FAILURES_OF_LINK = 40;
const FIRST_DELAY_MS = 2_000;
const MOST_DELAY_MS = 60_000;

/** Failures that are so far back do not count any more. */
export const FAILURES_FORGOTTEN_MS = 15 * 60_000;

/**
 * How long the next try has to wait, in ms, after so many wrong passwords in a row. It doubles, and stays at what a
 * person can bear: a link is never locked for good, neither for its readers nor by somebody who wants that.
 */
export function nextTryDelayMs(failures: number, of: 'address' | 'link'): number {
  const beyond = failures - (of === 'address' ? FREE_FAILURES : FREE_FAILURES_OF_LINK);
  return beyond <= 0 ? 0 : Math.min(MOST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(beyond - 1, 10));
}
