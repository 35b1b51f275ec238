import { ActivityCancellationType, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../contract/activities';
import type { BulkIngestInput, BulkIngestSliceActivities } from '../contract/bulk-ingest';
import type { JobResult } from '../contract/job';
import { toIngestTaskQueue } from '../contract/task-queues';
import { storeActivityOptions } from './activity-options';
import { runJob } from './job';

const { openBulkIngest } = proxyActivities<Activities>(storeActivityOptions);

/**
 * A slice ends after some seconds, but for one that goes on beside a file that takes hours. Faults of other people's
 * servers are dealt with inside; what fails a slice is our own machine room, and is retried without end.
 */
const { ingestFiles } = proxyActivities<BulkIngestSliceActivities>({
  startToCloseTimeout: '7 days',
  heartbeatTimeout: '15 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1 second', backoffCoefficient: 1.5, maximumInterval: '5 seconds' },
});

/** Fetches many files from their addresses, each into a new asset of one project. */
export async function bulkIngestMediaWorkflow(input: BulkIngestInput): Promise<JobResult> {
  const taskQueue = toIngestTaskQueue(workflowInfo().taskQueue);
  return runJob({
    kind: 'bulk_ingest_media',
    input,
    open: openBulkIngest,
    phases: ['files'],
    slice: (request, fairnessKey) =>
      ingestFiles.executeWithOptions({ summary: 'files', taskQueue, priority: { fairnessKey } }, [request]),
  });
}
