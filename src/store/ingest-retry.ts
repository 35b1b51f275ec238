import { type RawBuilder, sql } from 'kysely';
import { INGEST_STEPS } from '../domain/ingest-media';
import { RETRYABLE_INGEST_CODES } from '../domain/ingest-verdict';
import type { IngestKind } from '../domain/job';
import { findReadableAsset, type ReadableAsset } from './asset-access';
import type { Database } from './database';
import { insertedSteps } from './job-steps';

/** What a retry takes up of the job of that store id: what failed with a code that may pass, while its address is kept. */
const retryable = (parentId: string) => sql`f.job_id = ${parentId}::bigint and f.url_sealed is not null
  and f.code = any(${RETRYABLE_INGEST_CODES}::text[])`;

/** Whether a retry of the job would have anything to do. */
export async function hasRetryableFiles(db: Database, parentId: string): Promise<boolean> {
  const { rows } = await sql`select from ingests f where ${retryable(parentId)} limit 1`.execute(db);
  return rows.length > 0;
}

/** The asset of a job of one file, if the user may read it. */
export async function findAssetOfIngest(
  db: Database,
  jobId: string,
  user: { readonly id: string },
): Promise<ReadableAsset | null> {
  const row = await db.selectFrom('ingests').select('asset_id').where('job_id', '=', jobId).executeTakeFirst();
  const id = row?.asset_id ?? null;
  return id === null ? null : findReadableAsset(db, { by: 'id', id }, user);
}

/**
 * CTEs for the statement that makes the retry of a job: its files are the failed ones of the parent, under the lines that
 * they had there. The parent keeps its addresses, for the retry may be cancelled.
 */
export function retriedFiles(kind: IngestKind, parentId: string, now: Date): RawBuilder<unknown> {
  const files = sql`file as (
      insert into ingests (job_id, line, asset_uuid, asset_id, makes_asset, url_sealed, url_host, filename, title,
        created_at, updated_at)
      select job.id, f.line, f.asset_uuid, f.asset_id, f.makes_asset, f.url_sealed, f.url_host, f.filename, f.title,
        ${now}::timestamptz, ${now}::timestamptz
      from job cross join ingests f where ${retryable(parentId)})`;
  return kind === 'ingest_media' ? sql`steps as (${insertedSteps(INGEST_STEPS)}), ${files}` : files;
}
