import type { Activities } from '../contract/activities';
import { dispatchDueJobs } from '../dispatch';
import { deleteSyncEventsBefore } from '../store/sync-retention';
import type { ActivityDependencies } from './dependencies';
import { withHeartbeat } from './heartbeat';

const DAY_MS = 24 * 60 * 60 * 1_000;
const EXPIRY_BATCH = 10_000;

/** What schedules run. */
export function createHousekeepingActivities(
  dependencies: ActivityDependencies,
): Pick<Activities, 'sweepQueuedJobs' | 'expireSyncEvents'> {
  const { store, starter, log, now, syncEventRetentionDays } = dependencies;
  return {
    sweepQueuedJobs: () => withHeartbeat(() => dispatchDueJobs({ db: store.db, starter, log, now })),

    expireSyncEvents: () =>
      withHeartbeat(async () => {
        const before = new Date(now().getTime() - syncEventRetentionDays * DAY_MS);
        return { removed: await deleteSyncEventsBefore(store.db, before, EXPIRY_BATCH) };
      }),
  };
}
