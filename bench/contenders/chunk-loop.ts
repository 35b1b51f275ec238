import { FILE_PHASE, moveNextChunk, type BulkMoveJob } from '../../src/store/bulk-move-chunk';
import { snapshotSelection } from '../../src/store/bulk-move-snapshot';
import type { Store } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { createJob } from '../../src/store/job-creation';
import { endJob } from '../../src/store/job-progress';
import type { Contender, Route } from '../contender';
import type { Library } from '../library';

/** (b) and (c): the same transactions as ours in a plain loop, without HTTP, Temporal, progress or an end of the job. */
export function createChunkLoop(store: Store, library: Library, lanes: 1 | 4): Contender {
  return {
    id: lanes === 1 ? 'b' : 'c',
    title: `plain loop, ${String(lanes)} connection${lanes === 1 ? '' : 's'}`,
    covers: 'the same snapshot of the selection and the same chunk transactions, and nothing else',
    async run(route) {
      const job = await prepareJob(store, library, route);
      const startedAt = performance.now();
      await snapshotSelection(store.db, { id: job.jobId, projectId: job.projectId }, new Date());
      const selectedAt = performance.now();
      await Promise.all(Array.from({ length: lanes }, () => workThrough(store, job)));
      const endedAt = performance.now();
      await endJob(store.db, job.jobId, { state: 'done', outcome: null, error: null }, new Date());
      const timing = {
        wholeMs: endedAt - startedAt,
        selectionMs: selectedAt - startedAt,
        movingMs: endedAt - selectedAt,
        firstChunkMs: null,
      };
      return { timing, jobId: job.jobId };
    },
  };
}

async function workThrough(store: Store, job: BulkMoveJob): Promise<void> {
  while ((await moveNextChunk(store.pool, job, FILE_PHASE, new Date())).kind === 'done');
}

/** The job's row, as the façade makes it, before the clock starts; `dispatched` keeps its dispatcher away. */
async function prepareJob({ db }: Store, library: Library, { from, to }: Route): Promise<BulkMoveJob> {
  const token = newUuid();
  await createJob(db, {
    token,
    kind: 'bulk_move_assets',
    project: { id: library.projectId, uuid: library.projectUuid },
    createdBy: library.userId,
    input: {},
    selection: { parentId: to.id, assetIds: [], rules: [{ kind: 'children', parentId: from.id, exclude: [] }] },
    idempotency: null,
    dispatched: true,
    now: new Date(),
  });
  const { id } = await db.selectFrom('jobs').select('id').where('uuid', '=', token).executeTakeFirstOrThrow();
  return { jobId: id, projectId: library.projectId, targetId: to.id, requestedBy: library.userId, undo: false };
}
