import { sql } from 'kysely';
import type { PreviewSize } from '../domain/ingest-media';
import { NOT_PURGING } from './asset-access';
import type { Database } from './database';
import { prepared } from './prepared';

/** What serving the file of media takes. */
export interface MediaFile {
  readonly filename: string;
  readonly contentType: string;
  readonly sha256Sum: string;
  readonly objectKey: string;
  readonly previews: readonly PreviewSize[];
}

/** The file of the media of that store id, live or in the trash; null when it is gone, or that has been decided. */
export async function findMediaFile(db: Database, mediaId: string): Promise<MediaFile | null> {
  const { rows } = await sql<MediaFile>`${prepared}
    select m.filename, m.content_type as "contentType", m.sha256_sum as "sha256Sum", m.object_key as "objectKey", m.previews
    from media m join assets a on a.id = m.asset_id
    where m.id = ${mediaId} and (a.trash_root_id is null or ${NOT_PURGING})`.execute(db);
  return rows[0] ?? null;
}
