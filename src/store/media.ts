import { sql } from 'kysely';
import type { FileMetadata, PreviewSize } from '../domain/ingest-media';
import { NOT_PURGING } from './asset-access';
import { ASSET_RECORD, type AssetRecord } from './assets';
import type { Database } from './database';
import { prepared } from './prepared';
import { withRetries } from './tree-transaction';

/** A file of an asset. */
export interface MediaRecord {
  /** Of the store. */
  readonly id: string;
  readonly filename: string;
  readonly mediaType: string;
  readonly contentType: string;
  /** Decimal text. */
  readonly sizeBytes: string;
  readonly md5Sum: string;
  readonly sha256Sum: string;
  /** In pixels; null for what has none. */
  readonly width: number | null;
  readonly height: number | null;
  readonly durationSeconds: number | null;
  /** Of the object that holds its bytes; other media may have the same. */
  readonly objectKey: string;
  /** Those that lie beside the object. */
  readonly previews: readonly PreviewSize[];
  readonly createdAt: Date;
}

/** The columns of a {@link MediaRecord}, over a row `m` of media. */
export const MEDIA_RECORD = sql<MediaRecord>`m.id, m.filename, m.media_type as "mediaType", m.content_type as "contentType",
  m.size_bytes as "sizeBytes", m.md5_sum as "md5Sum", m.sha256_sum as "sha256Sum", m.width, m.height,
  m.duration_seconds as "durationSeconds", m.object_key as "objectKey", m.previews, m.created_at as "createdAt"`;

/** The media of an asset (store id), oldest first. */
export async function listMedia(db: Database, assetId: string): Promise<readonly MediaRecord[]> {
  const { rows } = await sql<MediaRecord>`${prepared}
    select ${MEDIA_RECORD} from media m where m.asset_id = ${assetId} order by m.id`.execute(db);
  return rows;
}

/** The media of that store id, if they are the asset's; null when there are none. */
export async function findMedia(db: Database, assetId: string, mediaId: string): Promise<MediaRecord | null> {
  const { rows } = await sql<MediaRecord>`${prepared}
    select ${MEDIA_RECORD} from media m where m.asset_id = ${assetId} and m.id = ${mediaId}`.execute(db);
  return rows[0] ?? null;
}

/** What the newest file of an asset (store id) says of itself; null when there is none, or when it says nothing. */
export async function readFileMetadata(db: Database, assetId: string): Promise<FileMetadata | null> {
  const { rows } = await sql<{ metadata: FileMetadata | null }>`${prepared}
    select m.metadata from media m where m.asset_id = ${assetId} order by m.id desc limit 1`.execute(db);
  return rows[0]?.metadata ?? null;
}

export interface MediaRemoval {
  /** As it is now. */
  readonly asset: AssetRecord;
  /** False: it had no media, and nothing was changed. */
  readonly removed: boolean;
}

/**
 * Takes its media from an asset (store id), which is a placeholder again, with one entry in its history. Their objects
 * are noted for removal whether or not other media share them: who removes objects looks again. Null when the asset has
 * been deleted for good, or when that has been decided.
 */
export async function removeMedia(
  db: Database,
  assetId: string,
  actor: { readonly id: string },
): Promise<MediaRemoval | null> {
  return withRetries(db, async (tx) => {
    // First and by itself: the next statement sees what others committed while this one waited for them.
    const locked = await sql`select from assets a
      where a.id = ${assetId} and (a.trash_root_id is null or ${NOT_PURGING}) for update`.execute(tx);
    if (locked.rows.length === 0) return null;
    const { rows } = await sql<AssetRecord & { removed: boolean }>`
      with gone as (
        delete from media where asset_id = ${assetId} returning id, filename, object_key
      ), noted as (
        insert into object_removals (object_key) select distinct object_key from gone order by object_key
        on conflict (object_key) do update set attempts = 0, next_attempt_at = excluded.next_attempt_at, error = null
      ), after as (
        update assets set media_type = 'placeholder', original_filename = null, md5_sum = null, size_bytes = null,
          updated_at = clock_timestamp()
        where id = ${assetId} and exists (select from gone)
        returning *
      ), told as (
        insert into history (asset_id, project_id, kind, actor_id, details, created_at)
        select id, project_id, 'media_removed', ${actor.id}, jsonb_build_object('media', (
          select jsonb_agg(jsonb_build_object('id', g.id, 'filename', g.filename) order by g.id) from gone g)), updated_at
        from after
      )
      select ${ASSET_RECORD}, true as removed from after a
      union all
      select ${ASSET_RECORD}, false from assets a where a.id = ${assetId} and not exists (select from after)`.execute(
      tx,
    );
    const [row] = rows;
    if (row === undefined) throw new Error(`asset ${assetId} went while its row was locked`);
    const { removed, ...asset } = row;
    return { asset, removed };
  });
}
