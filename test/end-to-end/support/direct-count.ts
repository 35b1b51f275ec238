import { sql } from 'kysely';
import type { Database } from '../../../src/store/database';

/** How many assets lie in a folder, by the rows themselves. */
export async function countIn(db: Database, folderId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from assets where parent_id = ${folderId}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** The history of one kind that a job has written: entries, and assets that they are about. */
export async function countHistory(
  db: Database,
  token: string,
  kind: 'moved' | 'shared' | 'unshared' = 'moved',
): Promise<{ entries: number; assets: number }> {
  const { rows } = await sql<{ entries: number; assets: number }>`
    select count(*)::int as entries, count(distinct asset_id)::int as assets
    from history where job_id = (select id from jobs where uuid = ${token}) and kind = ${kind}`.execute(db);
  return rows[0] ?? { entries: 0, assets: 0 };
}

/** The items of the chunks that are done; grows with each chunk, without waiting for anybody to publish it. */
export async function countDoneItems(db: Database, token: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select coalesce(sum(succeeded + skipped + failed), 0)::int as count
    from job_chunks where job_id = (select id from jobs where uuid = ${token})`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Assets from which no root can be reached by going up: they hang on a cycle. */
export async function countOnCycles(db: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with recursive reached (id) as (
      select id from assets where parent_id is null
      union all
      select a.id from assets a join reached r on a.parent_id = r.id)
    select count(*)::int as count from assets a where not exists (select from reached r where r.id = a.id)`.execute(db);
  return rows[0]?.count ?? 0;
}

/** How many assets of a project are shared, by their flags. */
export async function countShared(db: Database, projectId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from assets where project_id = ${projectId} and shared`.execute(db);
  return rows[0]?.count ?? 0;
}

/** The cursor of the newest sync event of a project; 0 when it has none. */
export async function readNewestCursor(db: Database, projectId: string): Promise<number> {
  const { rows } = await sql<{ current: number }>`
    select cursor::int as current from sync_cursors where project_id = ${projectId}`.execute(db);
  return rows[0]?.current ?? 0;
}
