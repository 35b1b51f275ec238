import { refuseTreeChange, type TreeChangeKind, type TreeRefusal } from '../domain/tree-change';
import type { ReadableAsset } from './asset-access';
import type { Database } from './database';
import type { DispatchableJob } from './job-dispatch';
import { lockTrees } from './project-tree';
import { assignRoot, type AssignTarget } from './tree-assign';
import { changeBelow, holdsMany, type TreeRule } from './tree-below';
import { decideDeletion } from './tree-delete';
import { createTreeJob } from './tree-job';
import { restoreRoot } from './tree-restore';
import { lockTreeRoot, type TreeRoot } from './tree-root';
import { isLockTimeout, setLockTimeout, withRetries } from './tree-transaction';
import { trashRoot, type TreeChange } from './tree-trash';

/** What is asked for, by somebody who may do so. */
export interface TreeOrder {
  readonly kind: TreeChangeKind;
  readonly asset: Pick<ReadableAsset, 'id' | 'mediaType' | 'projectId'>;
  /** Where it is assigned to; null for no project, and of no matter otherwise. */
  readonly target: AssignTarget;
  readonly actor: { readonly id: string; readonly uuid: string };
  /** Of the job, if it becomes one. */
  readonly token: string;
  /** True when a workflow was started for it already, so that it is a job whatever its size. */
  readonly dispatched: boolean;
  readonly now: Date;
}

/** `gone`: there is no such asset (any more). `assetId` of what was deleted: its rows are to go now. */
export type TreeBeginning =
  | { readonly kind: 'done' }
  | { readonly kind: 'job'; readonly job: DispatchableJob }
  | { readonly kind: 'refused'; readonly refusal: TreeRefusal | 'gone' };

/** A tree that a huge job holds for longer is not waited for: what is asked becomes a job as well. */
const LOCK_WAIT_MS = 2_000;

/**
 * Does at once what concerns a thousand assets at most. Of more, the asset itself goes at once and the rest in a job,
 * which is committed with it. Deleting is decided here; the rows go after it (see tree-delete.ts).
 */
export async function beginTreeChange(db: Database, order: TreeOrder): Promise<TreeBeginning> {
  const isFolder = order.asset.mediaType === 'folder';
  if (order.dispatched) return withRetries(db, (tx) => begin(tx, order, 'job'));
  try {
    return await withRetries(db, async (tx) => {
      await setLockTimeout(tx, LOCK_WAIT_MS);
      if (isFolder) await lockTrees(tx, [order.asset.projectId, ...(order.target === null ? [] : [order.target.id])]);
      return begin(tx, order, isFolder ? 'tree_locked' : 'file');
    });
  } catch (error) {
    if (!isFolder || !isLockTimeout(error)) throw error;
    return withRetries(db, async (tx) => {
      await setLockTimeout(tx, LOCK_WAIT_MS);
      return begin(tx, order, 'job');
    });
  }
}

async function begin(tx: Database, order: TreeOrder, how: 'file' | 'tree_locked' | 'job'): Promise<TreeBeginning> {
  const { kind, target, actor, now } = order;
  const root = await lockTreeRoot(tx, order.asset.id);
  if (root === null) return { kind: 'refused', refusal: 'gone' };
  const refusal = refuseTreeChange(kind, root.facts, target === null);
  if (refusal !== null) return { kind: 'refused', refusal };
  if (kind === 'assign_assets' && root.projectId === target?.id && how !== 'job') return { kind: 'done' };
  const before = root.facts.trashed === 'folder' ? root.trashRootId : null;
  const rule: TreeRule = { kind, target, fromProjectId: root.projectId, before };
  const change = { actorId: actor.id, jobId: null, now };
  // It became a folder, or came to another project, since its caller looked: then the lock of its tree is not held.
  const isAtHand = root.isFolder ? how === 'tree_locked' && root.projectId === order.asset.projectId : how === 'file';
  const isJob = !isAtHand || (root.isFolder && (await holdsMany(tx, root, rule)));
  await changeRoot(tx, root, rule, change);
  if (isJob) return { kind: 'job', job: await createTreeJob(tx, order, root, rule) };
  if (root.isFolder) await changeBelow(tx, root, rule, change);
  if (kind === 'delete_assets') await decideDeletion(tx, root.id);
  return { kind: 'done' };
}

async function changeRoot(tx: Database, root: TreeRoot, rule: TreeRule, change: TreeChange): Promise<void> {
  switch (rule.kind) {
    case 'trash_assets':
      return trashRoot(tx, root, change);
    case 'delete_assets':
      return root.facts.trashed === 'self' ? undefined : trashRoot(tx, root, change);
    case 'restore_assets':
      return restoreRoot(tx, root, change);
    case 'assign_assets':
      return root.projectId === rule.target?.id ? undefined : assignRoot(tx, root, rule.target, change);
  }
}
