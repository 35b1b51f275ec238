import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { HEARTBEAT, STORE_RETRY_MS, STREAM_START, toEventText, toRefusedText } from '../../event-stream';
import { Refusal } from '../../refusal';
import { readAfter, type SyncReader } from './sync-reader';

export interface SyncStreamOptions {
  readonly reader: SyncReader;
  readonly after: number;
  readonly heartbeatMs: number;
  readonly logger: Pick<Logger, 'warn'>;
  /** The body that tells a refusal, for an event stream that ends because of one. */
  readonly toRefusalBody: (refusal: Refusal) => unknown;
}

const PAGE = 100;

/**
 * The text of an event stream, one chunk per page of events, which is read when the consumer asks for it.
 *
 * Events carry no name, so that `EventSource.onmessage` gets them; their id is the cursor. `refused` is the last word
 * of a stream whose caller may not read on. A store that is away is waited for.
 */
export async function* streamSync(options: SyncStreamOptions): AsyncGenerator<string, void, undefined> {
  const { reader, heartbeatMs } = options;
  let after = options.after;
  yield STREAM_START;
  while (!reader.signal.aborted) {
    try {
      const events = await readAfter(reader, after, PAGE);
      const last = events.at(-1);
      if (last !== undefined) {
        after = last.cursor;
        yield events.map((event) => toEventText(event.cursor, event)).join('');
        continue;
      }
    } catch (error) {
      if (error instanceof Refusal && error.statusCode < 500) {
        yield toRefusedText(options.toRefusalBody(error));
        return;
      }
      options.logger.warn({ err: error }, 'sync: an event stream waits for the store');
      await sleep(STORE_RETRY_MS, undefined, { signal: reader.signal }).catch(() => undefined);
      yield HEARTBEAT;
      continue;
    }
    const askedAt = performance.now();
    await reader.watch.news(after, heartbeatMs, reader.signal);
    if (performance.now() - askedAt >= heartbeatMs - 1) yield HEARTBEAT;
  }
}
