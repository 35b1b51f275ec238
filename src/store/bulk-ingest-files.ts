import { sql } from 'kysely';
import { FILE_PHASE } from './bulk-move-job';
import type { Database } from './database';
import { toIngestRecord, type IngestRecord } from './ingests';

/** A chunk that waits to be done. */
export interface WaitingChunk {
  readonly no: number;
  /** Of all its files; null for files of several hosts, and for bad lines. */
  readonly host: string | null;
}

/** The chunks of a job that are not done, in their order. */
export async function readWaitingChunks(db: Database, jobId: string): Promise<readonly WaitingChunk[]> {
  // Its files are in the order of their hosts: the first and the last of them tell.
  const { rows } = await sql<WaitingChunk>`
    select k.no, case when first.url_host = last.url_host then first.url_host end as host
    from job_chunks k join ingests first on first.id = k.item_ids[1]
      join ingests last on last.id = k.item_ids[cardinality(k.item_ids)]
    where k.job_id = ${jobId} and k.phase = ${FILE_PHASE} and k.done_at is null and not k.closed
    order by k.no`.execute(db);
  return rows;
}

/** A file of a chunk; `host` is that of its address, and null for a bad line. */
export interface ChunkFile {
  readonly ingest: IngestRecord;
  readonly host: string | null;
}

/** The files of a chunk; none when it is done, or closed. */
export async function readChunkFiles(db: Database, jobId: string, chunkNo: number): Promise<readonly ChunkFile[]> {
  const rows = await db
    .selectFrom('ingests')
    .selectAll()
    .where('id', 'in', (from) =>
      from
        .selectFrom('job_chunks')
        .select(sql<string>`unnest(item_ids)`.as('id'))
        .where('job_id', '=', jobId)
        .where('no', '=', chunkNo)
        .where('done_at', 'is', null)
        .where('closed', '=', false),
    )
    .execute();
  return rows.map((row) => ({ ingest: toIngestRecord(row), host: row.url_host }));
}
