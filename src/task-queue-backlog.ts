import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { TASK_QUEUE, toIngestTaskQueue } from './contract/task-queues';

const { TASK_QUEUE_TYPE_ACTIVITY: ACTIVITY, TASK_QUEUE_TYPE_WORKFLOW: WORKFLOW } = temporal.api.enums.v1.TaskQueueType;

const DEADLINE_MS = 1_000;

/** What waits in one Task Queue, as Temporal estimates it. */
export interface TaskQueueBacklog {
  readonly queue: string;
  readonly type: 'workflow' | 'activity';
  readonly tasks: number;
  /** Of the oldest one. */
  readonly ageSeconds: number;
  /** Workers that have asked for tasks within the last minutes. */
  readonly pollers: number;
}

/** Asks Temporal how its queues stand; rejects within about a second when it does not answer. */
export async function readTaskQueueBacklogs(client: Client, taskQueue = TASK_QUEUE): Promise<TaskQueueBacklog[]> {
  const { namespace } = client.options;
  const watched = [
    { queue: taskQueue, type: 'workflow', taskQueueType: WORKFLOW },
    { queue: taskQueue, type: 'activity', taskQueueType: ACTIVITY },
    { queue: toIngestTaskQueue(taskQueue), type: 'activity', taskQueueType: ACTIVITY },
  ] as const;
  return client.connection.withDeadline(Date.now() + DEADLINE_MS, () =>
    Promise.all(
      watched.map(async ({ queue, type, taskQueueType }) => {
        const request = { namespace, taskQueue: { name: queue }, taskQueueType, reportStats: true };
        const { stats, pollers } = await client.workflowService.describeTaskQueue(request);
        const age = stats?.approximateBacklogAge;
        return {
          queue,
          type,
          tasks: Number(stats?.approximateBacklogCount ?? 0),
          ageSeconds: Number(age?.seconds ?? 0) + (age?.nanos ?? 0) / 1e9,
          pollers: pollers.length,
        };
      }),
    ),
  );
}
