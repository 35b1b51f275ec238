import type { Pool } from 'pg';
import {
  FILE_PHASE,
  FOLDER_PHASE,
  moveNextChunk,
  type BulkMoveJob,
  type ChunkPhase,
} from '../../src/store/bulk-move-chunk';
import { snapshotSelection } from '../../src/store/bulk-move-snapshot';
import type { Database, Store } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { createJob } from '../../src/store/job-creation';
import { endJob, findRunnableJob, type JobStanding } from '../../src/store/job-progress';
import type { StoredRule } from '../../src/store/selection';
import { inProject } from '../../src/store/project-job';

export interface BulkMoveOrder {
  readonly project: { readonly id: string; readonly uuid: string };
  readonly requestedBy: string;
  /** Null is the root of the project. */
  readonly targetId: string | null;
  readonly assetIds?: readonly string[];
  readonly rules?: readonly StoredRule[];
}

/** A job as its workflow finds it: committed, its selection resolved into chunks. */
export async function prepareBulkMove(db: Database, order: BulkMoveOrder): Promise<BulkMoveJob & { token: string }> {
  const token = newUuid();
  await createJob(db, {
    token,
    kind: 'bulk_move_assets',
    project: order.project,
    createdBy: order.requestedBy,
    input: {},
    selection: { parentId: order.targetId, assetIds: order.assetIds ?? [], rules: order.rules ?? [] },
    idempotency: null,
    dispatched: true,
    now: new Date(),
  });
  const made = await findRunnableJob(db, token);
  if (made === null) throw new Error(`job ${token} was not made`);
  const job = inProject(made);
  await snapshotSelection(db, { id: job.id, projectId: job.project.id }, new Date());
  const { requestedBy, targetId } = order;
  return { jobId: job.id, projectId: job.project.id, requestedBy, targetId, undo: false, token };
}

/** Does every chunk that waits, folders first, `lanes` at a time. */
export async function workThrough(pool: Pool, job: BulkMoveJob, lanes = 1): Promise<void> {
  await workPhase(pool, job, FOLDER_PHASE, 1);
  await workPhase(pool, job, FILE_PHASE, lanes);
}

async function workPhase(pool: Pool, job: BulkMoveJob, phase: ChunkPhase, lanes: number): Promise<void> {
  const lane = async () => {
    for (;;) if ((await moveNextChunk(pool, job, phase, new Date())).kind !== 'done') return;
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Runs a whole bulk move as its workflow does, without Temporal. */
export async function runBulkMove(store: Store, order: BulkMoveOrder): Promise<JobStanding & { jobId: string }> {
  const job = await prepareBulkMove(store.db, order);
  await workThrough(store.pool, job);
  const standing = await endJob(store.db, job.jobId, { state: 'done', outcome: null, error: null }, new Date());
  return { ...standing, jobId: job.jobId };
}

/** The items that were not moved, with the reason of each. */
export async function readExceptions(db: Database, jobId: string): Promise<Readonly<Record<string, string>>> {
  const chunks = await db
    .selectFrom('job_chunks')
    .select(['exception_ids', 'exception_codes'])
    .where('job_id', '=', jobId)
    .execute();
  const pairs = chunks.flatMap((chunk) => chunk.exception_ids.map((id, at) => [id, chunk.exception_codes[at] ?? '']));
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** Where each of these assets lies now; null is the root. */
export async function readParents(db: Database, ids: readonly string[]): Promise<(string | null)[]> {
  const rows = await db.selectFrom('assets').select(['id', 'parent_id']).where('id', 'in', ids).execute();
  const parents = new Map(rows.map((row) => [row.id, row.parent_id]));
  return ids.map((id) => parents.get(id) ?? null);
}
