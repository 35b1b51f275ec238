import { type RawBuilder, sql } from 'kysely';

/** Items per chunk: one transaction's worth, long enough to outweigh its commit, short enough to pause within. */
export const CHUNK_ITEMS = 1_000;

/** Ends the climb in a tree that was damaged from outside: deeper than any that the store lets come about. */
const MAX_DEPTH = 10_000;

/**
 * CTEs for a `with recursive` that has `picked` with a column id: `folder` is what of it is a folder now, `depth` says
 * of each how far down it lies. Folders go top down: whether one covers what lies below it must be known before that is
 * decided.
 */
export function foldersTopDown(projectId: string): RawBuilder<unknown> {
  return sql`folder as materialized (
      select f.id, f.parent_id from assets f
      where f.project_id = ${projectId} and f.media_type = 'folder' and f.id in (select id from picked)),
    climb (id, above, height) as (
      select id, parent_id, 1 from folder where parent_id is not null
      union all
      select c.id, a.parent_id, c.height + 1 from climb c join assets a on a.id = c.above
      where a.parent_id is not null and c.height < ${MAX_DEPTH}),
    depth as (
      select f.id, coalesce(max(c.height), 0) as depth from folder f left join climb c using (id) group by f.id)`;
}
