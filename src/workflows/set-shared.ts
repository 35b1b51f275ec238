import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../contract/activities';
import type { JobResult } from '../contract/job';
import type { SetSharedInput } from '../contract/set-shared';
import { storeActivityOptions } from './activity-options';
import { runJob } from './job';

const { openSetShared, shareChunks } = proxyActivities<Activities>(storeActivityOptions);

/** Shares or unshares all assets of a project, or some of them. What becomes of one does not depend on the others. */
export async function setSharedWorkflow(input: SetSharedInput): Promise<JobResult> {
  return runJob({
    kind: 'set_shared',
    input,
    open: openSetShared,
    phases: ['files'],
    slice: (request, fairnessKey) =>
      shareChunks.executeWithOptions({ summary: 'set shared', priority: { fairnessKey } }, [request]),
  });
}
