import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { Registry } from 'prom-client';
import { registerBacklogMetrics } from '../../src/backlog-metrics';
import { readTaskQueueBacklogs } from '../../src/task-queue-backlog';
import { createTemporalClient, temporalTarget } from '../../src/temporal';
import { readTestVariable } from '../support/environment';
import { choosePort } from '../support/ports';
import { until } from '../support/until';

const clientOf = (address: string) => createTemporalClient(temporalTarget(address, 'default'));
const scrape = (client: Client, queue: string) => {
  const registry = new Registry();
  registerBacklogMetrics(registry, () => readTaskQueueBacklogs(client, queue));
  return registry.metrics();
};

it('tells how many tasks wait in a queue that nobody polls, and for how long', async () => {
  const queue = `unpolled-${randomUUID()}`;
  const client = clientOf(readTestVariable('TEST_TEMPORAL_ADDRESS'));
  const handles = await Promise.all(
    Array.from({ length: 3 }, () => client.workflow.start('nothing', { taskQueue: queue, workflowId: randomUUID() })),
  );
  let text = '';
  await until(async () => {
    text = await scrape(client, queue);
    return text.includes(`longhaul_task_queue_backlog{queue="${queue}",type="workflow"} 3`);
  });
  expect(text).toContain('longhaul_temporal_up 1');
  expect(text).toContain(`longhaul_task_queue_pollers{queue="${queue}",type="workflow"} 0`);
  expect(text).toContain(`longhaul_task_queue_backlog{queue="${queue}-ingest",type="activity"} 0`);
  const age = new RegExp(`longhaul_task_queue_backlog_age_seconds\\{queue="${queue}",type="workflow"\\} (\\S+)`);
  await until(async () => Number(age.exec(await scrape(client, queue))?.[1]) > 0.2);
  for (const handle of handles) await handle.terminate();
  await client.connection.close();
});

it('while Temporal is away it says so within a moment, and tells no numbers', async () => {
  const client = clientOf(`127.0.0.1:${String(await choosePort())}`);
  const startedAt = Date.now();
  const text = await scrape(client, 'any');
  expect(Date.now() - startedAt).toBeLessThan(5_000);
  expect(text).toContain('longhaul_temporal_up 0');
  expect(text).not.toMatch(/^longhaul_task_queue/m);
});
