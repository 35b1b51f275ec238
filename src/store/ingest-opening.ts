import { sql } from 'kysely';
import { FILE_PHASE } from './bulk-move-job';
import type { Database } from './database';
import { tellStanding, type JobStanding } from './job-progress';

/**
 * Has the job of one file begin, once: its file is its only item, in its only chunk. A paused job is left as it is, until
 * it is opened again; one that has ended too.
 */
export async function openIngestJob(db: Database, jobId: string, now: Date): Promise<JobStanding> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ begins: boolean }>`
      select total is null and state = 'queued' as begins from jobs where id = ${jobId}
      for no key update`.execute(tx);
    if (rows[0]?.begins === true) {
      await sql`
        insert into job_chunks (job_id, no, phase, item_ids)
        select ${jobId}, 0, ${FILE_PHASE}, array_agg(id order by line) from ingests where job_id = ${jobId}
        having count(*) > 0`.execute(tx);
      await sql`
        update jobs set total = (select count(*) from ingests where job_id = ${jobId}), state = 'running',
          updated_at = ${now} where id = ${jobId}`.execute(tx);
    }
    const standing = await tellStanding(tx, jobId);
    if (standing === null) throw new Error(`job ${jobId} does not exist`);
    return standing;
  });
}
