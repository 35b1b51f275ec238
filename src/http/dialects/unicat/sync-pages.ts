import type { SyncEvent } from '../../../domain/sync';
import { toEventText } from '../../event-stream';
import { readAfter, type SyncReader } from './sync-reader';

/** Events as they go over the wire, the same bytes for every reader that comes by. */
export interface StreamPage {
  readonly bytes: Buffer;
  /** The cursor of its last event. */
  readonly last: number;
  /** Whether there were more events in that moment. */
  readonly hasMore: boolean;
}

/** Pages of event streams. Each is made once, however many readers it is sent to. */
export interface StreamPages {
  /**
   * The next page after the cursor; null when there is none yet.
   * @throws Refusal when the reader may not go on, or not from there
   */
  read(reader: SyncReader, after: number): Promise<StreamPage | null>;
}

/** Events of a page at most. */
const PAGE = 100;
/** A page ends with the event that reaches this. A reader that takes nothing holds two pages of its own at most. */
const PAGE_BYTES = 32 * 1024;
/** Of all pages that are kept, for readers who come to the same place a little later. */
const KEPT_BYTES = 8 * 1024 * 1024;

export function createStreamPages(keptBytes = KEPT_BYTES): StreamPages {
  // Readers who were woken together get the same events from the hub, and so the same page.
  const made = new WeakMap<readonly SyncEvent[], StreamPage>();
  const kept = new Map<string, StreamPage>();
  let bytes = 0;

  const keep = (name: string, page: StreamPage) => {
    if (kept.has(name)) return;
    kept.set(name, page);
    bytes += page.bytes.length;
    for (const [oldest, { bytes: old }] of kept) {
      if (bytes <= keptBytes) break;
      kept.delete(oldest);
      bytes -= old.length;
    }
  };

  return {
    async read(reader, after) {
      const ready = kept.get(`${reader.projectId}/${String(after)}`);
      if (ready !== undefined) {
        await reader.recheck();
        return ready;
      }
      const events = await readAfter(reader, after, PAGE);
      const known = made.get(events);
      if (known !== undefined) return known;
      const pages = toPages(events);
      // Of a page that has a next one nothing can change: cursors become visible in their order, and for good.
      let from = after;
      for (const page of pages) {
        if (page.hasMore) keep(`${reader.projectId}/${String(from)}`, page);
        from = page.last;
      }
      const [first = null] = pages;
      if (first !== null) made.set(events, first);
      return first;
    },
  };
}

/** As many pages as it takes; the last one may be followed by events that have not been read. */
function toPages(events: readonly SyncEvent[]): readonly StreamPage[] {
  const pages: StreamPage[] = [];
  let texts: string[] = [];
  let size = 0;
  events.forEach((event, at) => {
    const text = toEventText(event.cursor, event);
    texts.push(text);
    size += Buffer.byteLength(text);
    const isLast = at === events.length - 1;
    if (size < PAGE_BYTES && !isLast) return;
    pages.push({
      bytes: Buffer.from(texts.join('')),
      last: event.cursor,
      hasMore: !isLast || events.length === PAGE,
    });
    texts = [];
    size = 0;
  });
  return pages;
}
