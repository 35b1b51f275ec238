import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../contract/activities';
import type { BulkMoveInput } from '../contract/bulk-move';
import type { JobResult } from '../contract/job';
import { storeActivityOptions } from './activity-options';
import { runJob } from './job';

const { openBulkMove, moveChunks } = proxyActivities<Activities>(storeActivityOptions);

/**
 * Moves a selection of assets of one project under one parent. Folders go first and in one lane, since whether a folder
 * moved or failed decides what becomes of the things below it. Each phase is one Activity at a time, which holds several
 * connections itself: an Activity for each of them would cost its share of Temporal and gain nothing.
 */
export async function bulkMoveWorkflow(input: BulkMoveInput): Promise<JobResult> {
  return runJob({
    kind: 'bulk_move_assets',
    input,
    open: openBulkMove,
    phases: ['folders', 'files'],
    slice: (request, fairnessKey) =>
      moveChunks.executeWithOptions({ summary: request.phase, priority: { fairnessKey } }, [request]),
  });
}
