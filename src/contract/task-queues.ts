/** Task Queues, by kind of load: `longhaul` takes the workflows and the work on the asset store. */
export const TASK_QUEUE = 'longhaul';
/** Downloads, probing and previews: they wait for other people's servers, and must not keep the store's work waiting. */
export const INGEST_TASK_QUEUE = 'longhaul-ingest';
