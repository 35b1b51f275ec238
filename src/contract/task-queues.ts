/** Task Queues, by kind of load: `longhaul` takes the workflows and the work on the asset store. */
export const TASK_QUEUE = 'longhaul';

/**
 * The queue for downloads, probing and previews that goes with a queue of workflows: they wait for other people's
 * servers, and must not keep the work on the store waiting. The nodes of actions that do so run there too.
 */
export function toIngestTaskQueue(taskQueue: string): string {
  return `${taskQueue}-ingest`;
}
