import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Activities } from '../contract/activities';
import type { BulkMoveInput } from '../contract/bulk-move';
import type { SlicePhase, SliceRequest, SliceResult } from '../contract/job';
import { deliverNudges } from '../dispatch';
import { isEnded } from '../domain/job';
import { FILE_PHASE, FOLDER_PHASE, moveNextChunk } from '../store/bulk-move-chunk';
import { countWaitingChunks, endJob, finishJob, passTurn, publishProgress, readStanding } from '../store/job-progress';
import { inProject } from '../store/project-job';
import type { ActivityDependencies } from './dependencies';
import { withFaultNotes } from './fault-notes';
import { withHeartbeat } from './heartbeat';
import { requireJob } from './job';
import { openBulkMove } from './open-bulk-move';
import { createFolderTurns } from './folder-turn';
import { createLanes } from './lanes';
import { createPace } from './pace';
import { workSlice } from './slice';

/** Telling the readers costs about as much as moving a chunk: twice a second is enough. */
const TELL_EVERY_MS = 450;
/** Two workers that publish at the same time would say the same: the second is left out. */
const PUBLISH_GAP_MS = 100;
/**
 * Of a job, and of all jobs of a worker together. Connections beyond the cores of a small Postgres gain nothing; fewer
 * leave it waiting for its disk.
 */
const LANES = { folders: 1, files: 4 } as const;
/** Between two looks at a chunk that somebody else holds. */
const HELD_CHUNK_MS = 1_000;
/** Between two looks at the turn to move folders, unless the workflow is woken before. */
const TURN_MS = 5_000;
const PHASE = { folders: FOLDER_PHASE, files: FILE_PHASE } as const;

/** The Workflow Id is the job token. */
function workflowId(): string {
  const { workflowExecution } = Context.current().info;
  if (workflowExecution === undefined) throw new Error('a job is opened by its workflow only');
  return workflowExecution.workflowId;
}

/** The activities of the bulk move. */
export function createBulkMoveActivities(
  dependencies: ActivityDependencies,
): Pick<Activities, 'openBulkMove' | 'moveChunks'> {
  const { store, keeper, log, now } = dependencies;
  const notes = { db: store.db, log, now };
  const pace = createPace(TELL_EVERY_MS);
  const lanes = createLanes(LANES.files);
  const turns = createFolderTurns(store.db, now);
  return {
    openBulkMove: (input) => {
      // A job that is being opened counts already: others give way to its work on the store.
      const share = lanes.join(String((input as Partial<BulkMoveInput> | null | undefined)?.project));
      return withFaultNotes(notes, workflowId(), () =>
        withHeartbeat(() => openBulkMove(dependencies, input, workflowId())),
      ).finally(() => {
        share.leave();
      });
    },
    moveChunks: (request) => withFaultNotes(notes, request.token, () => moveSlice(request)),
  };

  async function moveSlice({ token, phase }: SliceRequest): Promise<SliceResult> {
    const { id: jobId, project, owner, targetId, undo } = inProject(await requireJob(store.db, token));
    if (phase === 'folders') {
      const hasTurn = await turns.take({ id: jobId, projectId: project.id });
      if (!hasTurn) return { ...(await settleSlice(jobId, phase, true)), more: true, waitMs: TURN_MS };
    }
    const job = { jobId, projectId: project.id, targetId, requestedBy: owner.id, undo };
    const waiting = (await countWaitingChunks(store.db, jobId)).get(PHASE[phase]) ?? 0;
    // Exceptions come in clusters: after one, the try of the plain statement would mostly be in vain.
    let careful = false;
    const share = lanes.join(project.uuid);
    const more = await workSlice(
      async () => {
        const result = await share.run(() => moveNextChunk(store.pool, job, PHASE[phase], now(), careful));
        if (result.kind === 'done') careful = result.exceptions > 0;
        return result.kind === 'done' ? 'worked' : 'idle';
      },
      () => pace.run(token, async () => (await publishProgress(store.db, jobId, now(), PUBLISH_GAP_MS)) !== null),
      { lanes: Math.max(1, Math.min(LANES[phase], waiting)) },
    ).finally(() => {
      share.leave();
      pace.forget(token);
    });
    const standing = await settleSlice(jobId, phase, more);
    if (phase === 'folders' && !more && (await passTurn(store.db, jobId, now())) > 0) {
      await deliverNudges({ db: store.db, starter: keeper, log, now });
    }
    if (more || standing.state !== 'running') return { ...standing, more };
    const isHeld = (await countWaitingChunks(store.db, jobId)).get(PHASE[phase]) !== undefined;
    // A transaction of a worker that died may hold a chunk for as long as somebody else holds one of its rows.
    if (isHeld) await sleep(HELD_CHUNK_MS);
    return { ...standing, more: isHeld };
  }

  /** Where the job stands after a slice. The readers need not wait for the workflow to hear that nothing is left. */
  async function settleSlice(jobId: string, phase: SlicePhase, more: boolean) {
    const ended = phase === 'files' && !more ? await finishJob(store.db, jobId, now()) : null;
    if (ended !== null) return ended;
    const standing = await readStanding(store.db, jobId);
    // Whoever cancelled it may have been killed before the job was ended.
    return standing.control === 'cancel' && !isEnded(standing.state)
      ? endJob(store.db, jobId, { state: 'cancelled', outcome: 'cancelled', error: null }, now())
      : standing;
  }
}
