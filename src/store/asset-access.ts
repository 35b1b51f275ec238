import { type RawBuilder, sql } from 'kysely';
import type { Name } from '../domain/names';
import type { Database } from './database';
import { prepared } from './prepared';

/** An asset that a user may read, and what else the user may do with it. */
export interface ReadableAsset {
  readonly id: string;
  readonly uuid: string;
  readonly title: string;
  readonly mediaType: string;
  /** Store id and uuid of its project; null outside any. */
  readonly projectId: string | null;
  readonly projectUuid: string | null;
  readonly parentId: string | null;
  /** When it was trashed, by itself or with a folder above it; null while it is live. */
  readonly deletedAt: Date | null;
  readonly trashRootId: string | null;
  readonly rights: { readonly write: boolean; readonly manage: boolean };
}

/**
 * The asset of that name (live or in the trash) if the user may read it; null when there is none, when it is foreign, or
 * when its permanent deletion has been decided, so that none of these can be told apart.
 */
export async function findReadableAsset(
  db: Database,
  name: Name,
  user: { readonly id: string },
): Promise<ReadableAsset | null> {
  const { rows } = await sql<ReadableAssetRow>`${prepared}
    select a.id, a.uuid, a.title, a.media_type, a.project_id, p.uuid as project_uuid, a.parent_id, a.deleted_at,
      a.trash_root_id, ${WRITE_AND_MANAGE} ${readableAssets(user)} and ${assetNamed(name)}`.execute(db);
  const row = rows[0];
  if (row === undefined) return null;
  return {
    id: row.id,
    uuid: row.uuid,
    title: row.title,
    mediaType: row.media_type,
    projectId: row.project_id,
    projectUuid: row.project_uuid,
    parentId: row.parent_id,
    deletedAt: row.deleted_at,
    trashRootId: row.trash_root_id,
    rights: { write: row.write, manage: row.manage },
  };
}

interface ReadableAssetRow {
  id: string;
  uuid: string;
  title: string;
  media_type: string;
  project_id: string | null;
  project_uuid: string | null;
  parent_id: string | null;
  deleted_at: Date | null;
  trash_root_id: string | null;
  write: boolean;
  manage: boolean;
}

/** `write` and `manage` over {@link readableAssets}. Outside any project the owner has every right. */
export const WRITE_AND_MANAGE = sql`(u.admin or a.project_id is null or r.can_write) is true as write,
  (u.admin or a.project_id is null or r.can_manage) is true as manage`;

/** No permanent deletion has been decided of the trashed asset `a`, nor of the folder that took it along. */
export const NOT_PURGING = sql`not exists (
  select from assets root where root.id = a.trash_root_id and root.purging_at is not null)`;

/**
 * `from … where …` of the assets `a` that the user `u` may read, with the project `p` (null outside any) and the rights
 * `r` of the user's teams there. Conditions follow by `and`. Whether the user still exists, and is an administrator, is
 * read here and not believed from the caller.
 */
export function readableAssets(user: { readonly id: string }): RawBuilder<unknown> {
  return sql`from assets a join users u on u.id = ${user.id} and u.deleted_at is null ${WITH_RIGHTS}`;
}

const WITH_RIGHTS = sql`
    left join projects p on p.id = a.project_id
    left join lateral (
      select bool_or(t.can_write) as can_write, bool_or(t.can_manage) as can_manage, count(*) > 0 as any
      from team_members m join team_access t on t.team_id = m.team_id and t.project_id = a.project_id
      where m.user_id = u.id and not u.admin) r on a.project_id is not null
    where (u.admin or case when a.project_id is null then a.owner_id = u.id else r.any end)
      and (a.trash_root_id is null or ${NOT_PURGING})`;

/** The same in a lateral subselect, where `u` comes from outside. */
export const ASSETS_READABLE_BY_U = sql`from assets a ${WITH_RIGHTS}`;

/** The condition that the asset `a` has this name. */
export function assetNamed(name: Name): RawBuilder<unknown> {
  return name.by === 'id' ? sql`a.id = ${name.id}` : sql`a.uuid = ${name.uuid}`;
}
