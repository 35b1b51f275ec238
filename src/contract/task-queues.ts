import type { WorkerRole } from '../domain/worker-role';

/** Task Queues, by kind of load: `longhaul` takes the workflows and the work on the asset store. */
export const TASK_QUEUE = 'longhaul';
/** The Worker Deployment whose versions are those of our workers. */
export const DEPLOYMENT_NAME = 'longhaul';

/**
 * The queue for downloads, probing and previews that goes with a queue of workflows: they wait for other people's
 * servers, and must not keep the work on the store waiting. The nodes of actions that do so run there too.
 */
export function toIngestTaskQueue(taskQueue: string): string {
  return `${taskQueue}-ingest`;
}

/** What somebody has to poll. */
export interface Poll {
  readonly queue: string;
  readonly tasks: 'workflows' | 'activities';
}

/** What a worker with these roles polls. */
export function pollsOf(roles: readonly WorkerRole[], taskQueue = TASK_QUEUE): readonly Poll[] {
  const ofRole: Readonly<Record<WorkerRole, readonly Poll[]>> = {
    store: [
      { queue: taskQueue, tasks: 'workflows' },
      { queue: taskQueue, tasks: 'activities' },
    ],
    ingest: [{ queue: toIngestTaskQueue(taskQueue), tasks: 'activities' }],
  };
  return roles.flatMap((role) => ofRole[role]);
}
