import { sql } from 'kysely';
import { CHUNK_FILES } from '../domain/bulk-ingest';
import { FILE_PHASE } from './bulk-move-job';
import type { Database } from './database';
import { tellStanding, type JobStanding } from './job-progress';

/** Bad lines of one chunk: nothing is done about them but to say so. */
const CHUNK_BAD_LINES = 1_000;

/**
 * Has the job of many files begin, once: its lines become chunks. A paused job is left as it is, until it is opened
 * again; one that has ended too.
 */
export async function openBulkIngestJob(db: Database, jobId: string, now: Date): Promise<JobStanding> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ begins: boolean }>`
      select total is null and state = 'queued' as begins from jobs where id = ${jobId} for no key update`.execute(tx);
    if (rows[0]?.begins === true) {
      const files = await insertChunks(tx, jobId);
      await sql`update jobs set total = ${files}, state = 'running', updated_at = ${now}, pace = jsonb_build_array(
        jsonb_build_array(${now.getTime()}::bigint + (extract(epoch from clock_timestamp() - now()) * 1000)::bigint, 0))
        where id = ${jobId}`.execute(tx);
    }
    const standing = await tellStanding(tx, jobId);
    if (standing === null) throw new Error(`job ${jobId} does not exist`);
    return standing;
  });
}

/**
 * Chunks of one host each, as far as its files fill them; what is left of every host shares chunks with the rest of
 * others. The hosts take turns, so that one that is slow or dead does not come to hold up all that is under way.
 * Answers the number of lines.
 */
async function insertChunks(tx: Database, jobId: string): Promise<number> {
  const { rows } = await sql<{ files: string }>`
    with line as (
      select id, line, url_host as host, code is not null as bad,
        row_number() over same - 1 as n, count(*) over (partition by code is not null, url_host) as files
      from ingests where job_id = ${jobId}
      window same as (partition by code is not null, url_host order by line)),
    placed as (
      select id, line, null as host, host as own, 0 as turn, n / ${CHUNK_BAD_LINES} as part from line where bad
      union all
      select id, line, host, host, 1, n / ${CHUNK_FILES} from line where not bad and n < files - files % ${CHUNK_FILES}
      union all
      select id, line, null, host, 1, (row_number() over (order by host, line) - 1) / ${CHUNK_FILES}
      from line where not bad and n >= files - files % ${CHUNK_FILES}),
    chunk as (
      select turn, part, host, array_agg(id order by own, line) as ids from placed group by turn, part, host),
    written as (
      insert into job_chunks (job_id, no, phase, item_ids)
      select ${jobId}, row_number() over (order by turn, part, host) - 1, ${FILE_PHASE}, ids from chunk
      returning cardinality(item_ids) as files)
    select coalesce(sum(files), 0) as files from written`.execute(tx);
  return Number(rows[0]?.files ?? 0);
}
