import { randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import { TASK_QUEUE } from '../../src/contract/task-queues';
import { createTemporalClient, temporalTarget } from '../../src/temporal';
import { readTestVariable } from '../support/environment';
import { connectTestTemporal, type TestTemporal } from '../support/temporal';
import { createFakeSweep } from '../workflows/fake-sweep';
import { createCli } from './run-in-process';

let temporal: TestTemporal;
/** Nobody else's, for the queue has one name for all. */
const namespace = `sweep-${randomUUID()}`;

beforeAll(async () => {
  temporal = await connectTestTemporal();
  await temporal.client.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  // It is known everywhere a moment later.
  const client = createTemporalClient(temporalTarget(temporal.address, namespace));
  for (let isKnown = false; !isKnown;) {
    const asked = client.workflowService.describeTaskQueue({ namespace, taskQueue: { name: TASK_QUEUE } });
    isKnown = await asked.then(() => true, () => false); // prettier-ignore
  }
  await client.connection.close();
}, 60_000);
afterAll(() => temporal.close());

const cli = () =>
  createCli({ TEMPORAL_ADDRESS: readTestVariable('TEST_TEMPORAL_ADDRESS'), TEMPORAL_NAMESPACE: namespace });

async function withSweep<T>(size: { slices: number; removals: number }, work: () => Promise<T>): Promise<T> {
  const { activities } = createFakeSweep(size);
  const worker = await Worker.create({
    connection: temporal.nativeConnection,
    namespace,
    taskQueue: TASK_QUEUE,
    workflowBundle: temporal.workflowBundle,
    activities,
  });
  return worker.runUntil(work);
}

test('a sweep without a worker says so and waits for nothing', async () => {
  const { exitCode, stdout } = await cli().run('objects', 'sweep', '--json');
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'no_worker' } });
});

test('a sweep tells what it has removed', async () => {
  await withSweep({ slices: 1, removals: 1 }, async () => {
    const { exitCode, stdout } = await cli().run('objects', 'sweep');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('100 objects and previews looked at, 10 objects that nothing names.\n5 objects removed, 2 wait for another attempt.\n3 unfinished puts and 4 forgotten files taken away.\n'); // prettier-ignore
  });
});

test('a dry run names what would go', async () => {
  await withSweep({ slices: 2, removals: 1 }, async () => {
    expect(await cli().json('objects', 'sweep', '--dry-run')).toMatchObject({ dry_run: true, orphans: 20, removed: 0, keys: ['key-0', 'key-128'] }); // prettier-ignore
    expect((await cli().run('objects', 'sweep', '--dry-run')).stdout).toContain('key-0\nkey-128\n… and 18 more\n');
  });
});
