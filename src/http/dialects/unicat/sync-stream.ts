import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { SyncEvent } from '../../../domain/sync';
import { Refusal } from '../../refusal';
import { readAfter, type SyncReader } from './sync-reader';

export interface SyncStreamOptions {
  readonly reader: SyncReader;
  readonly after: number;
  readonly heartbeatMs: number;
  readonly logger: Pick<Logger, 'warn'>;
  /** The body that tells a refusal, for an event stream that ends because of one. */
  readonly toRefusalBody: (refusal: Refusal) => object;
}

/** What a client waits before it connects again after the stream ended. */
const RETRY_MS = 2000;
const PAGE = 100;
const STORE_RETRY_MS = 1000;

/**
 * The text of an event stream, one chunk per page of events. The next page is read when the consumer asks for the next
 * chunk, so a slow reader costs the memory of one page however far behind it is.
 *
 * Events carry no name, so that `EventSource.onmessage` gets them; their id is the cursor. `refused` is the last word
 * of a stream whose caller may not read on. A store that is away is waited for.
 */
export async function* streamSync(options: SyncStreamOptions): AsyncGenerator<string, void, undefined> {
  const { reader, heartbeatMs } = options;
  let after = options.after;
  yield `retry: ${String(RETRY_MS)}\n\n`;
  while (!reader.signal.aborted) {
    try {
      const events = await readAfter(reader, after, PAGE);
      const last = events.at(-1);
      if (last !== undefined) {
        after = last.cursor;
        yield events.map(toEventText).join('');
        continue;
      }
    } catch (error) {
      if (error instanceof Refusal && error.statusCode < 500) {
        yield `event: refused\ndata: ${JSON.stringify(options.toRefusalBody(error))}\n\n`;
        return;
      }
      options.logger.warn({ err: error }, 'sync: an event stream waits for the store');
      await sleep(STORE_RETRY_MS, undefined, { signal: reader.signal }).catch(() => undefined);
      yield ':\n\n';
      continue;
    }
    const askedAt = performance.now();
    await reader.watch.news(after, heartbeatMs, reader.signal);
    if (performance.now() - askedAt >= heartbeatMs - 1) yield ':\n\n';
  }
}

function toEventText(event: SyncEvent): string {
  return `id: ${String(event.cursor)}\ndata: ${JSON.stringify(event)}\n\n`;
}
