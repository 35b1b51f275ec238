import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { createDagActionRunActivities } from '../../src/activities/dag-action-run';
import { createJobActivities } from '../../src/activities/job';
import { createNodeActivities } from '../../src/activities/run-node';
import { toIngestTaskQueue } from '../../src/contract/task-queues';
import { findInconsistencies } from '../../src/store/consistency';
import { readJob } from '../../src/store/jobs';
import { createActivityDependencies } from '../support/activity-dependencies';
import { createNode } from '../support/dag-actions';
import {
  createDagLibrary,
  createNodeDependencies,
  createTestHandlers,
  createTestRun,
  type DagLibrary,
  messagesOf,
  type Outside,
  DONE,
  statesOf,
  type TestRun,
} from '../support/dag-engine';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { connectTestTemporal, type TestTemporal } from '../support/temporal';

let database: TestDatabase;
let temporal: TestTemporal;
let workers: readonly Worker[];
let running: Promise<unknown>;
let library: DagLibrary;
/** What nodes do outside of the store in the test at hand. */
let outside: Outside;

beforeAll(async () => {
  database = await createTestDatabase();
  temporal = await connectTestTemporal();
  const { store } = database;
  const handle = (token: string) => temporal.client.workflow.getHandle(token);
  const keeper = {
    ...createActivityDependencies(store).keeper,
    wake: async ({ token, state }: { token: string; state: string }) => {
      if (state === 'cancelled') await handle(token).cancel();
      else await handle(token).signal('controlChanged');
    },
  };
  const dependencies = {
    ...createActivityDependencies(store),
    ...createNodeDependencies(
      store,
      createTestHandlers((...given) => outside(...given)),
    ),
    keeper,
    discardStaged: () => Promise.resolve(),
  };
  const { connection, taskQueue } = { connection: temporal.nativeConnection, taskQueue: temporal.taskQueue };
  workers = [
    await Worker.create({
      ...{ connection, taskQueue, workflowBundle: temporal.workflowBundle },
      activities: { ...createDagActionRunActivities(dependencies), ...createJobActivities(dependencies) },
    }),
    await Worker.create({
      ...{ connection, taskQueue: toIngestTaskQueue(taskQueue) },
      activities: createNodeActivities(dependencies),
    }),
  ];
  running = Promise.all(workers.map((worker) => worker.run()));
});
afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await running;
  const faults = [];
  for await (const { fault, count } of findInconsistencies(database.store.db)) if (count > 0) faults.push(fault);
  await temporal.close();
  await database.drop();
  expect(faults).toEqual([]);
});
beforeEach(async () => {
  library = await createDagLibrary(database.store);
  outside = () => Promise.resolve(DONE);
});

const start = (run: TestRun): Promise<WorkflowHandle> =>
  temporal.client.workflow.start('dagActionRunWorkflow', {
    taskQueue: temporal.taskQueue,
    workflowId: run.token,
    args: [run.input],
  });
const tagsOf = async () =>
  (
    await database.store.db
      .selectFrom('assets')
      .select('tags')
      .where('id', '=', library.asset.id)
      .executeTakeFirstOrThrow()
  ).tags;

test('a chain of nodes runs in its order, each effect once, and the job counts them', async () => {
  const nodes = [createNode('a'), createNode('b', { needs: ['a'], uses: 'http_request', with: { url: 'https://x.test' } }), createNode('c', { needs: ['b'] })]; // prettier-ignore
  const run = await createTestRun(library, { nodes });
  const handle = await start(run);
  expect(await handle.result()).toMatchObject({ state: 'done', outcome: 'succeeded', counts: { total: 3, succeeded: 3, remaining: 0 } }); // prettier-ignore
  expect(await tagsOf()).toEqual(['a', 'c']);
  expect(await messagesOf(database.store, run.token)).toEqual([
    'Set in queue...',
    'Run started',
    'Node a started',
    'Node a succeeded',
    'Node b started',
    'Node b succeeded',
    'Node c started',
    'Node c succeeded',
    'Run ended: succeeded',
  ]);
  expect(await readJob(database.store.db, run.token)).toMatchObject({ state: 'done', waitingReason: null });
});

test('a failure omits what needs it, and the other branch goes on', async () => {
  outside = ({ node }) =>
    Promise.resolve(
      node.id === 'bad' ? { kind: 'failed', code: 'http_500', message: 'HTTP 500', retryable: false } : DONE,
    );
  const http = { uses: 'http_request', with: { url: 'https://x.test' } } as const;
  const nodes = [createNode('bad', http), createNode('b', { needs: ['bad'] }), createNode('c', http), createNode('d', { needs: ['b', 'c'], trigger: 'all_done' })]; // prettier-ignore
  const run = await createTestRun(library, { nodes });
  expect(await (await start(run)).result()).toMatchObject({ outcome: 'with_failures', counts: { total: 4, succeeded: 2, skipped: 1, failed: 1, remaining: 0 } }); // prettier-ignore
  expect(await statesOf(database.store, run.token)).toEqual({ bad: 'failed', b: 'omitted', c: 'succeeded', d: 'succeeded' }); // prettier-ignore
});
