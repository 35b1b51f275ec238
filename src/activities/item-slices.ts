import { setTimeout as sleep } from 'node:timers/promises';
import type { SliceRequest, SliceResult } from '../contract/job';
import { isEnded } from '../domain/job';
import type { ItemChunkResult } from '../store/item-chunk';
import { countWaitingChunks, endJob, finishJob, publishProgress, readStanding } from '../store/job-progress';
import { inProject, type ProjectJob } from '../store/project-job';
import type { ActivityDependencies } from './dependencies';
import { requireJob } from './job';
import { createPace } from './pace';
import { workSlice } from './slice';

/** Telling the readers costs about as much as a chunk: twice a second is enough. */
const TELL_EVERY_MS = 450;
const PUBLISH_GAP_MS = 100;
/** Between two looks at a chunk that somebody else holds. */
const HELD_CHUNK_MS = 1_000;

/** Does the next chunk of a job. */
export type NextChunk = () => Promise<ItemChunkResult>;

/**
 * Slices of jobs whose items do not depend on one another: chunk after chunk for about five seconds, the end told by who
 * does the last one. `begin` is asked once for each slice; `lanes` of chunks are done side by side.
 */
export function createItemSlices(
  { store, now }: Pick<ActivityDependencies, 'store' | 'now'>,
  begin: (job: ProjectJob) => Promise<NextChunk>,
  lanes = 1,
): (request: SliceRequest) => Promise<SliceResult> {
  const pace = createPace(TELL_EVERY_MS);
  return async ({ token }) => {
    const job = inProject(await requireJob(store.db, token));
    const next = await begin(job);
    const more = await workSlice(
      async () => ((await next()) === 'worked' ? 'worked' : 'idle'),
      () => pace.run(token, async () => (await publishProgress(store.db, job.id, now(), PUBLISH_GAP_MS)) !== null),
      { lanes },
    ).finally(() => {
      pace.forget(token);
    });
    const standing = await settle(job.id, more);
    if (more || standing.state !== 'running') return { ...standing, more };
    const isHeld = (await countWaitingChunks(store.db, job.id)).size > 0;
    // A transaction of a worker that died may hold a chunk for as long as somebody else holds one of its rows.
    if (isHeld) await sleep(HELD_CHUNK_MS);
    return { ...standing, more: isHeld };
  };

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
