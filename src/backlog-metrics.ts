import type { Registry } from 'prom-client';
import { createScrapedMetrics } from './scraped';
import type { TaskQueueBacklog } from './task-queue-backlog';

/** How Temporal's Task Queues stand. While Temporal is away `longhaul_temporal_up` is 0 and the others tell no number. */
export function registerBacklogMetrics(registry: Registry, readBacklogs: () => Promise<readonly TaskQueueBacklog[]>) {
  const read = () => readBacklogs().then((queues) => ({ queues, up: 1 }), () => ({ queues: [], up: 0 })); // prettier-ignore
  const { gauge } = createScrapedMetrics(registry, read);
  gauge({ name: 'longhaul_temporal_up', help: 'Whether Temporal answers this façade' }, ({ up }, set) => set({}, up));
  const each = (name: string, help: string, pick: (backlog: TaskQueueBacklog) => number) => {
    gauge({ name, help, labelNames: ['queue', 'type'] }, ({ queues }, set) => {
      for (const backlog of queues) set({ queue: backlog.queue, type: backlog.type }, pick(backlog));
    });
  };
  each('longhaul_task_queue_backlog', 'Tasks that wait for a worker, as Temporal estimates it', ({ tasks }) => tasks);
  each('longhaul_task_queue_backlog_age_seconds', 'How old the oldest of them is', ({ ageSeconds }) => ageSeconds);
  each('longhaul_task_queue_pollers', 'Workers that have asked for tasks lately', ({ pollers }) => pollers);
}
