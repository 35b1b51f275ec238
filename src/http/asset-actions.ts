import type { Dispatcher } from '../dispatch';
import type { TreeChangeKind, TreeRefusal } from '../domain/tree-change';
import type { ReadableAsset } from '../store/asset-access';
import type { Store } from '../store/database';
import { newUuid } from '../store/ids';
import type { AssignTarget } from '../store/tree-assign';
import { beginTreeChange } from '../store/tree-change';
import { deleteDecided } from '../store/tree-delete';
import { badRequest, notFound, type Refusal } from './refusal';

/** Who acts. The routes have seen to it that the user may write. */
export interface AssetActor {
  readonly id: string;
  readonly uuid: string;
}

/** `job`: the token of the job that has all that lies in a big folder follow it; null when everything is done. */
export interface AssetActionResult {
  readonly job: string | null;
}

export interface AssetActionsDependencies {
  readonly store: Store;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly now: () => Date;
}

/**
 * What people do with an asset and all that lies in it, through the API and the pages alike.
 *
 * Each throws a Refusal: 404 when the asset is gone, 400 (with a code that says why) when it makes no sense.
 */
export interface AssetActions {
  /** Into the trash; when it is there already, its time starts anew. */
  trash(asset: ReadableAsset, actor: AssetActor): Promise<AssetActionResult>;
  /** Back to where it lay, or to the root of its project when that folder is gone. */
  restore(asset: ReadableAsset, actor: AssetActor): Promise<AssetActionResult>;
  /** For good. */
  remove(asset: ReadableAsset, actor: AssetActor): Promise<AssetActionResult>;
  /** To the root of a project; in that project already, it stays where it is. */
  assign(asset: ReadableAsset, project: NonNullable<AssignTarget>, actor: AssetActor): Promise<AssetActionResult>;
  /** Out of its project. */
  unassign(asset: ReadableAsset, actor: AssetActor): Promise<AssetActionResult>;
}

export function createAssetActions({ store, dispatcher, now }: AssetActionsDependencies): AssetActions {
  async function change(kind: TreeChangeKind, asset: ReadableAsset, target: AssignTarget, actor: AssetActor) {
    const at = now();
    const order = { kind, asset, target, actor, token: newUuid(), dispatched: false, now: at };
    const beginning = await beginTreeChange(store.db, order);
    if (beginning.kind === 'refused') throw REFUSAL[beginning.refusal](asset);
    if (beginning.kind === 'job') {
      dispatcher.dispatch(beginning.job);
      return { job: beginning.job.token };
    }
    if (kind === 'delete_assets') {
      await deleteDecided(store.pool, asset.id, { actorId: actor.id, jobId: null, now: at });
    }
    return { job: null };
  }

  return {
    trash: (asset, actor) => change('trash_assets', asset, null, actor),
    restore: (asset, actor) => change('restore_assets', asset, null, actor),
    remove: (asset, actor) => change('delete_assets', asset, null, actor),
    assign: (asset, project, actor) => change('assign_assets', asset, project, actor),
    unassign: (asset, actor) => change('assign_assets', asset, null, actor),
  };
}

/** The first two texts are those of the Media Pocket API; the others follow them. */
const REFUSAL: Readonly<Record<TreeRefusal | 'gone', (asset: ReadableAsset) => Refusal>> = {
  gone: () => notFound('asset not found'),
  not_in_trash: () => badRequest('not_in_trash', 'Can not restore Assets that is not in trash bin'),
  went_with_folder: () =>
    badRequest('went_with_folder', 'Can not restore Assets that went to trash bin with a folder: restore that folder'),
  folder_in_trash: () =>
    badRequest('folder_in_trash', 'Can not restore Assets whose folder is in trash bin: restore that folder first'),
  in_trash: () => badRequest('in_trash', 'Can not assign Assets that is in trash bin'),
  no_project: ({ uuid }) => badRequest('no_project', `${uuid} does not have a parent project`),
};
