const FIRST_DELAY_MS = 1_000;
const FACTOR = 3;
const LONGEST_MS = 60_000;

/**
 * How long to wait before the next attempt at a server that has failed `attempts` times: 1 s, 3 s, 9 s, …, or as long as
 * the server asks for, a minute at most. So a server that keeps failing is given up within minutes.
 */
export function nextAttemptDelayMs(attempts: number, retryAfterMs = 0): number {
  const backOff = FIRST_DELAY_MS * FACTOR ** Math.max(0, attempts - 1);
  return Math.min(LONGEST_MS, Math.max(backOff, retryAfterMs));
}
