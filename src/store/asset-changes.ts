import { sql } from 'kysely';
import type { AssetFields } from '../domain/asset-fields';
import { NOT_PURGING } from './asset-access';
import { ASSET_RECORD, type AssetRecord } from './assets';
import { runAgain } from './contention';
import type { Database } from './database';
import { newUuid } from './ids';
import { prepared } from './prepared';

/** Another asset, maybe in the trash, has the external id. */
export class ExternalIdTaken extends Error {
  override readonly name = 'ExternalIdTaken';
}

export interface NewAsset extends AssetFields {
  readonly mediaType: 'placeholder' | 'article';
}

/**
 * Makes an asset of a user outside any project, with its history.
 * @throws ExternalIdTaken
 */
export async function createAsset(db: Database, owner: { readonly id: string }, asset: NewAsset): Promise<AssetRecord> {
  const { rows } = await refusingTakenIds(
    asset.external_id,
    sql<AssetRecord>`${prepared}
      with made as (
        insert into assets (uuid, owner_id, media_type, title, description, category, tags, external_id)
        values (${newUuid()}, ${owner.id}, ${asset.mediaType}, ${asset.title}, ${asset.description}, ${asset.category},
          ${asset.tags}::text[], ${asset.external_id})
        returning *
      ), told as (
        insert into history (asset_id, kind, actor_id, created_at) select id, 'added', owner_id, created_at from made
      )
      select ${ASSET_RECORD} from made a`.execute(db),
  );
  const [made] = rows;
  if (made === undefined) throw new Error(`no asset was made for user ${owner.id}`);
  return made;
}

/** Who changes an asset, and by which job if any; ids of the store. */
export interface AssetEditor {
  readonly id: string;
  readonly jobId?: string;
}

/**
 * Changes the fields that are given and answers the asset as it is then; null when it has been deleted for good, or when
 * that has been decided. Where no value differs nothing is written at all. The history names the fields that changed.
 * @throws ExternalIdTaken
 */
export async function updateAsset(
  db: Database,
  assetId: string,
  editor: AssetEditor,
  fields: Partial<AssetFields>,
): Promise<AssetRecord | null> {
  // One row, with what was not given left out, so that the text of the statement never varies.
  const given = JSON.stringify(fields);
  const change = () =>
    sql<AssetRecord>`${prepared}
      with before as (
        select a.* from assets a where a.id = ${assetId} and (a.trash_root_id is null or ${NOT_PURGING}) for update
      ), wanted as (
        select b.id, w.title, w.description, w.category, w.tags, w.external_id,
          array_remove(array[
            case when w.title <> b.title then 'title' end,
            case when w.description is distinct from b.description then 'description' end,
            case when w.category is distinct from b.category then 'category' end,
            case when w.tags <> b.tags then 'tags' end,
            case when w.external_id is distinct from b.external_id then 'external_id' end], null) as changed
        from before b cross join lateral jsonb_populate_record(b::assets, ${given}::jsonb) w
      ), after as (
        update assets a set title = w.title, description = w.description, category = w.category, tags = w.tags,
          external_id = w.external_id, updated_at = clock_timestamp()
        from wanted w where a.id = w.id and cardinality(w.changed) > 0
        returning a.*, w.changed
      ), told as (
        insert into history (asset_id, project_id, kind, actor_id, job_id, details, created_at)
        select id, project_id, 'updated', ${editor.id}, ${editor.jobId ?? null}::bigint, jsonb_build_object('changed', changed), updated_at from after
      )
      select ${ASSET_RECORD} from after a
      union all
      select ${ASSET_RECORD} from before a where not exists (select from after)`.execute(db);
  const { rows } = await refusingTakenIds(fields.external_id ?? null, runAgain(db, change));
  return rows[0] ?? null;
}

const UNIQUE_VIOLATION = '23505';
const EXTERNAL_ID_INDEX = 'assets_external_id';

async function refusingTakenIds<T>(externalId: string | null, change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (cause) {
    const { code, constraint } = cause as { code?: unknown; constraint?: unknown };
    if (code !== UNIQUE_VIOLATION || constraint !== EXTERNAL_ID_INDEX) throw cause;
    throw new ExternalIdTaken(`another asset has the external id ${JSON.stringify(externalId)}`, { cause });
  }
}
