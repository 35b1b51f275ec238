import { parseName } from '../../../domain/names';
import type { Principal } from '../../../domain/credentials';
import type { Permission } from '../../../domain/permission';
import type { ReadableAsset } from '../../../store/asset-access';
import { type DagRunDetails, readDagRun, readDagRunOfJob } from '../../../store/dag-run-reading';
import type { Database } from '../../../store/database';
import { assertPermitted } from '../../dag-run-actions';
import { notFound } from '../../refusal';
import { openAsset } from './asset-access';

/**
 * The asset that a path names, for whoever has the permission.
 * @throws Refusal 404 when there is none for the caller, then 403
 */
export async function openAssetFor(
  db: Database,
  text: string,
  user: Principal,
  permission: Permission,
): Promise<ReadableAsset> {
  const asset = await openAsset(db, text, user);
  await assertPermitted(db, user, permission);
  return asset;
}

/**
 * The run of an asset that a path names.
 * @throws Refusal 404, in the form of the page, when the asset has none of that name
 */
export async function openRun(db: Database, asset: ReadableAsset, text: string): Promise<DagRunDetails> {
  const name = parseName(text);
  const run =
    name === null ? null : await (name.by === 'id' ? readDagRun(db, name.id) : readDagRunOfJob(db, name.uuid));
  if (run?.asset?.id === asset.id) return run;
  const condition = '[WHERE "dag_action_runs"."asset_id" = $1]';
  throw notFound(`Couldn't find DagActionRun with 'id'=${text} ${condition}`, 'dag_action_run_not_found');
}
