import { ActivityCancellationType, type ActivityOptions, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../contract/activities';
import type { IngestMediaInput, IngestStepActivities } from '../contract/ingest-media';
import type { JobResult } from '../contract/job';
import { toIngestTaskQueue } from '../contract/task-queues';
import type { IngestStep } from '../domain/ingest-media';
import { storeActivityOptions } from './activity-options';
import { runJob } from './job';

/**
 * Faults of our own machine room are retried without end. Those of other people's servers are counted in the store, where
 * they outlive a worker: the activity says itself when to try again, and when no more. The heartbeat tells a dead worker
 * from a slow download, which may take its time.
 */
const stepOptions: ActivityOptions = {
  startToCloseTimeout: '2 days',
  heartbeatTimeout: '15 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

const { openIngestMedia } = proxyActivities<Activities>(storeActivityOptions);
const steps = proxyActivities<IngestStepActivities>(stepOptions);

const ACTIVITY_OF = {
  download: steps.downloadMedia,
  check: steps.checkMedia,
  store: steps.storeMedia,
  probe: steps.probeMedia,
  previews: steps.previewMedia,
  attach: steps.attachMedia,
} as const satisfies Record<IngestStep, unknown>;

/**
 * Fetches a file from an address and attaches it to an asset, in six steps with an activity each. Every step says which
 * one comes next: an earlier one when the bytes are on no disk of this worker any more.
 */
export async function ingestMediaWorkflow(input: IngestMediaInput): Promise<JobResult> {
  const taskQueue = toIngestTaskQueue(workflowInfo().taskQueue);
  let step: IngestStep = 'download';
  return runJob({
    kind: 'ingest_media',
    input,
    open: async (asked) => {
      const opened = await openIngestMedia(asked);
      step = opened.step;
      return opened;
    },
    phases: ['files'],
    slice: async ({ token }, fairnessKey) => {
      const options = { summary: step, taskQueue, priority: { fairnessKey } };
      const { next, ...result } = await ACTIVITY_OF[step].executeWithOptions(options, [{ token }]);
      step = next;
      return result;
    },
  });
}
