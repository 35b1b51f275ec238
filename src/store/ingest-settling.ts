import { sql } from 'kysely';
import type { JobState } from '../domain/job';
import type { Database } from './database';

/**
 * The job of files has ended: what waits of its steps is left out, one that ran ended with it, and the addresses that a
 * retry cannot take up are forgotten.
 */
export async function settleIngestJob(tx: Database, jobId: string, state: JobState, now: Date): Promise<void> {
  await sql`
    update job_steps set finished_at = ${now},
      state = case when state = 'running' and ${state} = 'failed' then 'failed' else 'skipped' end
    where job_id = ${jobId} and state in ('waiting', 'running')`.execute(tx);
  await sql`
    update ingests set url_sealed = null, metadata = null, updated_at = ${now}
    where job_id = ${jobId} and code is null and media_id is null
      and (url_sealed is not null or metadata is not null)`.execute(tx);
}

/**
 * Forgets the addresses that were kept for the retry of a job that ended before the instant; answers how many. At most
 * `limit` of them at a time.
 */
export async function eraseOldAddresses(db: Database, endedBefore: Date, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    with old as (
      select n.id from ingests n join jobs j on j.id = n.job_id
      where n.url_sealed is not null and j.finished_at < ${endedBefore} limit ${limit})
    update ingests n set url_sealed = null from old where n.id = old.id`.execute(db);
  return Number(numAffectedRows ?? 0);
}
