import { type RawBuilder, sql } from 'kysely';
import { CHUNK_ITEMS } from './bulk-move-order';
import { FILE_PHASE } from './bulk-move-job';
import type { Database } from './database';
import { tellStanding, type JobStanding } from './job-progress';

/** What a job's items are picked by. */
export interface ItemPick {
  /** A subselect of the ids of assets (`id`, each once) that a job of its own is for. */
  readonly own: (tx: Database) => Promise<RawBuilder<unknown>>;
  /** The codes of the items of an earlier job that a retry takes up. */
  readonly retried: readonly string[];
}

/**
 * Resolves what a job is for, once, into chunks of ascending asset ids, and sets its `total`, which never changes after
 * that. One transaction: a call that was killed leaves nothing, a repeated one finds it done. A paused job is left as it is.
 */
export async function snapshotItems(db: Database, jobId: string, pick: ItemPick, now: Date): Promise<JobStanding> {
  return db.transaction().execute(async (tx) => {
    const { total, state, retryOf } = await tx
      .selectFrom('jobs')
      .select(['total', 'state', 'retry_of as retryOf'])
      .where('id', '=', jobId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (total === null && state === 'queued') {
      const picked = retryOf === null ? await pick.own(tx) : itemsWithCodes(retryOf, pick.retried);
      const count = await insertChunks(tx, jobId, picked);
      // The rate is measured from here on: a whole project takes its time.
      await sql`update jobs set total = ${count}, state = 'running', updated_at = ${now}, pace = jsonb_build_array(
        jsonb_build_array(${now.getTime()}::bigint + (extract(epoch from clock_timestamp() - now()) * 1000)::bigint, 0))
        where id = ${jobId}`.execute(tx);
    }
    const standing = await tellStanding(tx, jobId);
    if (standing === null) throw new Error(`job ${jobId} does not exist`);
    return standing;
  });
}

function itemsWithCodes(jobId: string, codes: readonly string[]): RawBuilder<unknown> {
  return sql`select e.id from job_chunks k cross join lateral unnest(k.exception_ids, k.exception_codes) as e (id, code)
    where k.job_id = ${jobId} and e.code = any(${codes}::text[])`;
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
