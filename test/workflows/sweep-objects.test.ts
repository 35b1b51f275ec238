import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { ObjectSweep, SweepObjectsActivities } from '../../src/contract/sweep-objects';
import { connectTestTemporal, type TestTemporal } from '../support/temporal';
import { refuse } from './fake-activities';
import { createFakeSweep } from './fake-sweep';

let temporal: TestTemporal;

beforeAll(async () => {
  temporal = await connectTestTemporal();
});
afterAll(() => temporal.close());

/** With a worker of its own. */
async function sweep(activities: SweepObjectsActivities, args: readonly unknown[] = []): Promise<ObjectSweep> {
  const taskQueue = randomUUID();
  const { nativeConnection: connection, workflowBundle } = temporal;
  const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities });
  return worker.runUntil(async () => {
    const options = { taskQueue, workflowId: randomUUID(), args: [...args] };
    const handle = await temporal.client.workflow.start('sweepObjectsWorkflow', options);
    return (await handle.result()) as ObjectSweep;
  });
}

const ALL = { looked_at: 300, orphans: 30, removed: 10, waiting: 2, unfinished: 3, staged: 4 };

it.each([[[]], [[{}]], [[null]]])(
  'with the input %j looks through all, removes, and takes leftovers away',
  async (args) => {
    // prettier-ignore
    const { activities, calls } = createFakeSweep({ slices: 3, removals: 2 });
    expect(await sweep(activities, args)).toEqual({ dry_run: false, ...ALL });
    expect(calls).toEqual(['noteOrphans 0', 'noteOrphans 86', 'noteOrphans 172', 'removeOrphans', 'removeOrphans', 'sweepLeftovers']); // prettier-ignore
  },
);

it('of a dry run tells what would go, and asks for nothing else', async () => {
  const { activities, calls } = createFakeSweep({ slices: 2, removals: 1 });
  expect(await sweep(activities, [{ dry_run: true }])).toEqual({
    dry_run: true,
    looked_at: 200,
    orphans: 20,
    removed: 0,
    waiting: 0,
    unfinished: 0,
    staged: 0,
    keys: ['key-0', 'key-128'],
  });
  expect(calls).toEqual(['noteOrphans 0', 'noteOrphans 128']);
});

it('ends with the reason when its input is refused', async () => {
  const fake = createFakeSweep({ slices: 1, removals: 1 }, { noteOrphans: async () => refuse('dry_run: no', 'InputInvalid') }); // prettier-ignore
  const error: unknown = await sweep(fake.activities, [{ dry_run: 1 }]).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(WorkflowFailedError);
  expect(String((error as WorkflowFailedError).cause?.cause)).toContain('dry_run: no');
});

it('carries its counts into a new run when its history grows long', async () => {
  const { activities, calls } = createFakeSweep({ slices: 256, removals: 30 });
  expect(await sweep(activities)).toMatchObject({ looked_at: 25_600, orphans: 2_560, removed: 150, unfinished: 3 });
  expect(calls.filter((call) => call.startsWith('noteOrphans'))).toHaveLength(256);
  expect(new Set(calls).size).toBe(258);
});
