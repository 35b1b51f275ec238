import { sql } from 'kysely';
import { isUuid } from '../domain/names';
import { readableAssets } from './asset-access';
import type { Database } from './database';

/**
 * Where an asset lies, or lay before it was trashed: at the root of its project (or outside any), in a folder, in one
 * that is in the trash itself, or in one that is no more.
 */
export type AssetPlace =
  { readonly kind: 'root' | 'gone' } | { readonly kind: 'folder' | 'trashed_folder'; readonly title: string };

/** Columns that {@link toAssetPlace} reads, of the asset `v`; {@link PLACE_JOINS} goes with them. */
export const PLACE_COLUMNS = sql`v.parent_id, place.title as place_title, place.deleted_at as place_deleted_at`;

/** The folder in which the asset `v` lies or lay, as `place`: one whose permanent deletion is decided is none any more. */
export const PLACE_JOINS = sql`left join assets place on place.id = v.parent_id
  and place.project_id is not distinct from v.project_id and (place.trash_root_id is null or not exists (
    select from assets root where root.id = place.trash_root_id and root.purging_at is not null))`;

export interface AssetPlaceRow {
  readonly parent_id: string | null;
  readonly place_title: string | null;
  readonly place_deleted_at: Date | null;
}

export function toAssetPlace({ parent_id, place_title: title, place_deleted_at }: AssetPlaceRow): AssetPlace {
  if (parent_id === null) return { kind: 'root' };
  if (title === null) return { kind: 'gone' };
  return { kind: place_deleted_at === null ? 'folder' : 'trashed_folder', title };
}

/** An asset that lies somewhere, or still in the trash. */
export interface PlacedAsset {
  readonly uuid: string;
  readonly title: string;
  readonly projectName: string | null;
  readonly place: AssetPlace;
  readonly trashed: boolean;
}

/** Where those of the assets lie now that the user may read, in no order. */
export async function readAssetPlaces(
  db: Database,
  user: { readonly id: string },
  uuids: readonly string[],
): Promise<readonly PlacedAsset[]> {
  const { rows } = await sql<PlacedAssetRow>`
    select v.*, ${PLACE_COLUMNS}
    from (select a.uuid, a.title, a.project_id, p.name as project_name, a.parent_id, a.deleted_at is not null as trashed
      ${readableAssets(user)} and a.uuid = any(${uuids.filter(isUuid)}::uuid[])) v
    ${PLACE_JOINS}`.execute(db);
  return rows.map((row) => ({
    uuid: row.uuid,
    title: row.title,
    projectName: row.project_name,
    place: toAssetPlace(row),
    trashed: row.trashed,
  }));
}

interface PlacedAssetRow extends AssetPlaceRow {
  uuid: string;
  title: string;
  project_name: string | null;
  trashed: boolean;
}
