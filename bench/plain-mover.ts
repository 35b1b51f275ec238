import { FILE_PHASE, moveNextChunk, type BulkMoveJob } from '../src/store/bulk-move-chunk';
import { snapshotSelection } from '../src/store/bulk-move-snapshot';
import { openStore } from '../src/store/database';
import { endJob } from '../src/store/job-progress';

/** Jobs for this process, all of which it runs at once, as a worker does; answered by `done` when they are. */
export interface MoverOrder {
  readonly jobs: readonly BulkMoveJob[];
}

/** Connections that one job keeps busy, as in a worker. */
const LANES = 4;

const store = openStore({
  databaseUrl: process.env['DATABASE_URL'] ?? '',
  maxConnections: Number(process.env['DATABASE_POOL_SIZE']),
  applicationName: 'longhaul-bench-mover',
  onIdleError: () => undefined,
});

async function run(job: BulkMoveJob): Promise<void> {
  await snapshotSelection(store.db, { id: job.jobId, projectId: job.projectId }, new Date());
  const lane = async () => {
    while ((await moveNextChunk(store.pool, job, FILE_PHASE, new Date())).kind === 'done');
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  await endJob(store.db, job.jobId, { state: 'done', outcome: null, error: null }, new Date());
}

process.on('message', ({ jobs }: MoverOrder) => {
  Promise.all(jobs.map(run)).then(
    () => process.send?.('done'),
    (error: unknown) => process.send?.(String(error)),
  );
});
process.once('SIGTERM', () => {
  process.disconnect();
  void store.close();
});
process.send?.('ready');
