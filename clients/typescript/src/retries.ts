import { toSeconds } from './errors';

/** Sends one request. */
export type Fetch = (request: Request) => Promise<Response>;

export interface RetryOptions {
  /** Of one request, the first one included; 1 for none but that. */
  readonly maxAttempts: number;
  /** Replaced in tests. Rejects when the signal aborts. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly random?: () => number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** A service that wants more patience than this is told to the caller instead. */
const LONGEST_WISH_SECONDS = 60;
/** What a proxy or a service under load answers although the next try may pass. */
const PASSING: readonly number[] = [429, 502, 503, 504];

/**
 * Tries again what can be tried again without doing anything twice: reads, and requests with an `Idempotency-Key`. The
 * pause before try n is drawn from between nothing and 250 ms × 2ⁿ, or is what `Retry-After` says.
 */
export function withRetries(send: Fetch, { maxAttempts, pause = sleep, random = Math.random }: RetryOptions): Fetch {
  return async (request) => {
    const most = isSafe(request) ? maxAttempts : 1;
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt >= most;
      let wishSeconds: number | null = null;
      try {
        const response = await send(isLast ? request : request.clone());
        if (isLast || !PASSING.includes(response.status)) return response;
        wishSeconds = toSeconds(response.headers.get('retry-after'));
        if (wishSeconds !== null && wishSeconds > LONGEST_WISH_SECONDS) return response;
        await response.body?.cancel();
      } catch (error) {
        if (isLast || request.signal.aborted) throw error;
      }
      const backOffMs = random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
      await pause(wishSeconds === null ? backOffMs : wishSeconds * 1_000, request.signal);
    }
  };
}

/** An `Idempotency-Key` that nobody else has: for one wish, however often it is sent. */
export function newIdempotencyKey(): string {
  return crypto.randomUUID();
}

function isSafe({ method, headers }: Request): boolean {
  return method === 'GET' || method === 'HEAD' || headers.has('idempotency-key');
}

/** Waits; rejects with the reason of the signal when that aborts first. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', leave);
      resolve();
    }, ms);
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
  });
}
