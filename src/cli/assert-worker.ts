import type { Client } from '@temporalio/client';
import { TASK_QUEUE } from '../contract/task-queues';
import { CommandFailure } from './failure';

/** Without a worker a workflow would wait, and the command with it, for as long as nobody starts one. */
export async function assertWorker(client: Client): Promise<void> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: TASK_QUEUE },
  });
  if (pollers.length > 0) return;
  throw new CommandFailure(
    'no_worker',
    `no worker takes tasks of the queue ${TASK_QUEUE}; start one, e.g. by npm start`,
  );
}
