import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import type { Activities } from '../../src/contract/activities';
import type { NodeRequest } from '../../src/contract/dag-action-run';
import type { SliceRequest } from '../../src/contract/job';
import { LONGHAUL_KIND, LONGHAUL_OWNER, LONGHAUL_PROJECT, LONGHAUL_STATE } from '../../src/contract/search-attributes';
import { toIngestTaskQueue } from '../../src/contract/task-queues';
import { findTemporalCli } from '../../src/embedded/temporal-cli';
import { createFakeActivities, refuse } from '../workflows/fake-activities';
import { createFakeReview } from '../workflows/fake-review';
import { createFakePrune } from '../workflows/fake-prune';
import { createFakePurge } from '../workflows/fake-purge';
import { createFakeSweep } from '../workflows/fake-sweep';
import { createSteeredFake } from '../workflows/steered-fake';
import { DAG_RUN_SCENES } from './dag-run-scenes';
import { INGEST_SCENES } from './ingest-scenes';
import { SHARE_SCENES } from './share-scenes';
import { WEBHOOK_SCENES } from './webhook-scenes';
import { REVIEW_FOLLOW_UP_SCENES } from './review-follow-up-scenes';
import { ended, type Scene, untilCancelled, untilRunning, untilState } from './scene';

/**
 * Records the histories that replay.test.ts replays: one of each way that a workflow of today can go. Run it when a
 * workflow changes on purpose, beside the histories that are there: `node --import tsx test/replay/record.ts <suffix>`,
 * or with names of scenes after it for those only.
 * Older files stay, for workflows that were started by an older version must go on under the new one.
 */
const DIRECTORY = join(__dirname, 'histories');
/** Of the bulk move; fake activities look at none. */
const INPUT = { project: '1', parent: '2', selection_ref: '01a1fe3b-f6c2-73cb-8a33-37687b1d6533', requested_by: '3' };

const SCENES: readonly Scene[] = [
  { name: 'bulk-move-done', activities: () => createFakeActivities({ folders: 2, files: 9 }).activities },
  { name: 'bulk-move-empty', activities: () => createFakeActivities({ folders: 0, files: 0 }).activities },
  { name: 'bulk-move-continued', activities: () => createFakeActivities({ folders: 0, files: 60 }).activities },
  {
    name: 'bulk-move-rejected',
    activities: () =>
      createFakeActivities({ folders: 0, files: 1 }, { openBulkMove: async () => refuse('parent: is required', 'InputInvalid') }).activities, // prettier-ignore
  },
  {
    name: 'bulk-move-failed',
    activities: () =>
      createFakeActivities({ folders: 0, files: 3 }, { moveChunks: async () => refuse('damaged', 'TreeDamaged') }).activities, // prettier-ignore
  },
  {
    name: 'bulk-move-retried',
    activities: () => {
      const fake = createFakeActivities({ folders: 0, files: 1 });
      let faults = 0;
      const moveChunks: Activities['moveChunks'] = async (request) => {
        faults += 1;
        if (faults === 1) throw new Error('connection refused');
        return fake.activities.moveChunks(request);
      };
      return { ...fake.activities, moveChunks };
    },
  },
  {
    name: 'bulk-move-cancelled',
    activities: () => createFakeActivities({ folders: 0, files: 8 }, { moveChunks: untilCancelled }).activities,
    act: async (handle) => {
      await untilRunning(handle);
      await handle.cancel();
      await ended(handle);
    },
  },
  {
    name: 'bulk-move-cancelled-in-the-store',
    activities: () => {
      const fake = createFakeActivities({ folders: 0, files: 8 });
      const cancelled = { state: 'cancelled', outcome: 'cancelled' } as const;
      return {
        ...fake.activities,
        moveChunks: async (request) => ({ ...(await fake.activities.moveChunks(request)), state: 'cancelled' }),
        closeJob: async (request) => ({ ...(await fake.activities.closeJob(request)), ...cancelled }),
      };
    },
    act: async (handle) => {
      await untilState(handle, 'cancelled');
      await handle.cancel();
      await ended(handle);
    },
  },
  {
    name: 'bulk-move-paused',
    activities: () => createSteeredFake(8).activities,
    act: async (handle) => {
      await handle.executeUpdate('pause');
      await untilState(handle, 'paused');
    },
  },
  {
    name: 'bulk-move-resumed',
    activities: () => createSteeredFake(8).activities,
    act: async (handle) => {
      await handle.executeUpdate('pause');
      await untilState(handle, 'paused');
      await handle.signal('controlChanged');
      await handle.executeUpdate('resume');
      await ended(handle);
    },
  },
  {
    name: 'bulk-move-paused-before-it-was-opened',
    activities: () => {
      const fake = createSteeredFake(8);
      fake.store.paused = true;
      const unresolved = { total: null, succeeded: 0, skipped: 0, failed: 0, remaining: null };
      const openBulkMove: Activities['openBulkMove'] = async (input) => {
        const opened = await fake.activities.openBulkMove(input);
        return fake.store.paused ? { ...opened, counts: unresolved, waitingChunks: { folders: 0, files: 0 } } : opened;
      };
      return { ...fake.activities, openBulkMove };
    },
    act: async (handle) => {
      await untilState(handle, 'paused');
      await handle.executeUpdate('resume');
      await ended(handle);
    },
  },
  {
    name: 'bulk-move-waited-behind-another',
    activities: () => {
      const fake = createFakeActivities({ folders: 1, files: 1 });
      let looks = 0;
      const moveChunks: Activities['moveChunks'] = async (request) => {
        looks += 1;
        const { counts } = await fake.activities.controlJob({ token: '', action: 'resume', by: null });
        return looks < 3
          ? { state: 'running', counts, more: true, waitMs: 1_000 }
          : fake.activities.moveChunks(request);
      };
      return { ...fake.activities, moveChunks };
    },
  },
  {
    name: 'bulk-move-running',
    activities: () => createFakeActivities({ folders: 0, files: 8 }, { moveChunks: untilCancelled }).activities,
    act: untilRunning,
  },
  ...INGEST_SCENES,
  ...SHARE_SCENES,
  { name: 'trash-assets-done', type: 'trashAssetsWorkflow', activities: () => createFakeActivities({ folders: 0, files: 1 }).activities }, // prettier-ignore
  {
    name: 'delete-assets-cancelled',
    type: 'deleteAssetsWorkflow',
    activities: () => createFakeActivities({ folders: 0, files: 8 }, { changeTree: untilCancelled }).activities,
    act: async (handle) => {
      await untilRunning(handle);
      await handle.cancel();
      await ended(handle);
    },
  },
  { name: 'set-shared-done', type: 'setSharedWorkflow', activities: () => createFakeActivities({ folders: 0, files: 3 }).activities }, // prettier-ignore
  {
    name: 'set-shared-cancelled',
    type: 'setSharedWorkflow',
    activities: () => createFakeActivities({ folders: 0, files: 8 }, { shareChunks: untilCancelled }).activities,
    act: async (handle) => {
      await untilRunning(handle);
      await handle.cancel();
      await ended(handle);
    },
  },
  ...REVIEW_FOLLOW_UP_SCENES,
  ...DAG_RUN_SCENES,
  ...WEBHOOK_SCENES,
  {
    name: 'review-request-done',
    type: 'reviewRequestWorkflow',
    activities: () => createFakeReview({ files: 3 }),
  },
  {
    name: 'review-request-continued',
    type: 'reviewRequestWorkflow',
    activities: () => createFakeReview({ files: 60 }),
  },
  {
    name: 'review-request-cancelled',
    type: 'reviewRequestWorkflow',
    activities: () => createFakeReview({ files: 8 }, { reviewChunks: untilCancelled }),
    act: async (handle) => {
      await untilRunning(handle);
      await handle.cancel();
      await ended(handle);
    },
  },
  {
    name: 'review-request-not-followed-up',
    type: 'reviewRequestWorkflow',
    activities: () => createFakeActivities({ folders: 0, files: 1 }).activities,
  },
  { name: 'force-approve-done', type: 'forceApproveWorkflow', activities: () => createFakeActivities({ folders: 0, files: 3 }).activities }, // prettier-ignore
  {
    name: 'purge-trash-continued',
    type: 'purgeTrashWorkflow',
    activities: () => createFakeActivities({ folders: 0, files: 0 }, createFakePurge({ assets: 60, objects: 2 }).activities).activities, // prettier-ignore
  },
  {
    name: 'purge-trash-done',
    type: 'purgeTrashWorkflow',
    activities: () => createFakeActivities({ folders: 0, files: 0 }, createFakePurge({ assets: 2, objects: 2 }).activities).activities, // prettier-ignore
  },
  {
    name: 'sweep-objects-continued',
    type: 'sweepObjectsWorkflow',
    activities: () => createFakeActivities({ folders: 0, files: 0 }, createFakeSweep({ slices: 64, removals: 1 }).activities).activities, // prettier-ignore
  },
  {
    name: 'sweep-objects-done',
    type: 'sweepObjectsWorkflow',
    activities: () => createFakeActivities({ folders: 0, files: 0 }, createFakeSweep({ slices: 2, removals: 2 }).activities).activities, // prettier-ignore
  },
  { name: 'sweep-queued-jobs', type: 'sweepQueuedJobsWorkflow', activities: () => createFakeActivities({ folders: 0, files: 0 }).activities }, // prettier-ignore
  {
    name: 'prune-continued',
    type: 'pruneWorkflow',
    activities: () => createFakeActivities({ folders: 0, files: 0 }, createFakePrune(40).activities).activities,
  },
  {
    name: 'prune-done',
    type: 'pruneWorkflow',
    activities: () => createFakeActivities({ folders: 0, files: 0 }, createFakePrune(2).activities).activities,
  },
  { name: 'expire-sync-events', type: 'expireSyncEventsWorkflow', activities: () => createFakeActivities({ folders: 0, files: 0 }).activities }, // prettier-ignore
];

/** Where it was recorded is nobody's matter: replay looks at neither. */
const withoutPlace = (key: string, value: unknown) => (key === 'stackTrace' || key === 'identity' ? undefined : value);

/** `<pid>@<host>` before the number of a sticky queue. */
const STICKY_QUEUE = /\d+@[\w.-]+?(?=-[0-9a-f]{32})/g;

async function record(environment: TestWorkflowEnvironment, cli: string, scene: Scene, suffix: string): Promise<void> {
  const taskQueue = `record-${scene.name}`;
  const made = scene.activities();
  const { activities, steps } = 'steps' in made ? made : { activities: made, steps: {} };
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowsPath: require.resolve('../../src/workflows'),
    activities,
  });
  const ingestWorker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: toIngestTaskQueue(taskQueue),
    activities: {
      ...steps,
      ingestFiles: (request: SliceRequest) => activities.moveChunks(request),
      runNode: (request: NodeRequest) => activities.runNode(request),
      ...scene.webhooks?.(),
    },
  });
  const play = async () => {
    const options = { taskQueue, workflowId: randomUUID(), args: [INPUT] };
    const handle = await environment.client.workflow.start(scene.type ?? 'bulkMoveWorkflow', options);
    await (scene.act ?? ended)(handle);
    const which = ['--workflow-id', handle.workflowId, '--run-id', handle.firstExecutionRunId];
    const show = ['workflow', 'show', ...which, '--address', environment.address, '--output', 'json'];
    const { stdout } = await promisify(execFile)(cli, show, { maxBuffer: 64 * 1024 * 1024 });
    await writeFile(
      join(DIRECTORY, `${scene.name}.${suffix}.json`),
      JSON.stringify(JSON.parse(stdout.replace(STICKY_QUEUE, 'worker')), withoutPlace),
    );
    if ((await handle.describe()).status.name === 'RUNNING') await handle.terminate();
  };
  await worker.runUntil(() => ingestWorker.runUntil(play));
}

async function main(): Promise<void> {
  const [suffix, ...names] = process.argv.slice(2);
  if (suffix === undefined) throw new Error('usage: node --import tsx test/replay/record.ts <suffix> [scene…]');
  await mkdir(DIRECTORY, { recursive: true });
  const cli = await findTemporalCli({ log: pino({ level: 'warn' }) });
  const environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: cli },
      searchAttributes: [LONGHAUL_KIND, LONGHAUL_PROJECT, LONGHAUL_STATE, LONGHAUL_OWNER],
      // Short histories: continue-as-new is suggested early.
      extraArgs: ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=60'],
    },
  });
  try {
    for (const scene of SCENES.filter(({ name }) => names.length === 0 || names.includes(name)))
      await record(environment, cli, scene, suffix);
  } finally {
    await environment.teardown();
  }
}

void main();
