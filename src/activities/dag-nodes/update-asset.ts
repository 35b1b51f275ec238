import { sql } from 'kysely';
import { type AssetFields, findFieldFault, toStoredFields } from '../../domain/asset-fields';
import type { WithOf } from '../../schemas/dag-nodes';
import { ExternalIdTaken, updateAsset } from '../../store/asset-changes';
import type { AssetRecord } from '../../store/assets';
import type { Database } from '../../store/database';
import { lockTags } from '../../store/dag-asset-lock';
import { failed, findNamedAsset, findWritableAsset } from './named-asset';
import type { StoreNodeHandler } from './node-handler';

/** Changes fields and tags of the asset by the rules of the Media Pocket API. */
export function createUpdateAssetHandler(): StoreNodeHandler<WithOf<'update_asset'>> {
  return {
    place: 'store',
    quiet: true,

    async begin(tx, context) {
      const { run, with: given } = context;
      const named = await findNamedAsset(tx, context);
      if (named.kind === 'failed') return named;
      const had = await lockTags(tx, named.asset.id);
      // Once more: while the row was waited for, the asset may have gone, or come to another project.
      const found = await findWritableAsset(tx, context);
      if (found.kind === 'failed') return found;
      if (found.asset.deletedAt !== null)
        return failed('asset_trashed', `the asset ${found.asset.uuid} is in the trash`);

      const fields = toStoredFields(toFields(given, had ?? []));
      const fault = findFieldFault(fields);
      if (fault !== null) return failed('bad_fields', fault);
      const asset = await withSavepoint(tx, () => updateAsset(tx, found.asset.id, { id: run.user.id, jobId: run.jobId }, fields)); // prettier-ignore
      if (asset === 'taken') {
        return failed('external_id_taken', `another asset has the external id ${JSON.stringify(fields.external_id)}`);
      }
      if (asset === null) return failed('asset_not_found', `the asset ${found.asset.uuid} is gone`);
      return { kind: 'done', output: { asset: asset.uuid, title: asset.title, tags: asset.tags } };
    },
  };
}

function toFields(
  { fields = {}, tags, add_tags: added = [], remove_tags: removed = [] }: WithOf<'update_asset'>,
  had: readonly string[],
): Partial<AssetFields> {
  const isGone = new Set(removed.map((tag) => tag.toLowerCase()));
  const wanted = [...(tags ?? had), ...added].filter((tag) => !isGone.has(tag.toLowerCase()));
  const touchesTags = tags !== undefined || added.length > 0 || removed.length > 0;
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { ...given, ...(touchesTags && { tags: wanted }) };
}

/** A refusal of Postgres would otherwise undo, and forbid, everything else of the transaction. */
async function withSavepoint(
  tx: Database,
  change: () => Promise<AssetRecord | null>,
): Promise<AssetRecord | null | 'taken'> {
  await sql`savepoint asset_update`.execute(tx);
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof ExternalIdTaken)) throw error;
    await sql`rollback to savepoint asset_update`.execute(tx);
    return 'taken';
  }
}
