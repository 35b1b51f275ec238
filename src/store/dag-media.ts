import { sql } from 'kysely';
import type { FileFacts, FileMetadata, PreviewSize } from '../domain/ingest-media';
import type { Database } from './database';
import { MEDIA_RECORD, type MediaRecord } from './media';

/** The newest file of an asset with what it says of itself; null metadata: nobody has looked into it. */
export type NewestMedia = MediaRecord & { readonly metadata: FileMetadata | null };

export async function findNewestMedia(db: Database, assetId: string): Promise<NewestMedia | null> {
  const { rows } = await sql<NewestMedia>`
    select ${MEDIA_RECORD}, m.metadata from media m where m.asset_id = ${assetId} order by m.id desc limit 1`.execute(
    db,
  );
  return rows[0] ?? null;
}

/** Writes down what a file was found to say of itself; false when its media have been removed meanwhile. */
export async function recordProbe(
  db: Database,
  mediaId: string,
  found: Pick<FileFacts, 'width' | 'height' | 'durationSeconds' | 'codec' | 'metadata'>,
): Promise<boolean> {
  const { rows } = await sql`
    update media set width = ${found.width}, height = ${found.height}, duration_seconds = ${found.durationSeconds},
      codec = ${found.codec}, metadata = ${JSON.stringify(found.metadata)}::jsonb
    where id = ${mediaId} returning id`.execute(db);
  return rows.length > 0;
}

/** Writes down which previews lie beside the object of media; false when these have been removed meanwhile. */
export async function recordPreviews(
  db: Database,
  mediaId: string,
  previews: readonly PreviewSize[],
): Promise<boolean> {
  const { rows } = await sql`
    update media set previews = ${previews}::text[] where id = ${mediaId} returning id`.execute(db);
  return rows.length > 0;
}
