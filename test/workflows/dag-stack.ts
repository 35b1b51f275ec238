import { Worker } from '@temporalio/worker';
import type { WorkflowHandle } from '@temporalio/client';
import { createDagActionRunActivities } from '../../src/activities/dag-action-run';
import { createJobActivities } from '../../src/activities/job';
import { createNodeActivities } from '../../src/activities/run-node';
import { toIngestTaskQueue } from '../../src/contract/task-queues';
import { findInconsistencies } from '../../src/store/consistency';
import { createActivityDependencies } from '../support/activity-dependencies';
import {
  createDagLibrary,
  createNodeDependencies,
  createTestHandlers,
  type DagLibrary,
  DONE,
  type Outside,
  statesOf,
  type TestRun,
} from '../support/dag-engine';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { connectTestTemporal, type TestTemporal } from '../support/temporal';

let database: TestDatabase;
let temporal: TestTemporal;
let library: DagLibrary;

/** The library of the test at hand, new for each. */
export const lib = (): DagLibrary => library;
export const store = () => database.store;
export const client = () => temporal.client;
export const taskQueue = () => temporal.taskQueue;

/** What nodes do outside of the store in the test at hand. */
export const world: { outside: Outside } = { outside: () => Promise.resolve(DONE) };

/** A node that does that. */
export const HTTP = { uses: 'http_request', with: { url: 'https://x.test' } } as const;

/** Never ends but by being aborted. */
export const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });

/** Holds once the node of that run is in that state. */
export const isIn = (run: TestRun, node: string, state: string) => async () =>
  (await statesOf(database.store, run.token))[node] === state;

export const start = (run: TestRun): Promise<WorkflowHandle> =>
  temporal.client.workflow.start('dagActionRunWorkflow', {
    taskQueue: temporal.taskQueue,
    workflowId: run.token,
    args: [run.input],
  });

/** The workflow of runs on a real store, with nodes that leave traces, for the tests of a file. */
export function useDagStack(): void {
  let workers: readonly Worker[];
  let running: Promise<unknown>;
  beforeAll(async () => {
    database = await createTestDatabase();
    temporal = await connectTestTemporal();
    const { store: real } = database;
    const handle = (token: string) => temporal.client.workflow.getHandle(token);
    const keeper = {
      ...createActivityDependencies(real).keeper,
      wake: async ({ token, state }: { token: string; state: string }) => {
        if (state === 'cancelled') await handle(token).cancel();
        else await handle(token).signal('controlChanged');
      },
    };
    const dependencies = {
      ...createActivityDependencies(real),
      ...createNodeDependencies(
        real,
        createTestHandlers((...given) => world.outside(...given)),
      ),
      keeper,
      discardStaged: () => Promise.resolve(),
    };
    const { nativeConnection: connection, taskQueue: queue } = temporal;
    workers = [
      await Worker.create({
        ...{ connection, taskQueue: queue, workflowBundle: temporal.workflowBundle },
        activities: { ...createDagActionRunActivities(dependencies), ...createJobActivities(dependencies) },
      }),
      await Worker.create({
        ...{ connection, taskQueue: toIngestTaskQueue(queue) },
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
    world.outside = () => Promise.resolve(DONE);
  });
}
