import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../contract/activities';
import type { JobResult } from '../contract/job';
import type { AssignAssetsInput, TreeChangeInput } from '../contract/tree-change';
import type { TreeChangeKind } from '../domain/tree-change';
import { storeActivityOptions } from './activity-options';
import { runJob } from './job';

const { openTreeChange, changeTree } = proxyActivities<Activities>(storeActivityOptions);

/** Moves an asset to the trash with all that lies in it. */
export async function trashAssetsWorkflow(input: TreeChangeInput): Promise<JobResult> {
  return runTreeChange('trash_assets', input);
}

/** Brings an asset back from the trash with all that went there with it. */
export async function restoreAssetsWorkflow(input: TreeChangeInput): Promise<JobResult> {
  return runTreeChange('restore_assets', input);
}

/** Assigns an asset to a project, or to none, with all that lies in it. */
export async function assignAssetsWorkflow(input: AssignAssetsInput): Promise<JobResult> {
  return runTreeChange('assign_assets', input);
}

/** Deletes an asset for good with all that lies in it. */
export async function deleteAssetsWorkflow(input: TreeChangeInput): Promise<JobResult> {
  return runTreeChange('delete_assets', input);
}

/**
 * Each is one transaction of its own, whatever its size: nobody ever sees a half of it, and a cancel in the middle leaves
 * everything as it was. Only what deletes goes on in chunks after it: nobody sees those assets any more.
 */
async function runTreeChange(kind: TreeChangeKind, input: TreeChangeInput | AssignAssetsInput): Promise<JobResult> {
  return runJob({
    kind,
    input,
    open: (asked) => openTreeChange(kind, asked),
    phases: ['files'],
    slice: (request, fairnessKey) =>
      changeTree.executeWithOptions({ summary: kind, priority: { fairnessKey } }, [request]),
  });
}
