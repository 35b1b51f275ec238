import { LonghaulError } from '../../../clients/typescript/src';
import type { Answer, Api, SharingOrder } from '../support/api';
import { rest } from './rest';

/** What the calls of the load met. */
export interface CallCounts {
  calls: number;
  /** Nobody listened, or the connection broke before the answer. */
  unanswered: number;
  /** Answers of 5xx, by which the façade says that a server behind it is away. */
  refused: number;
}

/** Calls the façade until it answers, through every outage. */
export interface Caller {
  readonly counts: Readonly<CallCounts>;
  get<T>(path: string): Promise<Answer<T>>;
  /** With an Idempotency-Key where repeating would otherwise do the thing twice. */
  post<T>(path: string, body?: unknown, idempotencyKey?: string): Promise<Answer<T>>;
  /** Asks for assets to be shared or unshared; answers the status, and the token of an accepted job. */
  share(projectUuid: string, order: SharingOrder, idempotencyKey: string): Promise<Answer<{ token?: string }>>;
}

const RETRY_MS = 150;

/** `signal` ends the trying: a call that is still unanswered then throws. */
export function createCaller(api: Api, signal: AbortSignal): Caller {
  const counts: CallCounts = { calls: 0, unanswered: 0, refused: 0 };

  async function insist<T>(call: () => Promise<Answer<T>>): Promise<Answer<T>> {
    for (;;) {
      signal.throwIfAborted();
      counts.calls += 1;
      try {
        const answer = await call();
        if (answer.status < 500) return answer;
        counts.refused += 1;
      } catch {
        counts.unanswered += 1;
      }
      await rest(RETRY_MS, signal);
    }
  }

  return {
    counts,
    get: (path) => insist(() => api.get(path)),
    post: (path, body, idempotencyKey) => insist(() => api.post(path, body, idempotencyKey)),
    share: (projectUuid, order, idempotencyKey) =>
      insist<{ token?: string }>(async () => {
        try {
          return { status: 202, body: { token: await api.share(projectUuid, order, idempotencyKey) } };
        } catch (error) {
          if (!(error instanceof LonghaulError)) throw error;
          return { status: error.status, body: {} };
        }
      }),
  };
}
