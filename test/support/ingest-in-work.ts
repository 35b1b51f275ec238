import { sql } from 'kysely';
import type { Database } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';

/** A job that is about to attach an object; `end` ends it as one that has failed. */
export async function addIngestInWork(db: Database, userId: string, objectKey: string) {
  const { rows } = await sql<{ id: string }>`
    with job as (
      insert into jobs (uuid, key, kind, created_by, input, total, state, dispatched_at)
      values (${newUuid()}, ${newUuid()}, 'ingest_media', ${userId}, '{}', 1, 'running', now()) returning id
    ), file as (
      insert into ingests (job_id, line, asset_uuid, filename, url_sealed, object_key)
      select id, 1, ${newUuid()}, 'a.jpg', '\\x00', ${objectKey} from job)
    select id from job`.execute(db);
  const id = rows[0]?.id ?? '';
  const end = () =>
    sql`update jobs set state = 'failed', outcome = 'failed', finished_at = now() where id = ${id}`.execute(db);
  return { end };
}
