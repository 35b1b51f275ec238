import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { HEARTBEAT, STORE_RETRY_MS, STREAM_START, toRefusedText } from '../../event-stream';
import { Refusal } from '../../refusal';
import type { StreamPages } from './sync-pages';
import type { SyncReader } from './sync-reader';

export interface SyncStreamOptions {
  readonly reader: SyncReader;
  readonly pages: StreamPages;
  readonly after: number;
  readonly heartbeatMs: number;
  readonly logger: Pick<Logger, 'warn'>;
  /** The body that tells a refusal, for an event stream that ends because of one. */
  readonly toRefusalBody: (refusal: Refusal) => unknown;
}

/**
 * The bytes of an event stream, one chunk per page of events, which is read when the consumer asks for it.
 *
 * Events carry no name, so that `EventSource.onmessage` gets them; their id is the cursor. `refused` is the last word
 * of a stream whose caller may not read on. A store that is away is waited for.
 */
export async function* streamSync(options: SyncStreamOptions): AsyncGenerator<string | Buffer, void, undefined> {
  const { reader, pages, heartbeatMs } = options;
  let after = options.after;
  let lags = false;
  yield STREAM_START;
  while (!reader.signal.aborted) {
    try {
      const page = await pages.read(reader, after, lags);
      lags = page?.hasMore === true;
      if (page !== null) {
        after = page.last;
        yield page.bytes;
        // What was committed after this page was read is news, which are kept for the wait.
        if (page.hasMore) continue;
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
