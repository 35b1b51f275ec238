import type { Activities } from '../contract/activities';
import { deliverNudges, dispatchDueJobs, settleSilentJobs } from '../dispatch';
import { eraseOldAddresses } from '../store/ingest-settling';
import { foldJobTallies } from '../store/job-tallies';
import { deleteSyncEventsBefore } from '../store/sync-retention';
import type { ActivityDependencies } from './dependencies';
import { withHeartbeat } from './heartbeat';

const DAY_MS = 24 * 60 * 60 * 1_000;
const EXPIRY_BATCH = 10_000;
/** How long a failed file can be tried again. */
const ADDRESS_DAYS = 7;
const ERASED_AT_ONCE = 10_000;
const FOLDED_AT_ONCE = 2_000;

/** What schedules run. */
export function createHousekeepingActivities(
  dependencies: ActivityDependencies,
): Pick<Activities, 'sweepQueuedJobs' | 'expireSyncEvents'> {
  const { store, keeper, log, now, syncEventRetentionDays } = dependencies;
  return {
    sweepQueuedJobs: () =>
      withHeartbeat(async () => {
        const settled = await settleSilentJobs({ db: store.db, keeper, log, now });
        const { started } = await dispatchDueJobs({ db: store.db, starter: keeper, log, now });
        await deliverNudges({ db: store.db, starter: keeper, log, now });
        await eraseOldAddresses(store.db, new Date(now().getTime() - ADDRESS_DAYS * DAY_MS), ERASED_AT_ONCE);
        while ((await foldJobTallies(store.db, FOLDED_AT_ONCE)) === FOLDED_AT_ONCE);
        return { started, ...settled };
      }),

    expireSyncEvents: () =>
      withHeartbeat(async () => {
        const before = new Date(now().getTime() - syncEventRetentionDays * DAY_MS);
        return { removed: await deleteSyncEventsBefore(store.db, before, EXPIRY_BATCH) };
      }),
  };
}
