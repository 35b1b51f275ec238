import type { Activities } from '../contract/activities';
import { shareNextChunk } from '../store/set-shared-chunk';
import { readSharingRule } from '../store/set-shared-snapshot';
import type { ActivityDependencies } from './dependencies';
import { withFaultNotes } from './fault-notes';
import { withHeartbeat } from './heartbeat';
import { createItemSlices } from './item-slices';
import { openSetShared } from './open-set-shared';
import { workflowId } from './opening';

/** The activities that share and unshare assets. */
export function createSetSharedActivities(
  dependencies: ActivityDependencies,
): Pick<Activities, 'openSetShared' | 'shareChunks'> {
  const { store, log, now } = dependencies;
  const notes = { db: store.db, log, now };
  const shareSlice = createItemSlices(dependencies, async ({ id: jobId, project, owner }) => {
    const { shared } = await readSharingRule(store.db, jobId);
    const job = { jobId, projectId: project.id, requestedBy: owner.id, shared };
    return () => shareNextChunk(store.db, job, now());
  });
  return {
    openSetShared: (input) =>
      withFaultNotes(notes, workflowId(), () => withHeartbeat(() => openSetShared(dependencies, input, workflowId()))),
    shareChunks: (request) => withFaultNotes(notes, request.token, () => shareSlice(request)),
  };
}
