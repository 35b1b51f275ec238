import { refuseTreeChange, type TreeRefusal } from '../domain/tree-change';
import type { ReadableAsset } from './asset-access';
import type { Database } from './database';
import type { DispatchableJob } from './job-dispatch';
import { lockTrees } from './project-tree';
import { applyTreeChange, holdsMany, type TreeRule } from './tree-below';
import { createTreeJob } from './tree-job';
import { lockTreeRoot } from './tree-root';
import { isLockTimeout, setLockTimeout, withRetries } from './tree-transaction';

/** What is asked for, by somebody who may do so. */
export interface TreeOrder extends TreeRule {
  readonly asset: Pick<ReadableAsset, 'id' | 'mediaType' | 'projectId'>;
  readonly actor: { readonly id: string; readonly uuid: string };
  /** Of the job, if it becomes one. */
  readonly token: string;
  /** True when a workflow was started for it already, so that it is a job whatever its size. */
  readonly dispatched: boolean;
  readonly now: Date;
}

/** `gone`: there is no such asset (any more). */
export type TreeBeginning =
  | { readonly kind: 'done' }
  | { readonly kind: 'job'; readonly job: DispatchableJob }
  | { readonly kind: 'refused'; readonly refusal: TreeRefusal | 'gone' };

/** A tree that a huge job holds for longer is not waited for: what is asked becomes a job as well. */
const LOCK_WAIT_MS = 2_000;

/**
 * Does at once what concerns a thousand assets at most; more becomes a job, which does it all in one transaction too.
 * Deleting is only decided here: the rows go after it (see tree-delete.ts).
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
  // It became a folder, or came to another project, since its caller looked: then the lock of its tree is not held.
  const isAtHand = root.isFolder ? how === 'tree_locked' && root.projectId === order.asset.projectId : how === 'file';
  if (!isAtHand || (root.isFolder && (await holdsMany(tx, root)))) {
    return { kind: 'job', job: await createTreeJob(tx, order, root) };
  }
  await applyTreeChange(tx, root, order, { actorId: actor.id, jobId: null, now });
  return { kind: 'done' };
}
