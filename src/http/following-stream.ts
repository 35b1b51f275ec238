import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { HEARTBEAT, STORE_RETRY_MS, STREAM_START, toEventText, toRefusedText } from './event-stream';
import type { Follower } from './following';
import { Refusal } from './refusal';

/** A thing as it is told at one moment. */
export interface Telling {
  /** The event id; another one is news. */
  readonly id: string;
  /** What may change under the same id, and is news then, but not to who has just come. */
  readonly aside: string | null;
  readonly hasEnded: boolean;
  /** What the event says. */
  readonly answer: () => unknown;
}

export interface FollowingStreamOptions<Thing> {
  readonly follower: Pick<Follower<Thing>, 'read' | 'change' | 'signal'>;
  /** The event id that the reader has seen; null for none. */
  readonly seen: string | null;
  readonly heartbeatMs: number;
  readonly logger: Pick<Logger, 'warn'>;
  readonly toTelling: (thing: Thing) => Telling;
  /** The body that tells a refusal, for a stream that ends because of one. */
  readonly toRefusalBody: (refusal: Refusal) => unknown;
}

/**
 * The text of an event stream: the thing as it is, unless the reader has seen it, and again after each change, until it
 * has ended. Changes that come while the reader is busy are told as one.
 */
export async function* streamFollowed<Thing>(
  options: FollowingStreamOptions<Thing>,
): AsyncGenerator<string, void, undefined> {
  const { follower, heartbeatMs } = options;
  let { seen } = options;
  let aside: string | null | undefined;
  let toldAt = performance.now();
  yield STREAM_START;
  while (!follower.signal.aborted) {
    try {
      const telling = options.toTelling(await follower.read());
      const isNews = telling.id !== seen || (aside !== undefined && telling.aside !== aside);
      seen = telling.id;
      ({ aside } = telling);
      if (isNews) {
        toldAt = performance.now();
        yield toEventText(telling.id, telling.answer());
      }
      if (telling.hasEnded) return;
      await follower.change(toldAt + heartbeatMs - performance.now());
    } catch (error) {
      if (error instanceof Refusal && error.statusCode < 500) {
        yield toRefusedText(options.toRefusalBody(error));
        return;
      }
      options.logger.warn({ err: error }, 'an event stream waits for the store');
      await sleep(STORE_RETRY_MS, undefined, { signal: follower.signal }).catch(() => undefined);
    }
    if (performance.now() - toldAt < heartbeatMs - 1) continue;
    toldAt = performance.now();
    yield HEARTBEAT;
  }
}
