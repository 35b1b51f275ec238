import type { Activities } from '../contract/activities';
import { createBulkMoveActivities } from './bulk-move';
import type { ActivityDependencies } from './dependencies';
import { createHousekeepingActivities } from './housekeeping';
import { createJobActivities } from './job';
import { createPurgeActivities } from './purge';
import { createTreeChangeActivities } from './tree-change';

/** All activities of the worker. */
export function createActivities(dependencies: ActivityDependencies): Activities {
  return {
    ...createBulkMoveActivities(dependencies),
    ...createTreeChangeActivities(dependencies),
    ...createJobActivities(dependencies),
    ...createHousekeepingActivities(dependencies),
    ...createPurgeActivities(dependencies),
  };
}
