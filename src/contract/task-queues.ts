/** Task Queues, by kind of load: `longhaul` takes the workflows and the work on the asset store. */
export const TASK_QUEUE = 'longhaul';
