import { setTimeout as sleep } from 'node:timers/promises';
import type { Activities } from '../contract/activities';
import type { SliceRequest, SliceResult } from '../contract/job';
import { isEnded } from '../domain/job';
import { countWaitingChunks, endJob, finishJob, publishProgress, readStanding } from '../store/job-progress';
import { inProject } from '../store/project-job';
import { shareNextChunk } from '../store/set-shared-chunk';
import { readSharingRule } from '../store/set-shared-snapshot';
import type { ActivityDependencies } from './dependencies';
import { withFaultNotes } from './fault-notes';
import { withHeartbeat } from './heartbeat';
import { requireJob } from './job';
import { openSetShared } from './open-set-shared';
import { workflowId } from './opening';
import { createPace } from './pace';
import { workSlice } from './slice';

/** Telling the readers costs about as much as a chunk: twice a second is enough. */
const TELL_EVERY_MS = 450;
const PUBLISH_GAP_MS = 100;
/** Between two looks at a chunk that somebody else holds. */
const HELD_CHUNK_MS = 1_000;

/** The activities that share and unshare assets. */
export function createSetSharedActivities(
  dependencies: ActivityDependencies,
): Pick<Activities, 'openSetShared' | 'shareChunks'> {
  const { store, log, now } = dependencies;
  const notes = { db: store.db, log, now };
  const pace = createPace(TELL_EVERY_MS);
  return {
    openSetShared: (input) =>
      withFaultNotes(notes, workflowId(), () => withHeartbeat(() => openSetShared(dependencies, input, workflowId()))),
    shareChunks: (request) => withFaultNotes(notes, request.token, () => shareSlice(request)),
  };

  async function shareSlice({ token }: SliceRequest): Promise<SliceResult> {
    const { id: jobId, project, owner } = inProject(await requireJob(store.db, token));
    const { shared } = await readSharingRule(store.db, jobId);
    const job = { jobId, projectId: project.id, requestedBy: owner.id, shared };
    const more = await workSlice(
      async () => ((await shareNextChunk(store.db, job, now())) === 'worked' ? 'worked' : 'idle'),
      () => pace.run(token, async () => (await publishProgress(store.db, jobId, now(), PUBLISH_GAP_MS)) !== null),
    ).finally(() => {
      pace.forget(token);
    });
    const standing = await settle(jobId, more);
    if (more || standing.state !== 'running') return { ...standing, more };
    const isHeld = (await countWaitingChunks(store.db, jobId)).size > 0;
    // A transaction of a worker that died may hold a chunk for as long as somebody else holds one of its rows.
    if (isHeld) await sleep(HELD_CHUNK_MS);
    return { ...standing, more: isHeld };
  }

  /** Where the job stands after a slice. The readers need not wait for the workflow to hear that nothing is left. */
  async function settle(jobId: string, more: boolean) {
    const ended = more ? null : await finishJob(store.db, jobId, now());
    if (ended !== null) return ended;
    const { control, ...standing } = await readStanding(store.db, jobId);
    // Whoever cancelled it may have been killed before the job was ended.
    return control === 'cancel' && !isEnded(standing.state)
      ? endJob(store.db, jobId, { state: 'cancelled', outcome: 'cancelled', error: null }, now())
      : standing;
  }
}
