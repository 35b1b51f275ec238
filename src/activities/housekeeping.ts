import type { Activities } from '../contract/activities';
import { deliverNudges, dispatchDueJobs, settleSilentJobs } from '../dispatch';
import { deleteSyncEventsBefore } from '../store/sync-retention';
import type { ActivityDependencies } from './dependencies';
import { withHeartbeat } from './heartbeat';

const DAY_MS = 24 * 60 * 60 * 1_000;
const EXPIRY_BATCH = 10_000;

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
        return { started, ...settled };
      }),

    expireSyncEvents: () =>
      withHeartbeat(async () => {
        const before = new Date(now().getTime() - syncEventRetentionDays * DAY_MS);
        return { removed: await deleteSyncEventsBefore(store.db, before, EXPIRY_BATCH) };
      }),
  };
}
