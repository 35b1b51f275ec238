import { continueAsNew, proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { PruneActivities } from '../contract/prune';
import { addPruned, describePruned, NOTHING_PRUNED, type PruneCounts } from '../domain/prune';
import { storeActivityOptions } from './activity-options';

const { pruneRecords } = proxyActivities<PruneActivities>(storeActivityOptions);

/**
 * Runs on a schedule: removes the details of jobs that ended long ago, and old history, slice after slice. What is to go
 * is decided by the store and the configuration of the worker, so that it can be ended anywhere and begun anew. It takes
 * no input; `before` is what a run hands on to the next one.
 */
export async function pruneWorkflow(_input?: null, before: PruneCounts = NOTHING_PRUNED): Promise<PruneCounts> {
  let pruned = before;
  for (;;) {
    const { removed, more } = await pruneRecords();
    pruned = addPruned(pruned, removed);
    setCurrentDetails(describePruned(pruned));
    if (!more) return pruned;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof pruneWorkflow>(null, pruned);
  }
}
