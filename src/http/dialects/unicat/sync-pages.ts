import type { SyncEvent } from '../../../domain/sync';
import { toEventText } from '../../event-stream';
import { createTurns } from '../../turns';
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
   * The next page after the cursor; null when there is none yet. Readers who lag, as one whose page before had a next one,
   * read the store some at a time.
   * @throws Refusal when the reader may not go on, or not from there
   */
  read(reader: SyncReader, after: number, lags?: boolean): Promise<StreamPage | null>;
}

/** Events of a page at most. */
const PAGE = 100;
/** A page ends with the event that reaches this. A reader that takes nothing holds two pages of its own at most. */
const PAGE_BYTES = 32 * 1024;
/** Of all pages that are kept, for readers who come to the same place a little later. */
const KEPT_BYTES = 16 * 1024 * 1024;
/**
 * Readers who lag and read the store at once. Those behind them mostly find the page ready when it is their turn, and a
 * crowd that catches up takes neither the memory nor the connections of everybody else.
 */
const LAGGARDS_AT_ONCE = 4;

export function createStreamPages(keptBytes = KEPT_BYTES): StreamPages {
  // Readers who were woken together get the same events from the hub, and so the same page.
  const made = new WeakMap<readonly SyncEvent[], StreamPage>();
  const kept = new Map<string, StreamPage>();
  const inTurn = createTurns(LAGGARDS_AT_ONCE);
  /** What laggards read now, by their places: one reads for all who stand at the same. */
  const underWay = new Map<string, Promise<unknown>>();
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

  const findReady = async (reader: SyncReader, after: number) => {
    const ready = kept.get(nameOf(reader, after));
    if (ready !== undefined) await reader.recheck();
    return ready;
  };

  const make = async (reader: SyncReader, after: number): Promise<StreamPage | null> => {
    const events = await readAfter(reader, after, PAGE);
    const known = made.get(events);
    if (known !== undefined) return known;
    const pages = toPages(events);
    // Of a page that has a next one nothing can change: cursors become visible in their order, and for good.
    let from = after;
    for (const page of pages) {
      if (page.hasMore) keep(nameOf(reader, from), page);
      from = page.last;
    }
    const [first = null] = pages;
    if (first !== null) made.set(events, first);
    return first;
  };

  return {
    async read(reader, after, lags = false) {
      const ready = await findReady(reader, after);
      if (ready !== undefined) return ready;
      if (!lags) return make(reader, after);
      const name = nameOf(reader, after);
      const others = underWay.get(name);
      // Without a pause where there is none, or all of a crowd would find nobody.
      if (others !== undefined) await others.catch(() => undefined);
      const own = inTurn(async () => (await findReady(reader, after)) ?? make(reader, after));
      underWay.set(name, own);
      return own.finally(() => {
        if (underWay.get(name) === own) underWay.delete(name);
      });
    },
  };
}

const nameOf = ({ projectId }: SyncReader, after: number) => `${projectId}/${String(after)}`;

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
