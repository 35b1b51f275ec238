import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Logger } from 'pino';
import { type ShareExpiryActivities, TIMER_LEAD_MS } from '../contract/share-expiry';
import {
  countLiveShares,
  countOverdueShares,
  OVERDUE_SECONDS,
  readNextDue,
  settleDueShares,
} from '../store/share-expiry';
import { countWaitingMails } from '../store/mail-outbox';
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
/** Longer than the lead of the timer, so that one that fires too early does not set the next one at once. */
const LINGER_MS = TIMER_LEAD_MS + 500;
const NOBODY_READS = () => Promise.resolve();

/** The activities of the timer of shares. */
export function createShareExpiryActivities({ store, timers, log }: ShareExpiryDependencies): ShareExpiryActivities {
  // The mails are in the outbox: a wake-up that fails is made up for within the minute.
  const wakeMail = () =>
    timers.wake('mail').catch((error: unknown) => {
      log.warn({ reason: String(error) }, 'the delivery of mails could not be woken');
    });

  /** Waits for the next instant if it is near; false when it is not. */
  async function awaitNearInstant(): Promise<boolean> {
    const { inMs } = await readNextDue(store.db);
    if (inMs === null || inMs > LINGER_MS) return false;
    // A worker that shuts down does not wait; whoever goes on does.
    return sleep(inMs, true, { signal: Context.current().cancellationSignal }).catch(() => false);
  }

  return {
    async settleDueShares() {
      let noticed = 0;
      let expired = 0;
      let chunks = 0;
      let isWoken: Promise<void> | undefined;
      const more = await workSlice(async () => {
        const chunk = await settleDueShares(store.db, CHUNK);
        const settled = chunk.noticed + chunk.expired;
        noticed += chunk.noticed;
        expired += chunk.expired;
        // The mails of the first chunk go out while the others are worked on.
        if (settled > 0) isWoken ??= wakeMail();
        chunks += 1;
        if (settled === CHUNK) return 'worked';
        return (await awaitNearInstant()) ? 'worked' : 'idle';
      }, NOBODY_READS);
      await isWoken;
      // The delivery may have ended between two chunks.
      if (chunks > 1) await wakeMail();
      const live = await countLiveShares(store.db);
      const { at, inMs: nextInMs } = await readNextDue(store.db);
      return { noticed, expired, more, nextInMs, next: at?.toISOString() ?? null, live };
    },

    watchShares: () =>
      withHeartbeat(async () => {
        await timers.wake('shareExpiry');
        // One that found nothing to do would be started and would end in each minute of each day.
        if ((await countWaitingMails(store.db)) > 0) await timers.wake('mail');
        const overdue = await countOverdueShares(store.db, OVERDUE_SECONDS);
        if (overdue > 0) log.warn({ overdue }, 'shares are overdue');
        return { overdue };
      }),
  };
}
