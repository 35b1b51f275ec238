import { type RawBuilder, sql } from 'kysely';
import type { SyncAction } from '../domain/sync';
import type { Database } from './database';

/** The Postgres channel on which new events are announced; the payload is `<project id>:<newest cursor>`. */
export const SYNC_CHANNEL = 'longhaul_sync';

/** An event to be written; the store gives it its cursor. */
export interface NewSyncEvent {
  readonly action: SyncAction;
  readonly dataType: string;
  readonly dataKey: string;
  /** A JSON object. */
  readonly data: unknown;
}

/**
 * Writes events of a project and wakes its readers; answers the cursor of the last one. They get consecutive cursors.
 *
 * The cursor is a row, not a sequence: its lock is held until the transaction ends, so that cursors become visible in
 * their order and a rollback gives them back. A sequence would let a later cursor be committed first, and a reader
 * that saw it would never look for the earlier one. Therefore call this as the last statement of the transaction
 * (other writers of the project wait from here on), and at READ COMMITTED.
 */
export async function appendSyncEvents(
  tx: Database,
  projectId: string,
  events: readonly NewSyncEvent[],
): Promise<number> {
  if (events.length === 0) throw new RangeError(`no sync events to append to project ${projectId}`);
  const rows = JSON.stringify(events);
  const { rows: written } = await sql<{ cursor: string }>`
    with bump as (
      insert into sync_cursors as c (project_id, cursor) values (${projectId}, ${events.length})
        on conflict (project_id) do update set cursor = c.cursor + excluded.cursor
        returning c.project_id, c.cursor
    ), event as (
      insert into sync_events (project_id, cursor, action, data_type, data_key, data, created_at)
        select b.project_id, b.cursor - ${events.length} + e.n, e.action, e.data_type, e.data_key, e.data,
               clock_timestamp()
        from bump b, rows from (
          json_to_recordset(${rows}::json) as (action text, "dataType" text, "dataKey" text, data json)
        ) with ordinality as e (action, data_type, data_key, data, n)
    )
    select cursor, pg_notify(${SYNC_CHANNEL}, concat(project_id, ':', cursor)) from bump`.execute(tx);
  const last = written[0];
  if (last === undefined) throw new Error(`the sync cursor of project ${projectId} was not moved`);
  return Number(last.cursor);
}

/**
 * The same for events that a statement finds: `rows` selects action, data_type, data_key, data (json) and `n`, which
 * counts them from 1. Without a row nothing happens.
 */
export async function appendSyncEventsOf(tx: Database, projectId: string, rows: RawBuilder<unknown>): Promise<void> {
  await sql`
    with event as materialized (${rows}),
    bump as (
      insert into sync_cursors as c (project_id, cursor)
        select ${projectId}::bigint, e.events from (select count(*) as events from event) e where e.events > 0
        on conflict (project_id) do update set cursor = c.cursor + excluded.cursor
        returning c.project_id, c.cursor
    ), written as (
      insert into sync_events (project_id, cursor, action, data_type, data_key, data, created_at)
        select b.project_id, b.cursor - (select count(*) from event) + e.n, e.action, e.data_type, e.data_key, e.data,
               clock_timestamp()
        from bump b cross join event e
    )
    select pg_notify(${SYNC_CHANNEL}, concat(project_id, ':', cursor)) from bump`.execute(tx);
}

/**
 * The same for events of several projects: `rows` selects project_id besides, and `n` counts those of one project. The
 * cursors are locked in the order of the projects, so that two that do so do not wait for each other.
 */
export async function appendSyncEventsOfProjects(tx: Database, rows: RawBuilder<unknown>): Promise<void> {
  await sql`
    with event as materialized (${rows}),
    bump as (
      insert into sync_cursors as c (project_id, cursor)
        select e.project_id, count(*) from event e group by e.project_id order by e.project_id
        on conflict (project_id) do update set cursor = c.cursor + excluded.cursor
        returning c.project_id, c.cursor
    ), written as (
      insert into sync_events (project_id, cursor, action, data_type, data_key, data, created_at)
        select b.project_id, b.cursor - count(*) over (partition by e.project_id) + e.n, e.action, e.data_type,
               e.data_key, e.data, clock_timestamp()
        from bump b join event e on e.project_id = b.project_id
    )
    select pg_notify(${SYNC_CHANNEL}, concat(project_id, ':', cursor)) from bump`.execute(tx);
}

/** Where the one event of {@link syncEventCtes} comes from: SQL expressions over the columns of `from`. */
export interface SyncEventExpressions {
  /** A CTE (or another row source) of at most one row; without a row there is no event. */
  readonly from: RawBuilder<unknown>;
  readonly projectId: RawBuilder<unknown>;
  readonly action: SyncAction;
  readonly dataType: string;
  readonly dataKey: RawBuilder<unknown>;
  readonly data: RawBuilder<unknown>;
}

/**
 * The same for one event inside a bigger statement, which saves its round trip: two CTEs, `sync_bump` (with the columns
 * project_id and cursor) and `sync_event`, to be written after `with …,`. Both change data, so Postgres runs them
 * whether or not the statement reads them; the notification hangs on the second one for that reason, since a plain
 * SELECT that nobody reads is never run.
 *
 * @example sql`with job as (insert into jobs … returning *), ${syncEventCtes({ from: sql`job`, projectId: sql`job.project_id`, … })} select … from job`
 */
export function syncEventCtes(event: SyncEventExpressions): RawBuilder<unknown> {
  return sql`sync_bump as (
      insert into sync_cursors as c (project_id, cursor) select ${event.projectId}, 1 from ${event.from}
        on conflict (project_id) do update set cursor = c.cursor + 1
        returning c.project_id, c.cursor
    ), sync_event as (
      insert into sync_events (project_id, cursor, action, data_type, data_key, data, created_at)
        select sync_bump.project_id, sync_bump.cursor, ${event.action}::text, ${event.dataType}::text, ${event.dataKey},
               ${event.data}, clock_timestamp()
        from sync_bump cross join ${event.from}
          cross join lateral pg_notify(${SYNC_CHANNEL}, concat(sync_bump.project_id, ':', sync_bump.cursor))
    )`;
}
