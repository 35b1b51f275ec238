import { proxyActivities } from '@temporalio/workflow';
import type { Activities, SweepResult } from '../contract/activities';
import { storeActivityOptions } from './activity-options';

const { sweepQueuedJobs, expireSyncEvents } = proxyActivities<Activities>(storeActivityOptions);

/** Runs on a schedule: starts the queued jobs that a crash left behind, and settles those whose workflow is no more. */
export async function sweepQueuedJobsWorkflow(): Promise<SweepResult> {
  return sweepQueuedJobs();
}

/** Runs on a schedule: removes the sync events that are older than the retention. */
export async function expireSyncEventsWorkflow(): Promise<{ readonly removed: number }> {
  return expireSyncEvents();
}
