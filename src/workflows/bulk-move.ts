import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../contract/activities';
import type { BulkMoveInput } from '../contract/bulk-move';
import type { JobResult } from '../contract/job';
import { storeActivityOptions } from './activity-options';
import { runJob } from './job';

const { openBulkMove, resolveSelection, moveChunks } = proxyActivities<Activities>(storeActivityOptions);

/** Lanes beyond the cores of a small Postgres gain nothing; fewer leave it waiting for its disk. */
const FILE_LANES = 4;

/**
 * Moves a selection of assets of one project under one parent. Folders go first and in one lane, since whether a folder
 * moved or failed decides what becomes of the things below it.
 */
export async function bulkMoveWorkflow(input: BulkMoveInput): Promise<JobResult> {
  return runJob({
    kind: 'bulk_move_assets',
    input,
    open: openBulkMove,
    prepare: (token) => resolveSelection({ token }),
    phases: [
      { phase: 'folders', lanes: 1 },
      { phase: 'files', lanes: FILE_LANES },
    ],
    slice: moveChunks,
  });
}
