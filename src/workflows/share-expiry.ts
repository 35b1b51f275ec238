import {
  condition,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  getShareExpiryQuery,
  shareChangedSignal,
  type ShareExpiryActivities,
  type SharesWatch,
  TIMER_LEAD_MS,
} from '../contract/share-expiry';
import { describeShareExpiry, type ShareExpiryStanding } from '../domain/share-standing';
import { storeActivityOptions } from './activity-options';

const { settleDueShares, watchShares } = proxyActivities<ShareExpiryActivities>(storeActivityOptions);

/** Looks at least so often, so that neither a lost signal nor a clock that jumped is worse than that. */
const LONGEST_SLEEP_MS = 60 * 60 * 1_000;

/**
 * The one timer of all shares: sleeps until shortly before the next instant at which something is due, does all that is
 * due, and sleeps again, for ever. What is due lies in the store alone, so that a run that continues as new, or is started again
 * after it was ended, goes on where the store stands; a sleep that ends too early finds nothing and sleeps again.
 */
export async function shareExpiryWorkflow(): Promise<void> {
  let changes = 0;
  let standing: ShareExpiryStanding | null = null;
  setHandler(
    shareChangedSignal,
    () => {
      changes += 1;
    },
    { description: 'The expiry of a share changed in the store: look there. Harmless at any time.' },
  );
  setHandler(getShareExpiryQuery, () => standing, {
    description:
      'What the timer waits for: {next: ISO instant or null, live: active shares}; null before its first look.',
  });

  for (;;) {
    const heard = changes;
    const { more, nextInMs, next, live } = await settleDueShares();
    standing = { next, live };
    setCurrentDetails(describeShareExpiry(standing));
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof shareExpiryWorkflow>();
    if (more) continue;
    const sleepMs = Math.min((nextInMs ?? Infinity) - TIMER_LEAD_MS, LONGEST_SLEEP_MS);
    await condition(() => changes > heard, Math.max(sleepMs, 1));
  }
}

/** Runs on a schedule: makes sure that the timer runs, and tells how many shares are overdue all the same. */
export async function watchSharesWorkflow(): Promise<SharesWatch> {
  return watchShares();
}
