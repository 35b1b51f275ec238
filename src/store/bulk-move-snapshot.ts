import { type RawBuilder, sql } from 'kysely';
import { insertChildChunks } from './bulk-move-child-snapshot';
import { FILE_PHASE, FOLDER_PHASE } from './bulk-move-job';
import { CHUNK_ITEMS, foldersTopDown } from './bulk-move-order';
import type { Database } from './database';
import { tellStanding, type JobStanding } from './job-progress';
import { selectedAssets, type StoredRule } from './selection';

/**
 * Resolves what a job is to work on, once, into chunks of asset ids, and sets the job's `total`, which never changes
 * after that: its stored selection, or of a retry or an undo the items of its parent. One transaction: a call that was
 * killed leaves nothing, a repeated one finds it done. A paused job is left as it is.
 */
export async function snapshotSelection(
  db: Database,
  job: { readonly id: string; readonly projectId: string },
  now: Date,
): Promise<JobStanding> {
  return db.transaction().execute(async (tx) => {
    const { total, state, ...origin } = await tx
      .selectFrom('jobs')
      .select(['total', 'state', 'retry_of as retryOf', 'undo_of as undoOf'])
      .where('id', '=', job.id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (total === null && state === 'queued') {
      const count = (await insertChildChunks(tx, job, origin)) ?? (await insertSelected(tx, job));
      // The rate is measured from here on: resolving a big selection takes its time.
      await sql`update jobs set total = ${count}, state = 'running', updated_at = ${now}, pace = jsonb_build_array(
        jsonb_build_array(${now.getTime()}::bigint + (extract(epoch from clock_timestamp() - now()) * 1000)::bigint, 0))
        where id = ${job.id}`.execute(tx);
    }
    const standing = await tellStanding(tx, job.id);
    if (standing === null) throw new Error(`job ${job.id} has no project to tell`);
    return standing;
  });
}

async function insertSelected(tx: Database, job: { readonly id: string; readonly projectId: string }): Promise<number> {
  const { rules } = await tx
    .selectFrom('job_selections')
    .select('rules')
    .where('job_id', '=', job.id)
    .executeTakeFirstOrThrow();
  const { rows } = await sql<{ items: string }>`
    with recursive picked as materialized (${pickedIds(job, rules as readonly StoredRule[])}),
    ${foldersTopDown(job.projectId)},
    numbered as (
      select id, ${FOLDER_PHASE}::smallint as phase, row_number() over (order by depth, id) - 1 as n from depth
      union all
      select id, ${FILE_PHASE}::smallint, row_number() over (order by id) - 1
      from picked where id not in (select id from folder)),
    chunk as (
      select phase, n / ${CHUNK_ITEMS} as part, array_agg(id order by n) as ids from numbered group by 1, 2),
    written as (
      insert into job_chunks (job_id, no, phase, item_ids)
      select ${job.id}, row_number() over (order by phase, part) - 1, phase, ids from chunk
      returning cardinality(item_ids) as items)
    select coalesce(sum(items), 0) as items from written`.execute(tx);
  return Number(rows[0]?.items ?? 0);
}

/** The distinct ids of the selection; what was named itself is in, whatever a rule excludes. */
function pickedIds(
  job: { readonly id: string; readonly projectId: string },
  rules: readonly StoredRule[],
): RawBuilder<unknown> {
  const named = sql`select unnest(asset_ids) as id from job_selections where job_id = ${job.id}`;
  const ruled = selectedAssets(job.projectId, rules);
  return ruled === null ? sql`select distinct id from (${named}) n` : sql`${named} union ${ruled}`;
}
