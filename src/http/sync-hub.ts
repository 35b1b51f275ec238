import type { Logger } from 'pino';
import type { Pool } from 'pg';
import type { Database } from '../store/database';
import { readSyncEvents, readSyncRanges, type SyncPage } from '../store/sync-reading';
import { createPacer } from './pacer';
import { createSyncListener } from './sync-listener';

/** Tells the readers of this process when a project has new sync events. */
export interface SyncHub {
  /** Starts to collect news of the project; stop it when the reader leaves. */
  watch(projectId: string): SyncWatch;
  /** Ends every wait and gives the listening connection back. Call it before the store is closed. */
  close(): Promise<void>;
}

/** One reader's view of one project. News that come between a read and the wait after it are not lost. */
export interface SyncWatch {
  /** Resolves when there may be events after the cursor, when the time is over, or when the signal aborts. */
  news(after: number, timeoutMs: number, signal: AbortSignal): Promise<void>;
  /** Reads a page; readers woken by the same news at the same cursor share one query. */
  read(after: number, limit: number): Promise<SyncPage>;
  stop(): void;
}

export interface SyncHubOptions {
  readonly db: Database;
  readonly pool: Pool;
  readonly logger: Logger;
  /** How often a project with waiting readers is looked at in case a notification was lost. Default 1,000 ms. */
  readonly pollMs?: number;
}

/** A reader that waits, the newest cursor it was told of, and what its next read may be shared with. */
interface Watcher {
  told: number;
  reads: Map<string, Promise<SyncPage>> | null;
  waiting: { readonly after: number; readonly wake: () => void } | null;
}

/**
 * What each reader adds to the least time between two news of its project: to write to a thousand takes some 20 ms, and
 * events that come faster than that are better told together. One event after a silence is told at once.
 */
const GAP_MS_OF_READER = 0.05;
const MOST_GAP_MS = 250;

/**
 * One LISTEN connection for all readers of the process. Notifications only make reading prompt: what a reader gets is
 * always decided by its cursor, and a slow poll (only while somebody waits) stands behind a lost notification.
 */
export function createSyncHub({ db, pool, logger, pollMs = 1000 }: SyncHubOptions): SyncHub {
  const watchers = new Map<string, Set<Watcher>>();
  let pollTimer: NodeJS.Timeout | null = null;
  let polling = false;
  let closed = false;

  const tell = (projectId: string, cursor: number) => {
    // A read that started before these news may not hold them: only those woken now share the next one.
    const reads = new Map<string, Promise<SyncPage>>();
    for (const watcher of watchers.get(projectId) ?? []) {
      watcher.told = Math.max(watcher.told, cursor);
      watcher.reads = reads;
      if (watcher.waiting !== null && watcher.told > watcher.waiting.after) watcher.waiting.wake();
    }
  };
  const pacer = createPacer({
    deliver: tell,
    gapMsOf: (projectId) => Math.min((watchers.get(projectId)?.size ?? 0) * GAP_MS_OF_READER, MOST_GAP_MS),
  });
  const sayToAll = () => {
    for (const projectId of watchers.keys()) pacer.say(projectId, Number.POSITIVE_INFINITY);
  };
  // Notifications sent while the connection was away are lost, so each new connection counts as news for everyone.
  const listener = createSyncListener({
    pool,
    logger,
    onNews: (projectId, cursor) => pacer.say(projectId, cursor),
    onListening: sayToAll,
  });

  const isWaiting = (watcher: Watcher) => watcher.waiting !== null;
  const poll = async () => {
    const waiting = [...watchers].filter(([, set]) => [...set].some(isWaiting)).map(([projectId]) => projectId);
    if (waiting.length === 0) return;
    for (const { projectId, current } of await readSyncRanges(db, waiting)) {
      const isBehind = (watcher: Watcher) => watcher.waiting !== null && watcher.waiting.after < current;
      if ([...(watchers.get(projectId) ?? [])].some(isBehind)) pacer.say(projectId, current);
    }
  };
  const schedulePoll = () => {
    if (closed || polling || pollTimer !== null) return;
    pollTimer = setTimeout(() => {
      pollTimer = null;
      polling = true;
      poll()
        .catch((error: unknown) => {
          logger.warn({ err: error }, 'sync: the store cannot be polled');
        })
        .finally(() => {
          polling = false;
          if ([...watchers.values()].some((set) => [...set].some(isWaiting))) schedulePoll();
        });
    }, pollMs).unref();
  };

  const wait = (watcher: Watcher, after: number, timeoutMs: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        watcher.waiting = null;
        watcher.told = 0;
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      signal.addEventListener('abort', wake, { once: true });
      watcher.waiting = { after, wake };
      if (closed || signal.aborted || watcher.told > after) wake();
      else schedulePoll();
    });

  return {
    watch(projectId) {
      const watcher: Watcher = { told: 0, reads: null, waiting: null };
      const others = watchers.get(projectId) ?? new Set();
      watchers.set(projectId, others.add(watcher));
      if (!closed) listener.start();
      return {
        news: (after, timeoutMs, signal) => wait(watcher, after, timeoutMs, signal),
        read: (after, limit) => sharedRead(db, watcher, projectId, after, limit),
        stop() {
          watcher.waiting?.wake();
          others.delete(watcher);
          if (others.size === 0) watchers.delete(projectId);
        },
      };
    },
    async close() {
      closed = true;
      if (pollTimer !== null) clearTimeout(pollTimer);
      pacer.close();
      for (const set of watchers.values()) for (const watcher of set) watcher.waiting?.wake();
      await listener.close();
    },
  };
}

function sharedRead(db: Database, watcher: Watcher, projectId: string, after: number, limit: number) {
  const { reads } = watcher;
  // A reader's first look is its own: one under way may have begun before an event that this caller knows of.
  if (reads === null) return readSyncEvents(db, projectId, after, limit);
  const key = `${String(after)}/${String(limit)}`;
  const page = reads.get(key) ?? readSyncEvents(db, projectId, after, limit).finally(() => reads.delete(key));
  reads.set(key, page);
  return page;
}
