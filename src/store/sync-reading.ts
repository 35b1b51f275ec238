import { sql } from 'kysely';
import type { SyncAction, SyncEvent, SyncRange } from '../domain/sync';
import type { Database } from './database';

/** Events after a cursor, and where the project stood in the same instant. */
export interface SyncPage extends SyncRange {
  readonly events: SyncEvent[];
}

interface Row {
  current: string | null;
  oldest: string | null;
  cursor: string | null;
  action: SyncAction;
  data_type: string;
  data_key: string;
  data: unknown;
}

/**
 * Up to `limit` events of the project after the cursor, in order, with the range in which a cursor is good: judge
 * `after` by `refuseCursor` before the events are used. One statement, so that no event can be removed in between.
 */
export async function readSyncEvents(db: Database, projectId: string, after: number, limit: number): Promise<SyncPage> {
  const { rows } = await sql<Row>`
    select c.cursor as current, c.oldest, e.*
    from (values (${projectId}::bigint)) as p (id)
      left join sync_cursors c on c.project_id = p.id
      left join lateral (
        select s.cursor, s.action, s.data_type, s.data_key, s.data
        from sync_events s where s.project_id = p.id and s.cursor > ${after}::bigint
        order by s.cursor limit ${limit}::int
      ) e on true
    order by e.cursor`.execute(db);
  return {
    ...toRange(rows[0]),
    events: rows.flatMap((row) => (row.cursor === null ? [] : [toEvent(row, row.cursor)])),
  };
}

/** Where the project's events stand now; 0 and 0 for a project that never had one. */
export async function currentCursor(db: Database, projectId: string): Promise<SyncRange> {
  const row = await db
    .selectFrom('sync_cursors')
    .select(['cursor as current', 'oldest'])
    .where('project_id', '=', projectId)
    .executeTakeFirst();
  return toRange(row);
}

/** The same for several projects at once; those that never had an event are left out. */
export async function readSyncRanges(
  db: Database,
  projectIds: readonly string[],
): Promise<(SyncRange & { readonly projectId: string })[]> {
  const { rows } = await sql<{ project_id: string; current: string; oldest: string }>`
    select project_id, cursor as current, oldest from sync_cursors
    where project_id = any(${projectIds}::bigint[])`.execute(db);
  return rows.map((row) => ({ projectId: row.project_id, ...toRange(row) }));
}

function toRange(row: { current: string | null; oldest: string | null } | undefined): SyncRange {
  return { oldest: Number(row?.oldest ?? 0), current: Number(row?.current ?? 0) };
}

function toEvent(row: Row, cursor: string): SyncEvent {
  const { action, data_type, data_key, data } = row;
  return { type: 'cc', cursor: Number(cursor), action, data_type, data_key, data };
}
