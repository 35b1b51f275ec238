import type { Store } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { endJob, findRunnableJob, finishJob, type JobStanding } from '../../src/store/job-progress';
import { createSharingJob } from '../../src/store/set-shared';
import { shareNextChunk, type SharingJob } from '../../src/store/set-shared-chunk';
import { snapshotSharing } from '../../src/store/set-shared-snapshot';

export interface TestSharing {
  readonly project: { readonly id: string; readonly uuid: string };
  readonly user: { readonly id: string; readonly uuid: string };
  readonly shared: boolean;
  /** Null: all of the project. */
  readonly assetIds: readonly string[] | null;
}

/** A job as its workflow finds it: committed, and resolved into chunks. */
export async function prepareSharing({ db }: Store, order: TestSharing): Promise<SharingJob & { token: string }> {
  const { project, user, shared, assetIds } = order;
  const token = newUuid();
  const made = { token, project, requester: user, shared, assetIds, idempotency: null, dispatched: true };
  await createSharingJob(db, { ...made, now: new Date() });
  const job = await findRunnableJob(db, token);
  if (job === null) throw new Error(`job ${token} was not made`);
  await snapshotSharing(db, { id: job.id, projectId: project.id }, new Date());
  return { token, jobId: job.id, projectId: project.id, requestedBy: user.id, shared };
}

/** Does every chunk that waits. */
export async function shareAllChunks({ db }: Store, job: SharingJob, lanes = 1): Promise<void> {
  const lane = async () => {
    while ((await shareNextChunk(db, job, new Date())) === 'worked');
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Runs a whole job as its workflow does, without Temporal. */
export async function runSharing(store: Store, order: TestSharing): Promise<JobStanding & { jobId: string }> {
  const job = await prepareSharing(store, order);
  await shareAllChunks(store, job);
  const ended = await finishJob(store.db, job.jobId, new Date());
  return { ...(ended ?? (await endJob(store.db, job.jobId, { state: 'done', outcome: null, error: null }, new Date()))), jobId: job.jobId }; // prettier-ignore
}
