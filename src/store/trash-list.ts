import { type RawBuilder, sql } from 'kysely';
import { readableAssets, WRITE_AND_MANAGE } from './asset-access';
import { type AssetPlace, type AssetPlaceRow, PLACE_COLUMNS, PLACE_JOINS, toAssetPlace } from './asset-place';
import type { Database } from './database';

/** Something that was trashed by itself, and what went along with it. */
export interface TrashedAsset {
  readonly id: string;
  readonly uuid: string;
  readonly title: string;
  readonly mediaType: string;
  /** Null outside any project. */
  readonly project: { readonly uuid: string; readonly name: string } | null;
  readonly place: AssetPlace;
  readonly deletedAt: Date;
  /** E-mail address of who trashed it; null when history does not tell. */
  readonly trashedBy: string | null;
  /** How many assets went into the trash with it; counted no further than {@link MOST_COUNTED}. */
  readonly wentAlong: { readonly count: number; readonly more: boolean };
  readonly mayWrite: boolean;
}

/** A place in the list: what comes after it has been trashed later. The instant is exact: the trash keeps whole ms. */
export interface TrashPosition {
  readonly deletedAt: Date;
  readonly id: string;
}

export interface TrashFilter {
  /** Store id of a project. */
  readonly projectId?: string | undefined;
  readonly after?: TrashPosition | undefined;
  readonly limit: number;
}

export const MOST_COUNTED = 1_000;

/**
 * What lies in the trash of projects that the user may read, and of the user's own outside any; what goes first is
 * first. Only what was trashed by itself, and nothing whose permanent deletion has been decided. Each project's trash is
 * walked along its own index and cut at the limit, so that the trash of others costs nothing.
 */
export async function listTrash(
  db: Database,
  user: { readonly id: string },
  filter: TrashFilter,
): Promise<readonly TrashedAsset[]> {
  const { rows } = await sql<TrashRow>`
    with picked as materialized (
      select id from (${pick(user, filter)}) v order by deleted_at, id limit ${filter.limit})
    select v.*, ${PLACE_COLUMNS}, actor.email as trashed_by, along.count as along
    from (select a.id, a.uuid, a.title, a.media_type, a.project_id, p.uuid as project_uuid, p.name as project_name,
        a.parent_id, a.deleted_at, ${WRITE_AND_MANAGE}
      ${readableAssets(user)} and a.id = any(array(select id from picked))) v
    ${PLACE_JOINS}
    left join lateral (select h.actor_id from history h where h.asset_id = v.id and h.kind = 'trashed'
      order by h.id desc limit 1) trashing on true
    left join users actor on actor.id = trashing.actor_id
    cross join lateral (select count(*)::int as count from (
      select from assets m where m.trash_root_id = v.id and m.id <> v.id limit ${MOST_COUNTED + 1}) m) along
    order by v.deleted_at, v.id`.execute(db);
  return rows.map(toTrashedAsset);
}

function pick(user: { readonly id: string }, { projectId, after, limit }: TrashFilter): RawBuilder<unknown> {
  const roots = sql`select a.id, a.deleted_at from assets a where a.trash_root_id = a.id and a.purging_at is null
    and ${after === undefined ? sql`true` : sql`(a.deleted_at, a.id) > (${after.deletedAt}, ${after.id}::bigint)`}`;
  const first = sql`order by a.deleted_at, a.id limit ${limit}`;
  if (projectId !== undefined) return sql`${roots} and a.project_id = ${projectId} ${first}`;
  return sql`
    (select x.* from users u cross join lateral (${roots} ${first}) x
      where u.id = ${user.id} and u.admin)
    union all
    (select x.* from (
        select distinct t.project_id from users u join team_members m on m.user_id = u.id
          join team_access t on t.team_id = m.team_id
        where u.id = ${user.id} and not u.admin) r
      cross join lateral (${roots} and a.project_id = r.project_id ${first}) x)
    union all
    (select x.* from users u cross join lateral (
        ${roots} and a.project_id is null and a.owner_id = u.id ${first}) x
      where u.id = ${user.id} and not u.admin)`;
}

interface TrashRow extends AssetPlaceRow {
  id: string;
  uuid: string;
  title: string;
  media_type: string;
  project_uuid: string | null;
  project_name: string | null;
  deleted_at: Date;
  trashed_by: string | null;
  along: number;
  write: boolean;
}

function toTrashedAsset(row: TrashRow): TrashedAsset {
  const { project_uuid: uuid, project_name: name } = row;
  return {
    id: row.id,
    uuid: row.uuid,
    title: row.title,
    mediaType: row.media_type,
    project: uuid === null || name === null ? null : { uuid, name },
    place: toAssetPlace(row),
    deletedAt: row.deleted_at,
    trashedBy: row.trashed_by,
    wentAlong: { count: Math.min(row.along, MOST_COUNTED), more: row.along > MOST_COUNTED },
    mayWrite: row.write,
  };
}
