import { type Selectable, sql } from 'kysely';
import type { FileFacts, FileMetadata, PreviewSize } from '../domain/ingest-media';
import type { Database } from './database';
import type { IngestTable } from './ingest-tables';

/** A file to be fetched, as its steps need it; ids of the store. */
export interface IngestRecord {
  readonly id: string;
  readonly jobId: string;
  readonly line: number;
  readonly assetUuid: string;
  readonly assetId: string | null;
  readonly makesAsset: boolean;
  /** Null once it is not needed any more; see url-seal. */
  readonly urlSealed: Buffer | null;
  /** As it was given. */
  readonly filename: string;
  readonly title: string | null;
  /** Attempts at fetching it that a fault of its server ended. */
  readonly attempts: number;
  /** Why it failed for good. */
  readonly code: string | null;
  /** Set once it is attached. */
  readonly mediaId: string | null;
  /** What the steps have found out so far. */
  readonly facts: Partial<FileFacts>;
}

/** The file of a job that has a single one; null for a job that has none. */
export async function findIngest(db: Database, jobId: string): Promise<IngestRecord | null> {
  const row = await db
    .selectFrom('ingests')
    .selectAll()
    .where('job_id', '=', jobId)
    .orderBy('line')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : toIngestRecord(row);
}

type IngestRow = Selectable<IngestTable>;

/** A row in the form of the steps. */
export function toIngestRecord(row: IngestRow): IngestRecord {
  return {
    id: row.id,
    jobId: row.job_id,
    line: row.line,
    assetUuid: row.asset_uuid,
    assetId: row.asset_id,
    makesAsset: row.makes_asset,
    urlSealed: row.url_sealed,
    filename: row.filename,
    title: row.title,
    attempts: row.attempts,
    code: row.code,
    mediaId: row.media_id,
    facts: toFacts(row),
  };
}

function toFacts(row: IngestRow): Partial<FileFacts> {
  return {
    ...(row.size_bytes !== null && { sizeBytes: Number(row.size_bytes) }),
    ...(row.md5_sum !== null && { md5Sum: row.md5_sum }),
    ...(row.sha256_sum !== null && { sha256Sum: row.sha256_sum }),
    ...(row.content_type !== null && { contentType: row.content_type }),
    ...(row.media_type !== null && { mediaType: row.media_type }),
    ...(row.object_key !== null && { objectKey: row.object_key }),
    width: row.width,
    height: row.height,
    durationSeconds: row.duration_seconds,
    codec: row.codec,
    metadata: row.metadata as FileMetadata | null,
    previews: (row.previews ?? []) as PreviewSize[],
  };
}

/** What was found out about one file. */
export interface FoundFacts {
  readonly ingestId: string;
  readonly facts: Partial<FileFacts>;
}

/** Columns of `ingests` that facts go into; what is not given stays as it is. */
const FACTS = sql`size_bytes = coalesce(f."sizeBytes", n.size_bytes), md5_sum = coalesce(f."md5Sum", n.md5_sum),
  sha256_sum = coalesce(f."sha256Sum", n.sha256_sum), content_type = coalesce(f."contentType", n.content_type),
  media_type = coalesce(f."mediaType", n.media_type), object_key = coalesce(f."objectKey", n.object_key),
  width = coalesce(f.width, n.width), height = coalesce(f.height, n.height),
  duration_seconds = coalesce(f."durationSeconds", n.duration_seconds), codec = coalesce(f.codec, n.codec),
  metadata = coalesce(f.metadata, n.metadata), previews = coalesce(f.previews, n.previews)`;

const FACT_COLUMNS = sql`"sizeBytes" bigint, "md5Sum" text, "sha256Sum" text, "contentType" text, "mediaType" text,
  "objectKey" text, width int, height int, "durationSeconds" float8, codec text, metadata jsonb, previews text[]`;

/** Writes down what was found out, of any number of files. */
export async function recordFacts(db: Database, found: readonly FoundFacts[], now: Date): Promise<void> {
  const rows = JSON.stringify(found.map(({ ingestId, facts }) => ({ ...facts, id: ingestId })));
  await sql`
    update ingests n set ${FACTS}, updated_at = ${now}
    from json_to_recordset(${rows}::json) as f (id bigint, ${FACT_COLUMNS})
    where n.id = f.id and n.media_id is null`.execute(db);
}

/** The file is other than it was, or is to be fetched anew: what was found out about it holds no more. */
export async function forgetFacts(db: Database, ingestId: string, now: Date): Promise<void> {
  await sql`
    update ingests set size_bytes = null, md5_sum = null, sha256_sum = null, content_type = null, media_type = null,
      object_key = null, width = null, height = null, duration_seconds = null, codec = null, metadata = null,
      previews = null, updated_at = ${now}
    where id = ${ingestId} and media_id is null`.execute(db);
}

/** An attempt that a fault of the file's server ended; answers how many there have been. Outlives the worker. */
export async function countAttempt(db: Database, ingestId: string, now: Date): Promise<number> {
  const { rows } = await sql<{ attempts: number }>`
    update ingests set attempts = attempts + 1, updated_at = ${now} where id = ${ingestId} returning attempts`.execute(
    db,
  );
  if (rows[0] === undefined) throw new Error(`file ${ingestId} does not exist`);
  return rows[0].attempts;
}
