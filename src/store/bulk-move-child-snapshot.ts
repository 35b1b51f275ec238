import { type RawBuilder, sql } from 'kysely';
import { FAILED_VERDICTS } from '../domain/bulk-move';
import { FILE_PHASE, FOLDER_PHASE } from './bulk-move-job';
import { CHUNK_ITEMS, foldersTopDown } from './bulk-move-order';
import type { Database } from './database';

/** The job that this one was made from, by at most one of them. */
export interface ChildOrigin {
  readonly retryOf: string | null;
  readonly undoOf: string | null;
}

/**
 * The chunks of a job that retries the failed items of another one, or undoes the moved ones, in one statement; answers
 * the number of items, and null when the job is neither. The parent has ended: its chunks do not change any more.
 */
export async function insertChildChunks(
  tx: Database,
  job: { readonly id: string; readonly projectId: string },
  { retryOf, undoOf }: ChildOrigin,
): Promise<number | null> {
  const parentId = undoOf ?? retryOf;
  if (parentId === null) return null;
  const isParentUndo = await hasOwnTargets(tx, parentId);
  const picked = undoOf === null ? failedItems(parentId, isParentUndo) : movedItems(parentId, isParentUndo);
  const ownTargets = undoOf !== null || isParentUndo;
  // Files that go back to one place share chunks; within each the ids ascend, as in every chunk of files.
  const { rows } = await sql<{ items: string }>`
    with recursive picked as materialized (${picked}),
    ${foldersTopDown(job.projectId)},
    numbered as (
      select p.*, ${FOLDER_PHASE}::smallint as phase, row_number() over (order by d.depth, d.id) - 1 as n
      from depth d join picked p using (id)
      union all
      select p.*, ${FILE_PHASE}::smallint, row_number() over (order by p.target_id, p.id) - 1
      from picked p where id not in (select id from folder)),
    placed as (
      select *, n / ${CHUNK_ITEMS} as part, case when phase = ${FOLDER_PHASE} then n else id end as place
      from numbered),
    chunk as (
      select phase, part, array_agg(id order by place) as ids, array_agg(target_id order by place) as targets,
        array_agg(expected_id order by place) as expected
      from placed group by phase, part),
    written as (
      insert into job_chunks (job_id, no, phase, item_ids, target_ids, expected_parent_ids)
      select ${job.id}, row_number() over (order by phase, part) - 1, phase, ids,
        case when ${ownTargets}::boolean then targets end, case when ${ownTargets}::boolean then expected end
      from chunk returning cardinality(item_ids) as items)
    select coalesce(sum(items), 0) as items from written`.execute(tx);
  return Number(rows[0]?.items ?? 0);
}

async function hasOwnTargets(tx: Database, jobId: string): Promise<boolean> {
  const { rows } = await sql<{ own: boolean }>`
    select exists (select from job_chunks where job_id = ${jobId} and target_ids is not null) as own`.execute(tx);
  return rows[0]?.own === true;
}

/** Where the items of an undo were to go, and where they were expected to lie. */
const placesOf = (jobId: string): RawBuilder<unknown> => sql`
  select i.id, i.target_id, i.expected_id
  from job_chunks k cross join lateral unnest(k.item_ids, k.target_ids, k.expected_parent_ids)
    as i(id, target_id, expected_id)
  where k.job_id = ${jobId}`;

/** They are tried with the target of their job, in an undo with their own. */
function failedItems(parentId: string, isUndo: boolean): RawBuilder<unknown> {
  const failed = sql`
    select e.id from job_chunks k cross join lateral unnest(k.exception_ids, k.exception_codes) as e(id, code)
    where k.job_id = ${parentId} and e.code = any(${FAILED_VERDICTS}::text[])`;
  return isUndo
    ? sql`select p.* from (${placesOf(parentId)}) p join (${failed}) f using (id)`
    : sql`select f.id, null::bigint as target_id, null::bigint as expected_id from (${failed}) f`;
}

/** They go back where they came from, if they still lie where their job put them. */
function movedItems(parentId: string, isUndo: boolean): RawBuilder<unknown> {
  const moved = sql`
    select m.id, m.previous_id
    from job_chunks k cross join lateral unnest(
      array(select id from unnest(coalesce(k.moved_ids, k.item_ids)) as every(id) order by id),
      case when cardinality(k.previous_parent_ids) = 1 then array_fill(k.previous_parent_ids[1], array[k.succeeded])
        else k.previous_parent_ids end) as m(id, previous_id)
    where k.job_id = ${parentId} and k.done_at is not null and k.succeeded > 0`;
  return isUndo
    ? sql`select m.id, m.previous_id as target_id, p.target_id as expected_id
        from (${moved}) m join (${placesOf(parentId)}) p using (id)`
    : sql`select m.id, m.previous_id as target_id, s.parent_id as expected_id
        from (${moved}) m join job_selections s on s.job_id = ${parentId}`;
}
