import type { Logger } from 'pino';
import type { ShareExpiryActivities } from '../contract/share-expiry';
import {
  countLiveShares,
  countOverdueShares,
  OVERDUE_SECONDS,
  readNextDue,
  settleDueShares,
} from '../store/share-expiry';
import type { TimerWaker } from '../dispatch';
import type { Store } from '../store/database';
import { withHeartbeat } from './heartbeat';
import { workSlice } from './slice';

/** What the timer of shares needs. */
export interface ShareExpiryDependencies {
  readonly store: Store;
  readonly timers: TimerWaker;
  readonly log: Logger;
}

/** Shares of one transaction. */
const CHUNK = 1_000;
/** Counting a million takes longer than all else, and nobody needs it to the second. */
const COUNT_EVERY_MS = 10_000;

const NOBODY_READS = () => Promise.resolve();

/** The activities of the timer of shares. */
export function createShareExpiryActivities({ store, timers, log }: ShareExpiryDependencies): ShareExpiryActivities {
  let counted: { readonly live: number; readonly atMs: number } | undefined;

  async function readLive(isChanged: boolean): Promise<number> {
    if (counted === undefined || isChanged || performance.now() - counted.atMs > COUNT_EVERY_MS) {
      counted = { live: await countLiveShares(store.db), atMs: performance.now() };
    }
    return counted.live;
  }

  return {
    async settleDueShares() {
      let noticed = 0;
      let expired = 0;
      const more = await workSlice(async () => {
        const chunk = await settleDueShares(store.db, CHUNK);
        noticed += chunk.noticed;
        expired += chunk.expired;
        return chunk.noticed + chunk.expired === CHUNK ? 'worked' : 'idle';
      }, NOBODY_READS);
      // The mails are in the outbox: a wake-up that fails is made up for within the minute.
      if (noticed + expired > 0) await timers.wake('mail').catch((error: unknown) => { log.warn({ reason: String(error) }, 'the delivery of mails could not be woken'); }); // prettier-ignore
      const live = await readLive(expired > 0 && !more);
      const { at, inMs: nextInMs } = await readNextDue(store.db);
      return { noticed, expired, more, nextInMs, next: at?.toISOString() ?? null, live };
    },

    watchShares: () =>
      withHeartbeat(async () => {
        await timers.wake('shareExpiry');
        await timers.wake('mail');
        const overdue = await countOverdueShares(store.db, OVERDUE_SECONDS);
        if (overdue > 0) log.warn({ overdue }, 'shares are overdue');
        return { overdue };
      }),
  };
}
