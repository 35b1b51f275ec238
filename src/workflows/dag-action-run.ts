import { proxyActivities } from '@temporalio/workflow';
import type { DagActionRunActivities, DagActionRunInput } from '../contract/dag-action-run';
import type { JobResult } from '../contract/job';
import { storeActivityOptions } from './activity-options';
import { runJob } from './job';

const { openDagActionRun } = proxyActivities<DagActionRunActivities>(storeActivityOptions);

/** Runs an action on an asset: a graph of nodes, each of which begins when its trigger rule says so. */
export async function dagActionRunWorkflow(input: DagActionRunInput): Promise<JobResult> {
  return runJob({
    kind: 'dag_action_run',
    input,
    open: openDagActionRun,
    phases: [],
    slice: () => Promise.reject(new Error('nodes do not come in slices')),
  });
}
