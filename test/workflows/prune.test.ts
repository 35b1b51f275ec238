import { randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import type { PruneActivities } from '../../src/contract/prune';
import { connectTestTemporal, type TestTemporal } from '../support/temporal';
import { createFakePrune } from './fake-prune';

let temporal: TestTemporal;

beforeAll(async () => {
  temporal = await connectTestTemporal();
});
afterAll(() => temporal.close());

/** With a worker of its own. */
async function prune(activities: PruneActivities): Promise<unknown> {
  const taskQueue = randomUUID();
  const { nativeConnection: connection, workflowBundle } = temporal;
  const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities });
  return worker.runUntil(async () => {
    const options = { taskQueue, workflowId: randomUUID(), args: [] };
    const handle = await temporal.client.workflow.start('pruneWorkflow', options);
    return (await handle.result()) as unknown;
  });
}

it('goes on until a slice leaves nothing, and tells the sum', async () => {
  const { activities, calls } = createFakePrune(3);
  expect(await prune(activities)).toEqual({ jobs: 6, details: 90, history: 15, visits: 3 });
  expect(calls.made).toBe(3);
});

it('carries its counts into a new run when its history grows long', async () => {
  const { activities, calls } = createFakePrune(150);
  expect(await prune(activities)).toEqual({ jobs: 300, details: 4_500, history: 750, visits: 150 });
  expect(calls.made).toBe(150);
});

it('is tried again after a fault of the store', async () => {
  const { activities } = createFakePrune(1);
  let faults = 0;
  const faulty: PruneActivities = {
    pruneRecords: async () => {
      faults += 1;
      if (faults < 3) throw new Error('connection refused');
      return activities.pruneRecords();
    },
  };
  expect(await prune(faulty)).toEqual({ jobs: 2, details: 30, history: 5, visits: 1 });
});
