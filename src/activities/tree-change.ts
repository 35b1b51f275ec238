import { setTimeout as sleep } from 'node:timers/promises';
import type { Activities } from '../contract/activities';
import { FAILURE } from '../contract/failures';
import type { SliceRequest, SliceResult } from '../contract/job';
import { isEnded } from '../domain/job';
import {
  countWaitingChunks,
  endJob,
  finishJob,
  publishProgress,
  readStanding,
  type RunnableJob,
} from '../store/job-progress';
import { deleteNextChunk } from '../store/tree-delete-chunk';
import { applyTreeJob } from '../store/tree-job';
import type { ActivityDependencies } from './dependencies';
import { withFaultNotes } from './fault-notes';
import { withHeartbeat } from './heartbeat';
import { requireJob } from './job';
import { openTreeChange, TREE_REFUSAL } from './open-tree-change';
import { workflowId } from './opening';
import { createPace } from './pace';
import { refused } from './refused';
import { workSlice } from './slice';

/** Telling the readers costs about as much as deleting a chunk: twice a second is enough. */
const TELL_EVERY_MS = 450;
const PUBLISH_GAP_MS = 100;
/** Between two looks at a chunk that somebody else holds. */
const HELD_CHUNK_MS = 1_000;

/** The activities of what is done with an asset and all that lies in it. */
export function createTreeChangeActivities(
  dependencies: ActivityDependencies,
): Pick<Activities, 'openTreeChange' | 'changeTree'> {
  const { store, log, now } = dependencies;
  const notes = { db: store.db, log, now };
  const pace = createPace(TELL_EVERY_MS);
  return {
    openTreeChange: (kind, input) =>
      withFaultNotes(notes, workflowId(), () =>
        withHeartbeat(() => openTreeChange(dependencies, kind, input, workflowId())),
      ),
    changeTree: (request) => withFaultNotes(notes, request.token, () => change(request)),
  };

  async function change({ token }: SliceRequest): Promise<SliceResult> {
    const job = await requireJob(store.db, token);
    const owner = { id: job.id, actorId: job.owner.id };
    if (job.counts.total === null && !isEnded(job.state)) {
      const result = await withHeartbeat(() => applyTreeJob(store.db, owner, now()));
      if (result === 'forbidden') throw await rejected(job);
      if (result !== 'applied' && result !== 'stopped') throw refused(FAILURE.inputInvalid, TREE_REFUSAL[result]);
    }
    const { control, ...standing } = await readStanding(store.db, job.id);
    // Whoever cancelled it may have been killed before the job was ended.
    if (control === 'cancel' && !isEnded(standing.state)) return { ...(await cancelled(job)), more: false };
    if (control !== 'run' || isEnded(standing.state)) return { ...standing, more: false };
    // It was paused while it was being done, and may go on since.
    if (standing.counts.total === null) return { ...standing, more: true };
    const more = job.kind === 'delete_assets' && (await deleteChunks(job));
    const ended = more ? null : await finishJob(store.db, job.id, now());
    return { ...(ended ?? (await readStanding(store.db, job.id))), more };
  }

  /** Ends the job; answers what its workflow fails with. */
  async function rejected({ id }: RunnableJob) {
    const error = { code: FAILURE.forbidden, message: 'asset: requested_by may not change it any more' };
    await endJob(store.db, id, { state: 'rejected', outcome: 'rejected', error }, now());
    return refused(FAILURE.forbidden, error.message);
  }

  function cancelled({ id }: RunnableJob) {
    return endJob(store.db, id, { state: 'cancelled', outcome: 'cancelled', error: null }, now());
  }

  /** Answers whether more may be left to delete. */
  async function deleteChunks({ id, token, owner }: RunnableJob): Promise<boolean> {
    const more = await workSlice(
      async () =>
        (await deleteNextChunk(store.pool, { id, actorId: owner.id }, now())) === 'worked' ? 'worked' : 'idle',
      () => pace.run(token, async () => (await publishProgress(store.db, id, now(), PUBLISH_GAP_MS)) !== null),
    ).finally(() => {
      pace.forget(token);
    });
    if (more) return true;
    const isHeld = (await countWaitingChunks(store.db, id)).size > 0;
    if (isHeld && (await readStanding(store.db, id)).control === 'run') await sleep(HELD_CHUNK_MS);
    return isHeld;
  }
}
