import { refuseCursor, type SyncEvent } from '../../../domain/sync';
import { selectionRefused } from '../../refusal';
import type { SyncWatch } from '../../sync-hub';

/** What one conversation needs to read on: its project's news, and a check that the caller still may. */
export interface SyncReader {
  /** The store's id of what is read. */
  readonly projectId: string;
  readonly watch: SyncWatch;
  readonly recheck: () => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * The events after the cursor; none when there are none yet.
 * @throws Refusal 1006 for a cursor that the project has never reached, or whose next event has been removed
 */
export async function readAfter(reader: SyncReader, after: number, limit: number): Promise<readonly SyncEvent[]> {
  const page = await reader.watch.read(after, limit);
  // Last: no event that was committed after the right had gone is in what a check before it lets through.
  await reader.recheck();
  const fault = refuseCursor(after, page);
  if (fault !== null) throw selectionRefused(fault, [{ field: 'cursor', message: fault }]);
  return page.events;
}

/** The same, but waits up to `waitMs` for the first event. */
export async function awaitAfter(
  reader: SyncReader,
  after: number,
  limit: number,
  waitMs: number,
): Promise<readonly SyncEvent[]> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const events = await readAfter(reader, after, limit);
    const leftMs = deadline - performance.now();
    if (events.length > 0 || leftMs <= 0 || reader.signal.aborted) return events;
    await reader.watch.news(after, leftMs, reader.signal);
  }
}
