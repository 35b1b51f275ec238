import { setTimeout as sleep } from 'node:timers/promises';
import type { Api, SyncEventAnswer } from './api';

/** A reader that follows a project's events from the first one on, through every outage. */
export interface SyncFollower {
  readonly events: readonly SyncEventAnswer[];
  /** Ends the reader; its last page has been taken in. */
  stop(): Promise<void>;
}

const WAIT_SECONDS = 1;
const RETRY_MS = 100;

/** It continues from the last cursor that it has seen itself, as a client of the API does. */
export function followSync(api: Api, projectUuid: string): SyncFollower {
  const events: SyncEventAnswer[] = [];
  const end = new AbortController();
  const following = (async () => {
    while (!end.signal.aborted && !api.isClosed()) {
      const cursor = events.at(-1)?.cursor ?? 0;
      try {
        const query = { cursor: String(cursor), limit: 1_000, wait: WAIT_SECONDS };
        const params = { path: { gid: projectUuid }, query };
        const { data } = await api.client.api.GET('/api/p/{gid}/sync', { params });
        if (data !== undefined) {
          events.push(...(data.result.sync as SyncEventAnswer[]));
          continue;
        }
      } catch {
        // Nobody listens at the moment.
      }
      await sleep(RETRY_MS);
    }
  })();
  return {
    events,
    stop: async () => {
      end.abort();
      await following;
    },
  };
}
