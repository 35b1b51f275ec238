import { sql } from 'kysely';
import type { Database } from './database';
import { appendSyncEventsOf } from './sync';

/** What is told of a run, in order. */
export interface NewDagMessage {
  /** The id of a node; null for the run itself. */
  readonly node: string | null;
  readonly attempt: number | null;
  readonly message: string;
}

const MAX_LENGTH = 2_000;

/**
 * Adds messages to a run and tells the readers of its project's sync, if it has one: as the last statement of the
 * transaction.
 */
export async function appendMessages(tx: Database, runId: string, messages: readonly NewDagMessage[]): Promise<void> {
  if (messages.length === 0) return;
  const rows = JSON.stringify(messages.map((each) => ({ ...each, message: each.message.slice(0, MAX_LENGTH) })));
  const { rows: written } = await sql<{ id: string; project_id: string | null }>`
    with message as (
      insert into dag_run_messages (run_id, node, attempt, message)
      select ${runId}, m.node, m.attempt, m.message
      from rows from (json_to_recordset(${rows}::json) as (node text, attempt int, message text))
        with ordinality as m (node, attempt, message, n) order by m.n
      returning id)
    select m.id, j.project_id from message m cross join dag_action_runs r join jobs j on j.id = r.job_id
    where r.id = ${runId} order by m.id`.execute(tx);
  const projectId = written[0]?.project_id ?? null;
  if (projectId === null) return;
  const ids = written.map(({ id }) => id);
  await appendSyncEventsOf(
    tx,
    projectId,
    sql`select 'INSERT'::text as action, 'dag_action_run_messages'::text as data_type, m.id::text as data_key,
      json_build_object('id', m.id, 'dag_action_run', m.run_id, 'job', j.uuid, 'node', m.node, 'attempt', m.attempt,
        'message', m.message, 'created_at', m.created_at) as data, row_number() over (order by m.id) as n
    from dag_run_messages m join dag_action_runs r on r.id = m.run_id join jobs j on j.id = r.job_id
    where m.id = any(${ids}::bigint[])`,
  );
}
