import type { Logger } from 'pino';
import type { Notification, Pool, PoolClient } from 'pg';
import { SYNC_CHANNEL } from '../store/sync';

export interface SyncListenerOptions {
  readonly pool: Pool;
  readonly logger: Logger;
  /** A project has an event with this cursor. */
  readonly onNews: (projectId: string, cursor: number) => void;
  /** The connection listens (again); what was announced before that has not been heard. */
  readonly onListening: () => void;
}

export interface SyncListener {
  /** Connects if that has not been done. */
  start(): void;
  close(): Promise<void>;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5000;

/** Keeps one connection of the pool listening for sync events, and takes another one when it breaks. */
export function createSyncListener({ pool, logger, onNews, onListening }: SyncListenerOptions): SyncListener {
  let state: 'idle' | 'started' | 'closed' = 'idle';
  let retryMs = FIRST_RETRY_MS;
  let retryTimer: NodeJS.Timeout | undefined;
  let connecting: Promise<void> = Promise.resolve();
  let lease: Lease | undefined;

  const retry = (error: unknown) => {
    if (state === 'closed') return;
    logger.warn({ err: error, retryMs }, 'sync: not listening, readers poll meanwhile');
    retryTimer = setTimeout(connect, retryMs).unref();
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
  };
  const connect = () => {
    connecting = listen().catch(retry);
  };

  const listen = async () => {
    const client = await pool.connect();
    const taken = leaseOf(client, retry);
    client.on('notification', ({ payload }: Notification) => {
      const [projectId = '', cursor] = payload?.split(':') ?? [];
      onNews(projectId, cursor === undefined ? Number.POSITIVE_INFINITY : Number(cursor));
    });
    try {
      await client.query(`listen ${SYNC_CHANNEL}`);
    } catch (error) {
      taken.end(error instanceof Error ? error : new Error('LISTEN failed', { cause: error }));
    }
    if (taken.hasEnded()) return;
    lease = taken;
    retryMs = FIRST_RETRY_MS;
    onListening();
  };

  return {
    start() {
      if (state !== 'idle') return;
      state = 'started';
      connect();
    },
    async close() {
      state = 'closed';
      clearTimeout(retryTimer);
      await connecting;
      lease?.end();
    },
  };
}

/** A connection that was taken out of its pool. */
interface Lease {
  hasEnded(): boolean;
  /** Gives it back to be destroyed: a connection that listens must not serve others. */
  end(error?: Error): void;
}

function leaseOf(client: PoolClient, onBroken: (error: Error) => void): Lease {
  let ended = false;
  const end = (error?: Error) => {
    if (ended) return;
    ended = true;
    client.removeAllListeners('notification');
    client.release(error ?? true);
    if (error !== undefined) onBroken(error);
  };
  // Stays for good: an error event without a listener would end the process.
  client.on('error', end);
  // A server that goes in order closes the connection without an error.
  client.once('end', () => {
    end(new Error('the listening connection ended'));
  });
  return { hasEnded: () => ended, end };
}
