import type { OpenedJob } from '../contract/job';
import { FAILURE } from '../contract/failures';
import { setSharedInput, type SetSharedOrder } from '../schemas/set-shared';
import { findAssetsOfProject } from '../store/assets-of-project';
import { findRunnableJob, markTakenUp } from '../store/job-progress';
import type { ProjectJob } from '../store/project-job';
import type { ReadableProject } from '../store/projects';
import { createSharingJob } from '../store/set-shared';
import { readSharingRule, snapshotSharing } from '../store/set-shared-snapshot';
import type { ActivityDependencies } from './dependencies';
import { checkMade, getProject, type ItemJobOpening, makeRetry, requireMade, tellOpened } from './open-item-job';
import { assertToken, getRequester, parseInput } from './opening';
import { refused } from './refused';

/**
 * Opens the job that shares or unshares, whoever started its workflow: with the façade the row is there already, with the
 * Temporal CLI it is made here, under the same checks. What it is for is resolved into chunks, unless the job is paused:
 * then that waits for the call after it was resumed. Repeated, it changes nothing.
 */
export async function openSetShared(
  { store, now }: ActivityDependencies,
  input: unknown,
  token: string,
): Promise<OpenedJob> {
  const { db } = store;
  assertToken(token);
  const order = parseInput<SetSharedOrder>(setSharedInput, input);
  const user = await getRequester(db, order.requested_by);
  const opening: ItemJobOpening = { kind: 'set_shared', right: 'write', token, user, now: now() };
  const existing = await findRunnableJob(db, token);
  const job = existing === null ? await makeJob() : await checkMade(db, existing, opening);
  await markTakenUp(db, job.id, now());
  const { shared } = await readSharingRule(db, job.id);
  const standing = await snapshotSharing(db, { id: job.id, projectId: job.project.id }, now());
  return tellOpened(db, job, standing, `${shared ? 'Share' : 'Unshare'} assets of project ${job.project.uuid}`);

  async function makeJob(): Promise<ProjectJob> {
    const project = await getProject(db, order.project, opening);
    if (order.retry_of === undefined) await makeOwn(project);
    else await makeRetry(store, project, order.retry_of, opening);
    return requireMade(db, token);
  }

  async function makeOwn(project: ReadableProject): Promise<void> {
    if (order.selection_ref !== undefined || order.is_shared === undefined) {
      throw refused(FAILURE.inputInvalid, 'selection_ref: no job of this workflow id keeps a selection');
    }
    const found = order.asset_ids === undefined ? null : await findAssetsOfProject(db, project.id, order.asset_ids);
    if (found?.kind === 'unknown') {
      const places = found.unknown.map(
        ({ position }) => `asset_ids[${String(position)}]: no such asset in this project`,
      );
      throw refused(FAILURE.selectionInvalid, places.join('; '));
    }
    await createSharingJob(db, {
      token,
      project,
      requester: user,
      shared: order.is_shared,
      assetIds: found?.assetIds ?? null,
      idempotency: null,
      dispatched: true,
      now: now(),
    });
  }
}
