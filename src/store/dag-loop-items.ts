import { sql } from 'kysely';
import type { JsonObject, JsonValue } from '../domain/dag-action';
import type { LoopCounts } from '../domain/dag-loop';
import { toStorableJson } from '../domain/storable';
import { ITEM_HAS_COME } from './dag-child-jobs';
import type { Database } from './database';
import { prepared } from './prepared';

/** A loop of a run. Ids are of the store. */
export interface LoopPlace {
  readonly runId: string;
  readonly jobId: string;
  readonly nodeNo: number;
}

export interface LoopItem {
  /** From 0. */
  readonly no: number;
  readonly value: JsonValue;
  readonly state: 'pending' | 'running' | 'waiting';
  /** Those that have begun. */
  readonly attempts: number;
  readonly waiting: JsonObject | null;
  readonly deadlineAt: Date | null;
  readonly startedAt: Date | null;
}

/** What becomes of an item. */
export interface ItemChange {
  readonly no: number;
  readonly state: 'pending' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled';
  readonly attempts: number;
  /** Of a pending item: not before. */
  readonly nextAttemptAt: Date | null;
  readonly output: JsonValue;
  readonly error: { readonly code: string; readonly message: string; readonly retryable: boolean } | null;
  readonly waiting: JsonObject | null;
  readonly wakeAt: Date | null;
  readonly deadlineAt: Date | null;
}

/** Where the items stand; null before they were written. */
export async function countLoopItems(db: Database, { runId, nodeNo }: LoopPlace): Promise<LoopStanding | null> {
  const { rows } = await sql<LoopStanding>`
    select count(*)::int as total, count(*) filter (where state = 'succeeded')::int as succeeded,
      count(*) filter (where state = 'failed')::int as failed,
      count(*) filter (where state in ('pending', 'running', 'waiting'))::int as open,
      count(*) filter (where state = 'waiting')::int as waiting,
      min(case state when 'waiting' then least(wake_at, deadline_at) when 'pending' then next_attempt_at end) as "wakeAt"
    from dag_run_items where run_id = ${runId} and node_no = ${nodeNo}`.execute(db);
  const row = rows[0];
  return row === undefined || row.total === 0 ? null : row;
}

export interface LoopStanding extends LoopCounts {
  readonly waiting: number;
  /** When the first of those that wait for a time is to be looked at; null when none does. */
  readonly wakeAt: Date | null;
}

/** Writes the items, once: false when they are there already. */
export async function insertLoopItems(
  tx: Database,
  { runId, nodeNo }: LoopPlace,
  values: readonly JsonValue[],
): Promise<boolean> {
  await sql`select from dag_run_nodes where run_id = ${runId} and no = ${nodeNo} for no key update`.execute(tx);
  const { numAffectedRows } = await sql`
    insert into dag_run_items (run_id, node_no, no, value)
    select ${runId}, ${nodeNo}, e.no - 1, e.value
    from jsonb_array_elements(${toStorableJson(values)}::jsonb) with ordinality as e (value, no)
    where not exists (select from dag_run_items where run_id = ${runId} and node_no = ${nodeNo})`.execute(tx);
  return Number(numAffectedRows ?? 0) > 0;
}

/**
 * Holds the loop until the end of the transaction: whoever ends the run waits for it. False when items are not to be done
 * any more, or not now.
 */
export async function holdLoop(tx: Database, { jobId, nodeNo }: LoopPlace, cleansUp: boolean): Promise<boolean> {
  const { rows } = await sql<{ goes: boolean }>`${prepared}
    select not k.closed and k.done_at is null and j.finished_at is null
      and (j.control = 'run' or j.control = 'cancel' and ${cleansUp}::boolean) as goes
    from job_chunks k join jobs j on j.id = k.job_id where k.job_id = ${jobId} and k.no = ${nodeNo}
    for share of k`.execute(tx);
  return rows[0]?.goes ?? false;
}

const COLUMNS = sql`i.no, i.value, i.state, i.attempts, i.waiting, i.deadline_at as "deadlineAt",
  i.started_at as "startedAt"`;

/** Up to `limit` items that may begin, in their order, locked. Those with a number of `without` are left out. */
export async function takeLoopItems(
  tx: Database,
  { runId, nodeNo }: LoopPlace,
  limit: number,
  at: Date,
  without: readonly number[] = [],
): Promise<readonly LoopItem[]> {
  const { rows } = await sql<LoopItem>`${prepared}
    select ${COLUMNS} from dag_run_items i
    where i.run_id = ${runId} and i.node_no = ${nodeNo} and i.state in ('pending', 'running')
      and (i.next_attempt_at is null or i.next_attempt_at <= ${at}) and i.no <> all(${without}::int[])
    order by i.no limit ${limit} for update skip locked`.execute(tx);
  return rows;
}

/** Up to `limit` items for which has come what they wait for, or that have waited too long, locked. */
export async function takeDueItems(
  tx: Database,
  { runId, nodeNo }: LoopPlace,
  limit: number,
  at: Date,
): Promise<readonly LoopItem[]> {
  const { rows } = await sql<LoopItem>`${prepared}
    select ${COLUMNS} from dag_run_items i
    where i.run_id = ${runId} and i.node_no = ${nodeNo} and i.state = 'waiting'
      and (least(i.wake_at, i.deadline_at) <= ${at} or ${ITEM_HAS_COME})
    order by i.no limit ${limit} for update of i skip locked`.execute(tx);
  return rows;
}

/** The items that wait, locked. */
export async function takeWaitingItems(tx: Database, { runId, nodeNo }: LoopPlace): Promise<readonly LoopItem[]> {
  const { rows } = await sql<LoopItem>`
    select ${COLUMNS} from dag_run_items i
    where i.run_id = ${runId} and i.node_no = ${nodeNo} and i.state = 'waiting' order by i.no for update`.execute(tx);
  return rows;
}

/** Marks items, in one statement. */
export async function changeLoopItems(
  tx: Database,
  { runId, nodeNo }: LoopPlace,
  changes: readonly ItemChange[],
  now: Date,
): Promise<void> {
  if (changes.length === 0) return;
  await sql`${prepared}
    update dag_run_items i set state = c.state, attempts = c.attempts, next_attempt_at = c."nextAttemptAt",
      output = nullif(c.output, 'null'), error = nullif(c.error, 'null'), waiting = nullif(c.waiting, 'null'),
      wake_at = c."wakeAt", deadline_at = c."deadlineAt", started_at = coalesce(i.started_at, ${now}),
      finished_at = case when c.state in ('succeeded', 'failed', 'cancelled') then ${now}::timestamptz end
    from json_to_recordset(${toStorableJson(changes)}::json) as c (no int, state text, attempts int,
      "nextAttemptAt" timestamptz, output jsonb, error jsonb, waiting jsonb, "wakeAt" timestamptz,
      "deadlineAt" timestamptz)
    where i.run_id = ${runId} and i.node_no = ${nodeNo} and i.no = c.no`.execute(tx);
}

/** What is open is not done any more. */
export async function cancelOpenItems(tx: Database, { runId, nodeNo }: LoopPlace, now: Date): Promise<void> {
  await sql`
    update dag_run_items set state = 'cancelled', finished_at = ${now}, wake_at = null, deadline_at = null
    where run_id = ${runId} and node_no = ${nodeNo} and state in ('pending', 'running', 'waiting')`.execute(tx);
}

/** What the first `limit` items gave; null where one has failed. */
export async function readLoopOutputs(
  db: Database,
  { runId, nodeNo }: LoopPlace,
  limit: number,
): Promise<readonly JsonValue[]> {
  const { rows } = await sql<{ output: JsonValue }>`
    select case when state = 'succeeded' then output end as output from dag_run_items
    where run_id = ${runId} and node_no = ${nodeNo} and no < ${limit} order by no`.execute(db);
  return rows.map(({ output }) => output);
}
