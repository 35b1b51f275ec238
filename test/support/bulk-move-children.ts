import type { BulkMoveJob } from '../../src/store/bulk-move-chunk';
import { snapshotSelection } from '../../src/store/bulk-move-snapshot';
import type { Database, Store } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { createChildJob, type ChildRelation } from '../../src/store/job-children';
import { endJob, findRunnableJob, type JobStanding } from '../../src/store/job-progress';
import { workThrough } from './bulk-move';
import { inProject } from '../../src/store/project-job';

export interface TestChildOrder {
  readonly relation: ChildRelation;
  readonly parentId: string;
  readonly caller: { readonly id: string; readonly uuid: string };
}

/** A retry or an undo as its workflow finds it: committed, its items resolved into chunks. */
export async function prepareChild(db: Database, order: TestChildOrder): Promise<BulkMoveJob & { token: string }> {
  const token = newUuid();
  const creation = await createChildJob(db, { ...order, token, idempotencyKey: null, dispatched: true, now: new Date() }); // prettier-ignore
  if (creation.kind !== 'created') throw new Error(`no ${order.relation}: ${JSON.stringify(creation)}`);
  const queued = await findRunnableJob(db, token);
  if (queued === null) throw new Error(`job ${token} was not made`);
  await snapshotSelection(db, { id: queued.id, projectId: inProject(queued).project.id }, new Date());
  const job = await findRunnableJob(db, token);
  if (job === null) throw new Error(`job ${token} is gone`);
  const { id, project, owner, targetId, undo } = inProject(job);
  return { jobId: id, projectId: project.id, requestedBy: owner.id, targetId, undo, token };
}

/** Runs a whole retry or undo as its workflow does, without Temporal. */
export async function runChild(
  store: Store,
  order: TestChildOrder,
  lanes = 1,
): Promise<JobStanding & { jobId: string; token: string }> {
  const job = await prepareChild(store.db, order);
  await workThrough(store.pool, job, lanes);
  const standing = await endJob(store.db, job.jobId, { state: 'done', outcome: null, error: null }, new Date());
  return { ...standing, jobId: job.jobId, token: job.token };
}
