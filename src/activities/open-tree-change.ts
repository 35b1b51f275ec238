import { FAILURE } from '../contract/failures';
import type { OpenedJob } from '../contract/job';
import { isEnded } from '../domain/job';
import type { Name } from '../domain/names';
import type { TreeChangeKind, TreeRefusal } from '../domain/tree-change';
import { assignAssetsInput, treeChangeInput } from '../schemas/tree-change';
import { findReadableAsset, type ReadableAsset } from '../store/asset-access';
import type { Store } from '../store/database';
import { endJob, findRunnableJob, markTakenUp, type RunnableJob } from '../store/job-progress';
import type { UserRecord } from '../store/lookup';
import { findReadableProject } from '../store/projects';
import type { AssignTarget } from '../store/tree-assign';
import { beginTreeChange } from '../store/tree-change';
import type { ActivityDependencies } from './dependencies';
import { assertToken, getRequester, parseInput } from './opening';
import { refused } from './refused';

interface Asked {
  readonly asset: Name;
  /** Null for none; undefined where none is asked for. */
  readonly project?: Name | null;
  readonly requested_by: string;
}

/** Why a tree is not changed, in the words of a workflow's failure. */
export const TREE_REFUSAL: Readonly<Record<TreeRefusal | 'gone', string>> = {
  gone: 'asset: there is no such asset for requested_by',
  not_in_trash: 'asset: is not in the trash',
  went_with_folder: 'asset: went to the trash with a folder above it; restore that one',
  folder_in_trash: 'asset: the folder that it lies in is in the trash; restore that one first',
  in_trash: 'asset: is in the trash',
  no_project: 'asset: belongs to no project',
};

/**
 * Opens the job that changes a tree, whoever started its workflow: with the façade the row is there already, with the
 * Temporal CLI it is made here, under the same checks. Repeated, it changes nothing.
 */
export async function openTreeChange(
  { store, now }: ActivityDependencies,
  kind: TreeChangeKind,
  input: unknown,
  token: string,
): Promise<OpenedJob> {
  assertToken(token);
  const asked = parseInput<Asked>(kind === 'assign_assets' ? assignAssetsInput : treeChangeInput, input);
  const user = await getRequester(store.db, asked.requested_by);
  const existing = await findRunnableJob(store.db, token);
  if (existing !== null && (existing.kind !== kind || existing.owner.id !== user.id)) {
    throw refused(FAILURE.jobConflict, `workflow_id: ${token} is the token of another job`);
  }
  const job = existing ?? (await makeJob(store, kind, token, asked, user, now()));
  // Time has passed since the row was made: the rights are asked for again, unless it is done already.
  if (existing !== null && !isEnded(job.state) && job.counts.total === null) await recheck(job);
  await markTakenUp(store.db, job.id, now());
  const { state, counts } = (await findRunnableJob(store.db, token)) ?? job;
  return {
    token,
    project: job.project?.uuid ?? null,
    owner: job.owner.uuid,
    summary: summaryOf(kind, job),
    state,
    counts,
    waitingChunks: { folders: 0, files: isEnded(state) ? 0 : 1 },
  };

  async function recheck(made: RunnableJob): Promise<void> {
    try {
      await getAsset(store, asked.asset, user);
      await getTarget(store, asked.project ?? null, user);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const end = { code: FAILURE.forbidden, message };
      await endJob(store.db, made.id, { state: 'rejected', outcome: 'rejected', error: end }, now());
      throw error;
    }
  }
}

function summaryOf(kind: TreeChangeKind, job: RunnableJob): string {
  const what = kind.replaceAll('_', ' ');
  return job.project === null ? what : `${what} in project ${job.project.uuid}`;
}

async function makeJob(
  store: Store,
  kind: TreeChangeKind,
  token: string,
  asked: Asked,
  user: UserRecord,
  now: Date,
): Promise<RunnableJob> {
  const asset = await getAsset(store, asked.asset, user);
  const target = await getTarget(store, asked.project ?? null, user);
  const beginning = await beginTreeChange(store.db, { kind, asset, target, actor: user, token, dispatched: true, now });
  if (beginning.kind === 'refused') throw refused(FAILURE.inputInvalid, TREE_REFUSAL[beginning.refusal]);
  const made = await findRunnableJob(store.db, token);
  if (made === null) throw new Error(`job ${token} was not made`);
  return made;
}

/** @throws ApplicationFailure when the requester may not write there */
async function getAsset(store: Store, name: Name, user: UserRecord): Promise<ReadableAsset> {
  const asset = await findReadableAsset(store.db, name, user);
  if (asset === null) throw refused(FAILURE.forbidden, TREE_REFUSAL.gone);
  if (!asset.rights.write) throw refused(FAILURE.forbidden, 'asset: requested_by may not change it');
  return asset;
}

async function getTarget(store: Store, name: Name | null, user: UserRecord): Promise<AssignTarget> {
  if (name === null) return null;
  const project = await findReadableProject(store.db, name, user);
  if (project === null) throw refused(FAILURE.forbidden, 'project: there is no such project for requested_by');
  if (!project.rights.write) throw refused(FAILURE.forbidden, 'project: requested_by may not write in it');
  return { id: project.id, uuid: project.uuid };
}
