import type { OpenedJob } from '../contract/job';
import { FAILURE } from '../contract/failures';
import { isEnded } from '../domain/job';
import { setSharedInput, type SetSharedOrder } from '../schemas/set-shared';
import { FILE_PHASE } from '../store/bulk-move-job';
import { countWaitingChunks, endJob, findRunnableJob, markTakenUp, type RunnableJob } from '../store/job-progress';
import type { JobRecord } from '../store/jobs';
import type { UserRecord } from '../store/lookup';
import { inProject, type ProjectJob } from '../store/project-job';
import { findReadableProject, type ReadableProject } from '../store/projects';
import { createSharingJob, findAssetsOfProject } from '../store/set-shared';
import { readSharingRule, snapshotSharing } from '../store/set-shared-snapshot';
import type { ActivityDependencies } from './dependencies';
import { makeChild } from './make-child';
import { assertToken, getRequester, parseInput } from './opening';
import { refused } from './refused';

const REFUSAL = {
  no_project: 'project: there is no such project for requested_by',
  no_write: 'project: requested_by may not write in it',
} as const;

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
  const existing = await findRunnableJob(db, token);
  const job = existing === null ? await makeJob() : await checkJob(existing);
  await markTakenUp(db, job.id, now());
  const { shared } = await readSharingRule(db, job.id);
  const { counts, state } = await snapshotSharing(db, { id: job.id, projectId: job.project.id }, now());
  // A workflow started again under the id of a cancelled job must not go on with it.
  const waiting = isEnded(state) ? 0 : ((await countWaitingChunks(db, job.id)).get(FILE_PHASE) ?? 0);
  return {
    token,
    project: job.project.uuid,
    owner: job.owner.uuid,
    summary: `${shared ? 'Share' : 'Unshare'} assets of project ${job.project.uuid}`,
    state,
    counts,
    waitingChunks: { folders: 0, files: waiting },
  };

  async function makeJob(): Promise<ProjectJob> {
    const project = await getProject();
    if (order.retry_of === undefined) await makeOwn(project);
    else await makeRetry(project, order.retry_of);
    const made = await findRunnableJob(db, token);
    if (made === null) throw new Error(`job ${token} was not made`);
    return inProject(made);
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

  async function makeRetry({ uuid }: ReadableProject, origin: string): Promise<void> {
    const isParent = ({ kind, projectUuid }: JobRecord) => kind === 'set_shared' && projectUuid === uuid;
    const noParent = 'there is no such job in this project for requested_by';
    const child = { token, form: 'retry_of', origin, user, isParent, noParent, noWrite: REFUSAL.no_write } as const;
    await makeChild(store, child, now());
  }

  /** Time has passed since the row was made: the right to write is asked for again. */
  async function checkJob(made: RunnableJob): Promise<ProjectJob> {
    if (made.kind !== 'set_shared' || made.owner.id !== user.id) {
      throw refused(FAILURE.jobConflict, `workflow_id: ${token} is the token of another job`);
    }
    const projectJob = inProject(made);
    const message = await refusalIn({ by: 'id', id: projectJob.project.id }, user);
    if (message === null) return projectJob;
    const error = { code: FAILURE.forbidden, message };
    await endJob(db, projectJob.id, { state: 'rejected', outcome: 'rejected', error }, now());
    throw refused(FAILURE.forbidden, message);
  }

  async function getProject(): Promise<ReadableProject> {
    const project = await findReadableProject(db, order.project, user);
    if (project === null) throw refused(FAILURE.forbidden, REFUSAL.no_project);
    if (!project.rights.write) throw refused(FAILURE.forbidden, REFUSAL.no_write);
    return project;
  }

  async function refusalIn(name: SetSharedOrder['project'], requester: UserRecord): Promise<string | null> {
    const project = await findReadableProject(db, name, requester);
    if (project === null) return REFUSAL.no_project;
    return project.rights.write ? null : REFUSAL.no_write;
  }
}
