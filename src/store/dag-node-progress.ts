import { type RawBuilder, sql } from 'kysely';
import type { JsonObject, JsonValue } from '../domain/dag-action';
import { hasNodeEnded, type NodeState, type OmissionCause } from '../domain/dag-run';
import type { Counts } from '../domain/job';
import { toStorableJson } from '../domain/storable';
import { toJobEventData } from '../domain/sync';
import { Overtaken } from './contention';
import type { LoadedRun } from './dag-node-loading';
import type { NewDagMessage } from './dag-run-messages';
import type { Database } from './database';
import { type CountsRow, toCounts } from './jobs';
import { prepared } from './prepared';
import { SYNC_CHANNEL } from './sync';

/** What becomes of one node. */
export interface NodeChange {
  readonly no: number;
  readonly state: NodeState;
  readonly cause: OmissionCause | null;
  readonly attempts: number;
  readonly output: JsonValue;
  readonly error: { readonly code: string; readonly message: string; readonly retryable: boolean } | null;
  readonly waiting: JsonObject | null;
  readonly wakeAt: Date | null;
  readonly deadlineAt: Date | null;
}

/** A step of a run: nodes that change, and what is told of it. */
export interface RunProgress {
  readonly changes: readonly NodeChange[];
  readonly messages: readonly NewDagMessage[];
  /** What the run waits for from now on; undefined: what it says already. */
  readonly reason: string | null | undefined;
}

/** The same as in dag-run-messages. */
const MAX_LENGTH = 2_000;

/**
 * Records a step of a run in one statement: its nodes, their chunks, the counts of the job, the messages, and the sync
 * events of both. The nodes and their chunks are locked by {@link lockNode}. Answers the counts. The last statement of its
 * transaction, since it takes the cursor of sync.
 * @throws Overtaken when people have steered the job since it was read
 */
export async function recordProgress(
  tx: Database,
  run: LoadedRun,
  { changes, messages, reason }: RunProgress,
  now: Date,
): Promise<Counts> {
  const ends = (...states: readonly NodeState[]) => changes.filter(({ state }) => states.includes(state)).length;
  const isStopped = run.job.control !== 'run';
  const { rows } = await sql<CountsRow>`${prepared}
    with change as materialized (
      select c.*, c.state in ('succeeded', 'failed', 'skipped', 'omitted') as counts, c.state in ('succeeded', 'failed',
        'skipped', 'omitted', 'cancelled') as ends
      from json_to_recordset(${toStorableJson(changes)}::json) as c (no int, state text, cause text, attempts int,
        output jsonb, error jsonb, waiting jsonb, "wakeAt" timestamptz, "deadlineAt" timestamptz)
    ), node as (
      update dag_run_nodes n set state = c.state, cause = c.cause, attempts = c.attempts,
        output = nullif(c.output, 'null'), error = nullif(c.error, 'null'), waiting = nullif(c.waiting, 'null'),
        wake_at = c."wakeAt", deadline_at = c."deadlineAt",
        started_at = case when c.attempts > 0 then coalesce(n.started_at, ${now}) end,
        finished_at = case when c.ends then ${now}::timestamptz end
      from change c where n.run_id = ${run.runId} and n.no = c.no
    ), chunk as (
      update job_chunks k set done_at = ${now}, succeeded = (c.state = 'succeeded')::int,
        skipped = (c.state in ('skipped', 'omitted'))::int, failed = (c.state = 'failed')::int
      from change c where k.job_id = ${run.jobId} and k.no = c.no and c.counts
    ), job as (
      update jobs set succeeded = succeeded + ${ends('succeeded')}::int, skipped = skipped + ${ends('skipped', 'omitted')}::int,
        failed = failed + ${ends('failed')}::int, updated_at = ${now},
        waiting_reason = case when ${isStopped || reason === undefined} then waiting_reason else ${reason ?? null} end
      where id = ${run.jobId} and state = ${run.job.state} and control = ${run.job.control}
      returning total, succeeded, skipped, failed, remaining
    ), message as (
      insert into dag_run_messages (run_id, node, attempt, message)
      select ${run.runId}, m.node, m.attempt, left(m.message, ${MAX_LENGTH})
      from rows from (json_to_recordset(${toStorableJson(messages)}::json) as (node text, attempt int, message text))
        with ordinality as m (node, attempt, message, n) order by m.n
      returning id, run_id, node, attempt, message, created_at
    )${run.project === null ? sql`` : syncEvents(run, run.project, now)}
    select * from job`.execute(tx);
  const [job] = rows;
  if (job === undefined) throw new Overtaken(`job ${run.token} was steered while a node of it was at work`);
  return toCounts(job);
}

/** The events of the messages, in their order, and behind them that of the job. */
function syncEvents(
  run: LoadedRun,
  project: { readonly id: string; readonly uuid: string },
  now: Date,
): RawBuilder<unknown> {
  const { state, createdAt, counts } = run.job;
  const data = toJobEventData({
    projectUuid: project.uuid,
    kind: 'dag_action_run',
    state,
    outcome: null,
    counts,
    createdAt,
    updatedAt: now,
  });
  return sql`, event as materialized (
      select 'INSERT' as action, 'dag_action_run_messages' as data_type, m.id::text as data_key,
        json_build_object('id', m.id, 'dag_action_run', m.run_id, 'job', ${run.token}::text, 'node', m.node,
          'attempt', m.attempt, 'message', m.message, 'created_at', m.created_at) as data,
        row_number() over (order by m.id) as n
      from message m
      union all
      select 'UPDATE', 'jobs', ${run.token}::text, jsonb_set(${JSON.stringify(data)}::jsonb, '{info}',
          ${JSON.stringify(data.info)}::jsonb || to_jsonb(job))::json, (select count(*) + 1 from message)
      from job
    ), bump as (
      insert into sync_cursors as c (project_id, cursor)
        select ${project.id}::bigint, (select count(*) from event)
        on conflict (project_id) do update set cursor = c.cursor + excluded.cursor
        returning c.project_id, c.cursor
    ), written as (
      insert into sync_events (project_id, cursor, action, data_type, data_key, data, created_at)
        select b.project_id, b.cursor - (select count(*) from event) + e.n, e.action, e.data_type, e.data_key, e.data,
          clock_timestamp()
        from bump b cross join event e
          cross join lateral pg_notify(${SYNC_CHANNEL}, concat(b.project_id, ':', b.cursor))
    )`;
}

/** What a node that ends, or is tried again, no longer has. */
export const NOTHING_AWAITED = { waiting: null, wakeAt: null, deadlineAt: null } as const;

/** Whether a step may still change the node: one that has ended stays as it is. */
export function isOpen({ state }: { readonly state: NodeState }): boolean {
  return !hasNodeEnded(state);
}
