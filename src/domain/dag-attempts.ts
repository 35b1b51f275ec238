import type { DagRetry } from './dag-action';

/** A failed attempt of a node. */
export interface FailedAttempt {
  /** From 1. */
  readonly attempt: number;
  readonly retryable: boolean;
  /** What the other side asks for, if it does. */
  readonly retryAfterMs?: number;
  /** Since the first attempt began. */
  readonly elapsedMs: number;
}

/** However long a server asks us to stay away. */
const MAX_RETRY_AFTER_MS = 15 * 60_000;

/** How long to wait until the next attempt, in ms; null when there is to be none. */
export function nextAttemptInMs(retry: DagRetry, failed: FailedAttempt): number | null {
  if (!failed.retryable || failed.attempt >= retry.maxAttempts) return null;
  const backOff = Math.min(retry.initialIntervalMs * retry.backoff ** (failed.attempt - 1), retry.maxIntervalMs);
  const asked = Math.min(failed.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
  const delay = Math.round(Math.max(backOff, asked));
  if (retry.totalMs !== null && failed.elapsedMs + delay >= retry.totalMs) return null;
  return delay;
}

/** How long an attempt that begins now may take, in ms: its own limit, and what is left of that of all together. */
export function attemptLimitMs(timeoutMs: number | null, retry: DagRetry, elapsedMs: number): number | null {
  const left = retry.totalMs === null ? null : Math.max(retry.totalMs - elapsedMs, 0);
  if (timeoutMs === null || left === null) return timeoutMs ?? left;
  return Math.min(timeoutMs, left);
}
