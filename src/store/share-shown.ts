import { type RawBuilder, sql } from 'kysely';
import type { PreviewSize } from '../domain/ingest-media';
import type { Database } from './database';

/** An asset on the page of a share, with its newest file; `media` is null when it has none. */
export interface SharedAsset {
  /** Of the store. */
  readonly id: string;
  readonly uuid: string;
  readonly title: string;
  readonly mediaType: string;
  readonly media: SharedMedia | null;
  /** Comments that were written on the page of this share. */
  readonly comments: number;
}

export interface SharedMedia {
  readonly filename: string;
  readonly contentType: string;
  readonly sizeBytes: string;
  readonly sha256Sum: string;
  readonly objectKey: string;
  readonly previews: readonly PreviewSize[];
}

/** A shared asset with the folders of the share in which it lies, the outermost first. */
export interface PlacedSharedAsset extends SharedAsset {
  readonly path: readonly { readonly uuid: string; readonly title: string }[];
}

/** The `limit` assets that follow the one of the uuid `after`; from the first where that is null. */
export interface SharedPage {
  readonly after: string | null;
  readonly limit: number;
}

/** A file of a share, and the titles of the folders in which it lies there. */
export interface SharedFile {
  readonly rootNo: number;
  readonly id: string;
  readonly folders: readonly string[];
  readonly filename: string;
  readonly sizeBytes: string;
  readonly objectKey: string;
}

const assetOf = (shareId: string) => sql`a.id, a.uuid, a.title, a.media_type as "mediaType", m.media,
  (select count(*)::int from comments c where c.share_id = ${shareId} and c.asset_id = a.id) as comments`;
const NEWEST_MEDIA = sql`left join lateral (
  select jsonb_build_object('filename', m.filename, 'contentType', m.content_type, 'sizeBytes', m.size_bytes::text,
    'sha256Sum', m.sha256_sum, 'objectKey', m.object_key, 'previews', m.previews) as media
  from media m where m.asset_id = a.id order by m.id desc limit 1) m on true`;
/** What was taken off a share stays off it, also where it lies in a folder that is on it. */
const isWithdrawn = (shareId: string, id: RawBuilder<unknown>) => sql`exists (
  select from share_assets w where w.share_id = ${shareId} and w.asset_id = ${id} and w.withdrawn_at is not null)`;
/**
 * Live assets right below the folder `b`, as rows of assets. A tree is of one project; outside any it is of one owner, for
 * there the rights are his alone. In two parts, for each has its index.
 */
const CHILDREN_OF_B = sql`
  select c.* from assets c where c.project_id = b.project_id and c.parent_id = b.id and c.deleted_at is null
  union all
  select c.* from assets c where b.project_id is null and c.project_id is null and c.parent_id = b.id
    and c.owner_id = b.owner_id and c.deleted_at is null`;

/** What a share (store id) was made of, in the order in which it was put together. */
export async function listSharedAssets(
  db: Database,
  shareId: string,
  { after, limit }: SharedPage,
): Promise<readonly SharedAsset[]> {
  const { rows } = await sql<SharedAsset>`
    select ${assetOf(shareId)}
    from share_assets sa
    join assets a on a.id = sa.asset_id and a.deleted_at is null
    ${NEWEST_MEDIA}
    where sa.share_id = ${shareId} and sa.withdrawn_at is null and (${after}::uuid is null or (sa.no, sa.asset_id) > (
      select x.no, x.asset_id from share_assets x join assets xa on xa.id = x.asset_id
      where x.share_id = ${shareId} and xa.uuid = ${after}::uuid))
    order by sa.no, sa.asset_id limit ${limit}`.execute(db);
  return rows;
}

/** What lies right in a folder (store id) that {@link findSharedAsset} found on the share. */
export async function listSharedFolder(
  db: Database,
  shareId: string,
  folderId: string,
  { after, limit }: SharedPage,
): Promise<readonly SharedAsset[]> {
  const { rows } = await sql<SharedAsset>`
    select ${assetOf(shareId)}
    from (
      select a.* from assets b cross join lateral (${CHILDREN_OF_B}) a
      where b.id = ${folderId} and b.deleted_at is null and b.media_type = 'folder'
        and not ${isWithdrawn(shareId, sql`a.id`)}
        and (${after}::uuid is null or a.id > (select x.id from assets x where x.uuid = ${after}::uuid))
      order by a.id limit ${limit}
    ) a ${NEWEST_MEDIA}
    order by a.id`.execute(db);
  return rows;
}

/**
 * The live asset of that uuid if the share (store id) shows it at this moment, by itself or in a folder: asked from the
 * asset upwards, so that it costs what the way up costs, however much lies in the folder.
 */
export async function findSharedAsset(db: Database, shareId: string, uuid: string): Promise<PlacedSharedAsset | null> {
  const standing = (id: RawBuilder<unknown>) => sql`(
    select sa.withdrawn_at is null from share_assets sa where sa.share_id = ${shareId} and sa.asset_id = ${id})`;
  const { rows } = await sql<PlacedSharedAsset>`
    with recursive up (id, uuid, title, parent_id, project_id, owner_id, height, shown) as (
      select a.id, a.uuid, a.title, a.parent_id, a.project_id, a.owner_id, 0, ${standing(sql`a.id`)}
      from assets a where a.uuid = ${uuid}::uuid and a.deleted_at is null
      union all
      select p.id, p.uuid, p.title, p.parent_id, p.project_id, p.owner_id, up.height + 1, ${standing(sql`p.id`)}
      from up join assets p on p.id = up.parent_id and p.deleted_at is null and p.media_type = 'folder'
      where up.shown is null and (p.project_id = up.project_id
        or (p.project_id is null and up.project_id is null and p.owner_id = up.owner_id))
    )
    select ${assetOf(shareId)}, (
      select coalesce(jsonb_agg(jsonb_build_object('uuid', f.uuid, 'title', f.title) order by f.height desc), '[]')
      from up f where f.height > 0) as path
    from up join assets a on a.id = up.id
    ${NEWEST_MEDIA}
    where up.height = 0 and exists (select from up top where top.shown)`.execute(db);
  return rows[0] ?? null;
}

/** Where a walk begins: at all that the share was made of, or at one folder (store id) of it. */
export interface SharedWalk {
  readonly shareId: string;
  readonly folderId: string | null;
}

/** All that is shown, folders with what is in them; what the share names by itself is not met again in a folder. */
function below({ shareId, folderId }: SharedWalk): RawBuilder<unknown> {
  const roots =
    folderId === null
      ? sql`select sa.no, a.*, true as named from share_assets sa
          join assets a on a.id = sa.asset_id and a.deleted_at is null
          where sa.share_id = ${shareId} and sa.withdrawn_at is null`
      : sql`select 0 as no, a.*, false as named from assets a where a.id = ${folderId} and a.deleted_at is null`;
  return sql`below (root_no, id, project_id, owner_id, is_folder, folders) as (
    select r.no, r.id, r.project_id, r.owner_id, r.media_type = 'folder',
      case when r.named and r.media_type = 'folder' then array[r.title] else '{}' end
    from (${roots}) r
    union all
    select b.root_no, c.id, c.project_id, c.owner_id, c.media_type = 'folder',
      case when c.media_type = 'folder' then b.folders || c.title else b.folders end
    from below b cross join lateral (${CHILDREN_OF_B}) c
    where b.is_folder and not exists (
      select from share_assets x where x.share_id = ${shareId} and x.asset_id = c.id)
  )`;
}

/** Whether more assets than `most` are shown; looks no further than that. */
export async function showsMoreThan(db: Database, walk: SharedWalk, most: number): Promise<boolean> {
  const { rows } = await sql<{ more: boolean }>`
    with recursive ${below(walk)}
    select count(*) > ${most} as more from (select from below limit ${most + 1}) found`.execute(db);
  return rows[0]?.more === true;
}

/** The files that are shown, those behind `after` in an order that no change of titles or places turns. */
export async function listSharedFiles(
  db: Database,
  walk: SharedWalk,
  after: Pick<SharedFile, 'rootNo' | 'id'> | null,
  limit: number,
): Promise<readonly SharedFile[]> {
  const { rows } = await sql<SharedFile>`
    with recursive ${below(walk)}
    select b.root_no as "rootNo", b.id, b.folders, m.filename, m.size_bytes::text as "sizeBytes",
      m.object_key as "objectKey"
    from below b cross join lateral (select * from media m where m.asset_id = b.id order by m.id desc limit 1) m
    where ${after === null}::boolean
      or (b.root_no, b.id) > (${after?.rootNo ?? 0}::int, ${after?.id ?? '0'}::bigint)
    order by b.root_no, b.id limit ${limit}`.execute(db);
  return rows;
}
