import { sql } from 'kysely';
import type { Database } from './database';

/**
 * Removes events written before the instant, oldest first, `batch` at a time (each batch is one short transaction that
 * also moves the project's `oldest` forward, so no reader can skip what is gone without being told). The newest event
 * of a project always stays. Answers how many were removed.
 */
export async function deleteSyncEventsBefore(db: Database, olderThan: Date, batch: number): Promise<number> {
  // Of each project its oldest event tells whether there is anything to do.
  const projects = await sql<{ project_id: string }>`
    select c.project_id from sync_cursors c cross join lateral (
      select s.created_at from sync_events s where s.project_id = c.project_id order by s.cursor limit 1) first
    where c.cursor > c.oldest + 1 and first.created_at < ${olderThan} order by c.project_id`.execute(db);
  let removed = 0;
  for (const { project_id: projectId } of projects.rows) {
    let count: number;
    do {
      count = await deleteBatch(db, projectId, olderThan, batch);
      removed += count;
    } while (count === batch);
  }
  return removed;
}

/** Only an unbroken run from the oldest event on may go: a hole in the middle would be a skipped cursor. */
async function deleteBatch(db: Database, projectId: string, olderThan: Date, batch: number): Promise<number> {
  const { rows } = await sql<{ removed: string }>`
    with candidates as (
      select s.cursor, bool_and(s.created_at < ${olderThan}) over (order by s.cursor) as expired
      from (
        select s.cursor, s.created_at from sync_events s join sync_cursors c on c.project_id = s.project_id
        where s.project_id = ${projectId} and s.cursor < c.cursor
        order by s.cursor limit ${batch}
      ) s
    ), gone as (
      delete from sync_events s using candidates d
      where s.project_id = ${projectId} and s.cursor = d.cursor and d.expired
      returning s.cursor
    ), moved as (
      update sync_cursors c set oldest = greatest(c.oldest, g.last)
      from (select max(cursor) as last from gone) g where c.project_id = ${projectId} and g.last is not null
    )
    select count(*) as removed from gone`.execute(db);
  return Number(rows[0]?.removed ?? 0);
}
