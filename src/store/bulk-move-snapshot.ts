import { type RawBuilder, sql } from 'kysely';
import { FILE_PHASE, FOLDER_PHASE } from './bulk-move-chunk';
import type { Database } from './database';
import { tellStanding, type JobStanding } from './job-progress';
import { selectedAssets, type StoredRule } from './selection';

/** Items per chunk: one transaction's worth, long enough to outweigh its commit, short enough to pause within. */
export const CHUNK_ITEMS = 1_000;

/**
 * Resolves the stored selection of a job, once, into chunks of asset ids, and sets the job's `total`, which never
 * changes after that. One transaction: a call that was killed leaves nothing, a repeated one finds it done.
 */
export async function snapshotSelection(
  db: Database,
  job: { readonly id: string; readonly projectId: string },
  now: Date,
): Promise<JobStanding> {
  return db.transaction().execute(async (tx) => {
    const { total, state } = await tx
      .selectFrom('jobs')
      .select(['total', 'state'])
      .where('id', '=', job.id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (total === null && state === 'queued') {
      const { rules } = await tx
        .selectFrom('job_selections')
        .select('rules')
        .where('job_id', '=', job.id)
        .executeTakeFirstOrThrow();
      const count = await insertChunks(tx, job, rules as readonly StoredRule[]);
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

async function insertChunks(
  tx: Database,
  job: { readonly id: string; readonly projectId: string },
  rules: readonly StoredRule[],
): Promise<number> {
  const { rows } = await sql<{ items: string }>`
    with recursive picked as materialized (${pickedIds(job, rules)}),
    folder as materialized (
      select f.id, f.parent_id from assets f
      where f.project_id = ${job.projectId} and f.media_type = 'folder' and f.id in (select id from picked)),
    -- Folders go top down: whether one covers what lies below it must be known before that is decided.
    climb (id, above, height) as (
      select id, parent_id, 1 from folder where parent_id is not null
      union all
      select c.id, a.parent_id, c.height + 1 from climb c join assets a on a.id = c.above
      where a.parent_id is not null and c.height < ${MAX_DEPTH}),
    depth as (
      select f.id, coalesce(max(c.height), 0) as depth from folder f left join climb c using (id) group by f.id),
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

/** Ends the climb in a tree that was damaged from outside: deeper than any that the store lets come about. */
const MAX_DEPTH = 10_000;

/** The distinct ids of the selection; what was named itself is in, whatever a rule excludes. */
function pickedIds(
  job: { readonly id: string; readonly projectId: string },
  rules: readonly StoredRule[],
): RawBuilder<unknown> {
  const named = sql`select unnest(asset_ids) as id from job_selections where job_id = ${job.id}`;
  const ruled = selectedAssets(job.projectId, rules);
  return ruled === null ? sql`select distinct id from (${named}) n` : sql`${named} union ${ruled}`;
}
