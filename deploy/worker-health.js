/**
 * Health check of the worker's container, which serves no port: exits 0 while Temporal sees this machine polling the Task
 * Queues of its roles. A worker that is up but cut off from Temporal, or stuck, is not healthy.
 */
const { hostname } = require('node:os');
const { Connection } = require('@temporalio/client');
const { pollsOf } = require('../dist/contract/task-queues');
const { toWorkerRoles } = require('../dist/domain/worker-role');
const { temporalTarget } = require('../dist/temporal');

const TYPES = { workflows: 1, activities: 2 };
const DEADLINE_MS = 8_000;
/** A poll lasts a minute; the server forgets a poller after five. */
const SILENT_MS = 150_000;

async function findSilent() {
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE, WORKER_ROLES } = process.env;
  if (!address) throw new Error('TEMPORAL_ADDRESS is not set');
  const namespace = TEMPORAL_NAMESPACE || 'default';
  const connection = Connection.lazy(temporalTarget(address, namespace).connection);
  const polled = ({ queue, tasks }) =>
    connection.withDeadline(Date.now() + DEADLINE_MS, async () => {
      const request = { namespace, taskQueue: { name: queue }, taskQueueType: TYPES[tasks] };
      const { pollers } = await connection.workflowService.describeTaskQueue(request);
      return pollers.some(
        ({ identity, lastAccessTime }) =>
          identity.endsWith(`@${hostname()}`) && Date.now() - Number(lastAccessTime.seconds) * 1_000 < SILENT_MS,
      );
    });
  const polls = pollsOf(toWorkerRoles(WORKER_ROLES || ''));
  const answers = await Promise.all(polls.map(polled));
  return polls.filter((_poll, at) => !answers[at]);
}

findSilent().then(
  (silent) => {
    for (const { queue, tasks } of silent) {
      console.error(`no worker of ${hostname()} polls the task queue ${queue} for ${tasks}`);
    }
    process.exit(silent.length === 0 ? 0 : 1);
  },
  (error) => {
    console.error(String(error));
    process.exit(1);
  },
);
