/**
 * Health check of the worker's container, which serves no port: exits 0 while Temporal sees this machine polling our
 * task queue. A worker that is up but cut off from Temporal, or stuck, is not healthy.
 */
const { hostname } = require('node:os');
const { Connection } = require('@temporalio/client');
const { TASK_QUEUE } = require('../dist/contract/task-queues');
const { temporalTarget } = require('../dist/temporal');

const WORKFLOW_QUEUE = 1;
const DEADLINE_MS = 8_000;
/** A poll lasts a minute; the server forgets a poller after five. */
const SILENT_MS = 150_000;

async function isPolling() {
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace = 'default' } = process.env;
  if (!address) throw new Error('TEMPORAL_ADDRESS is not set');
  const connection = Connection.lazy(temporalTarget(address, namespace).connection);
  const { pollers } = await connection.withDeadline(Date.now() + DEADLINE_MS, () =>
    connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: TASK_QUEUE },
      taskQueueType: WORKFLOW_QUEUE,
    }),
  );
  return pollers.some(
    ({ identity, lastAccessTime }) =>
      identity.endsWith(`@${hostname()}`) && Date.now() - Number(lastAccessTime.seconds) * 1_000 < SILENT_MS,
  );
}

isPolling().then(
  (polling) => {
    if (!polling) console.error(`no worker of ${hostname()} polls the task queue ${TASK_QUEUE}`);
    process.exit(polling ? 0 : 1);
  },
  (error) => {
    console.error(String(error));
    process.exit(1);
  },
);
