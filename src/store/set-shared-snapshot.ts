import { type RawBuilder, sql } from 'kysely';
import { FAILED_SHARING } from '../domain/set-shared';
import { CHUNK_ITEMS } from './bulk-move-order';
import { FILE_PHASE } from './bulk-move-job';
import type { Database } from './database';
import { tellStanding, type JobStanding } from './job-progress';
import type { SharingRule } from './set-shared';

/**
 * Resolves what a job is to share or unshare, once, into chunks of ascending asset ids, and sets its `total`, which never
 * changes after that. One transaction: a call that was killed leaves nothing, a repeated one finds it done. A paused job
 * is left as it is.
 */
export async function snapshotSharing(
  db: Database,
  job: { readonly id: string; readonly projectId: string },
  now: Date,
): Promise<JobStanding> {
  return db.transaction().execute(async (tx) => {
    const { total, state, retryOf } = await tx
      .selectFrom('jobs')
      .select(['total', 'state', 'retry_of as retryOf'])
      .where('id', '=', job.id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (total === null && state === 'queued') {
      const count = await insertChunks(tx, job.id, await pickedIds(tx, job, retryOf));
      // The rate is measured from here on: a whole project takes its time.
      await sql`update jobs set total = ${count}, state = 'running', updated_at = ${now}, pace = jsonb_build_array(
        jsonb_build_array(${now.getTime()}::bigint + (extract(epoch from clock_timestamp() - now()) * 1000)::bigint, 0))
        where id = ${job.id}`.execute(tx);
    }
    const standing = await tellStanding(tx, job.id);
    if (standing === null) throw new Error(`job ${job.id} does not exist`);
    return standing;
  });
}

async function pickedIds(
  tx: Database,
  job: { readonly id: string; readonly projectId: string },
  retryOf: string | null,
): Promise<RawBuilder<unknown>> {
  if (retryOf !== null) {
    return sql`select e.id from job_chunks k cross join lateral unnest(k.exception_ids, k.exception_codes) as e (id, code)
      where k.job_id = ${retryOf} and e.code = any(${FAILED_SHARING}::text[])`;
  }
  return (await readSharingRule(tx, job.id)).all
    ? sql`select id from assets where project_id = ${job.projectId} and deleted_at is null`
    : sql`select distinct unnest(asset_ids) as id from job_selections where job_id = ${job.id}`;
}

async function insertChunks(tx: Database, jobId: string, picked: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ items: string }>`
    with numbered as (select id, row_number() over (order by id) - 1 as n from (${picked}) p),
    chunk as (select n / ${CHUNK_ITEMS} as no, array_agg(id order by n) as ids from numbered group by 1),
    written as (
      insert into job_chunks (job_id, no, phase, item_ids)
      select ${jobId}, no, ${FILE_PHASE}::smallint, ids from chunk returning cardinality(item_ids) as items)
    select coalesce(sum(items), 0) as items from written`.execute(tx);
  return Number(rows[0]?.items ?? 0);
}

/** What the job was asked for. */
export async function readSharingRule(db: Database, jobId: string): Promise<SharingRule> {
  const { rules } = await db
    .selectFrom('job_selections')
    .select('rules')
    .where('job_id', '=', jobId)
    .executeTakeFirstOrThrow();
  const [rule] = rules as readonly SharingRule[];
  if (rule?.kind !== 'set_shared') throw new Error(`job ${jobId} keeps no order to share or unshare`);
  return rule;
}
