import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { Activities, IngestQueueActivities } from '../../src/contract/activities';
import type { IngestStepActivities } from '../../src/contract/ingest-media';
import type { JobProgress, JobResult } from '../../src/contract/job';
import { toIngestTaskQueue } from '../../src/contract/task-queues';
import type { WebhookDeliveryActivities } from '../../src/contract/webhook';
import { connectTestTemporal, type TestTemporal } from '../support/temporal';

let temporal: TestTemporal;
let worker: Worker;
let ingestWorker: Worker;
let running: Promise<unknown>;
/** What the worker's activities do in the test at hand. */
let current: Activities;
/** Those of the Task Queue for ingestion, where the test has some. */
let currentSteps: IngestStepActivities;
let currentWebhooks: WebhookDeliveryActivities;

/** One worker for the tests of a file, whose activities each test brings itself. */
export function useWorker(): void {
  beforeAll(async () => {
    temporal = await connectTestTemporal();
    worker = await Worker.create({
      connection: temporal.nativeConnection,
      taskQueue: temporal.taskQueue,
      workflowBundle: temporal.workflowBundle,
      activities: {
        openBulkMove: (input) => current.openBulkMove(input),
        moveChunks: (request) => current.moveChunks(request),
        openTreeChange: (kind, input) => current.openTreeChange(kind, input),
        changeTree: (request) => current.changeTree(request),
        openSetShared: (input) => current.openSetShared(input),
        shareChunks: (request) => current.shareChunks(request),
        openReviewRequest: (input) => current.openReviewRequest(input),
        openForceApprove: (input) => current.openForceApprove(input),
        reviewChunks: (request) => current.reviewChunks(request),
        controlJob: (request) => current.controlJob(request),
        closeJob: (request) => current.closeJob(request),
        sweepQueuedJobs: () => current.sweepQueuedJobs(),
        expireSyncEvents: () => current.expireSyncEvents(),
        pruneRecords: () => current.pruneRecords(),
        openPurge: (opening) => current.openPurge(opening),
        purgeAssets: (request) => current.purgeAssets(request),
        removeObjects: (request) => current.removeObjects(request),
        readPurge: (request) => current.readPurge(request),
        noteOrphans: (request) => current.noteOrphans(request),
        removeOrphans: () => current.removeOrphans(),
        sweepLeftovers: (request) => current.sweepLeftovers(request),
        settleDueShares: () => current.settleDueShares(),
        watchShares: () => current.watchShares(),
        followUpReview: (request) => current.followUpReview(request),
        watchReviews: () => current.watchReviews(),
        deliverMails: () => current.deliverMails(),
        openBulkIngest: (input) => current.openBulkIngest(input),
        openIngestMedia: (input) => current.openIngestMedia(input),
        openDagActionRun: (input) => current.openDagActionRun(input),
        runNode: (request) => current.runNode(request),
        runNodes: (request) => current.runNodes(request),
        settleNodes: (request) => current.settleNodes(request),
        lookAtRun: (request) => current.lookAtRun(request),
        cancelRun: (request) => current.cancelRun(request),
        answerApproval: (request) => current.answerApproval(request),
        watchWebhooks: () => current.watchWebhooks(),
      } satisfies Activities,
    });
    ingestWorker = await Worker.create({
      connection: temporal.nativeConnection,
      taskQueue: toIngestTaskQueue(temporal.taskQueue),
      activities: {
        downloadMedia: (request) => currentSteps.downloadMedia(request),
        checkMedia: (request) => currentSteps.checkMedia(request),
        storeMedia: (request) => currentSteps.storeMedia(request),
        probeMedia: (request) => currentSteps.probeMedia(request),
        previewMedia: (request) => currentSteps.previewMedia(request),
        attachMedia: (request) => currentSteps.attachMedia(request),
        ingestFiles: (request) => current.moveChunks(request),
        runNode: (request) => current.runNode(request),
        deliverWebhook: (request) => currentWebhooks.deliverWebhook(request),
      } satisfies IngestQueueActivities,
    });
    running = Promise.all([worker.run(), ingestWorker.run()]);
  });
  afterAll(async () => {
    worker.shutdown();
    ingestWorker.shutdown();
    await running;
    await temporal.close();
  });
}

const INPUT = { project: 'P', parent: 'F', selection: ['1'], requested_by: 'a@example.test' };

export async function withWorker<T>(
  activities: Activities,
  work: (taskQueue: string) => Promise<T>,
  steps?: IngestStepActivities,
  webhooks?: WebhookDeliveryActivities,
): Promise<T> {
  current = activities;
  if (steps !== undefined) currentSteps = steps;
  if (webhooks !== undefined) currentWebhooks = webhooks;
  return work(temporal.taskQueue);
}

export const start = (taskQueue: string, type = 'bulkMoveWorkflow', input: unknown = INPUT) =>
  temporal.client.workflow.start(type, { taskQueue, workflowId: randomUUID(), args: [input] });

/** The Workflow Type of the workflow with that id; null when there is none. */
export const typeOf = (workflowId: string): Promise<string | null> =>
  temporal.client.workflow
    .getHandle(workflowId)
    .describe()
    .then(
      ({ type }) => type,
      () => null,
    );

export const resultOf = (handle: WorkflowHandle): Promise<JobResult> => handle.result() as Promise<JobResult>;

export async function untilState(handle: WorkflowHandle, state: string): Promise<void> {
  await until(async () => (await handle.query<JobProgress>('getProgress')).state === state);
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}
