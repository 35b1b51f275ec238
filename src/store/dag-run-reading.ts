import { type RawBuilder, sql } from 'kysely';
import type { DagDefinition, JsonObject, JsonValue } from '../domain/dag-action';
import { toGraph } from '../domain/dag-graph';
import { findQueuedNodes } from '../domain/dag-queued';
import { type DagRunStatus, type NodeState, type OmissionCause, statusOfRun } from '../domain/dag-run';
import type { JobOutcome, JobState } from '../domain/job';
import type { DagRunOrigin } from './dag-run-creation';
import type { Database } from './database';

export interface DagMessageRecord {
  readonly id: string;
  readonly node: string | null;
  readonly attempt: number | null;
  readonly message: string;
  readonly createdAt: Date;
}

/** A run as lists tell of it. */
export interface DagRunRecord {
  readonly id: string;
  /** Of its job. */
  readonly token: string;
  readonly jobId: string;
  readonly status: DagRunStatus;
  readonly jobState: JobState;
  readonly action: {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly category: string;
  };
  readonly version: number;
  readonly origin: DagRunOrigin;
  readonly originRunId: string | null;
  readonly depth: number;
  readonly asset: { readonly id: string; readonly uuid: string; readonly title: string } | null;
  /** An e-mail address. */
  readonly createdBy: string;
  readonly waitingReason: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  /** In order; the first 1,000 of a long run. */
  readonly messages: readonly DagMessageRecord[];
}

export interface DagNodeRecord {
  readonly no: number;
  readonly id: string;
  readonly state: NodeState;
  readonly cause: OmissionCause | null;
  readonly attempts: number;
  readonly output: JsonValue;
  readonly error: { readonly code: string; readonly message: string; readonly retryable: boolean } | null;
  readonly waiting: JsonObject | null;
  readonly wakeAt: Date | null;
  readonly decision: JsonObject | null;
  /** Taken over from an earlier run. */
  readonly kept: boolean;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** A run with its definition and its nodes, in their order. */
export interface DagRunDetails extends DagRunRecord {
  readonly inputs: JsonObject;
  readonly definition: DagDefinition;
  readonly nodes: readonly DagNodeRecord[];
}

const MAX_MESSAGES = 1_000;

const MESSAGES = sql`coalesce((
  select json_agg(json_build_object('id', m.id::text, 'node', m.node, 'attempt', m.attempt, 'message', m.message,
    'createdAt', m.created_at) order by m.id)
  from (select * from dag_run_messages where run_id = r.id order by id limit ${sql.lit(MAX_MESSAGES)}) m), '[]')`;

/** Whether a node has failed for which the run counts as failed. */
export const HAS_FAILED = sql`exists (select from dag_run_nodes n
  cross join lateral (select d.node ->> 'onFailure' as on_failure
    from jsonb_array_elements(v.definition -> 'nodes') with ordinality as d (node, no) where d.no = n.no) d
  where n.run_id = r.id and n.state = 'failed' and d.on_failure <> 'continue')`;

/** What is told of a run `r` with its job `j`, action `a` at its version `v`, asset `s` and creator `u`: {@link RUN_FROM}. */
export const RUN_COLUMNS = sql`r.id, j.uuid as token, j.id as "jobId", j.state as "jobState", j.outcome, ${HAS_FAILED} as "hasFailed",
  json_build_object('id', a.id::text, 'name', a.name, 'description', v.description, 'category', v.category) as action,
  r.version, r.origin, r.origin_run_id as "originRunId", r.depth,
  case when s.id is not null then json_build_object('id', s.id::text, 'uuid', s.uuid, 'title', s.title) end as asset,
  u.email as "createdBy", j.waiting_reason as "waitingReason", r.created_at as "createdAt",
  j.finished_at as "finishedAt"`;

const COLUMNS = sql`${RUN_COLUMNS}, ${MESSAGES} as messages`;

export const RUN_FROM = sql`from dag_action_runs r join jobs j on j.id = r.job_id join users u on u.id = j.created_by
  join dag_actions a on a.id = r.action_id
  join dag_action_versions v on v.action_id = r.action_id and v.version = r.version
  left join assets s on s.id = r.asset_id`;

/** {@link RUN_COLUMNS} as they are read. */
export interface DagRunRow extends Omit<DagRunRecord, 'status' | 'messages'> {
  readonly outcome: JobOutcome | null;
  readonly hasFailed: boolean;
}

interface DetailsRow extends Row {
  readonly inputs: JsonObject;
  readonly definition: DagDefinition;
  readonly isCancelled: boolean;
}

interface Row extends DagRunRow {
  readonly messages: readonly (Omit<DagMessageRecord, 'createdAt'> & { readonly createdAt: string })[];
}

/** The runs of an asset, newest first. */
export async function listDagRuns(
  db: Database,
  assetId: string,
  { before = null, limit }: { readonly before?: string | null; readonly limit: number },
): Promise<readonly DagRunRecord[]> {
  const { rows } = await sql<Row>`
    select ${COLUMNS} ${RUN_FROM} where r.asset_id = ${assetId} and (${before}::bigint is null or r.id < ${before})
    order by r.id desc limit ${limit}`.execute(db);
  return rows.map(toRecord);
}

/** One run by its id; null when there is none. Whether the caller may see it is for the caller's side to find out. */
export function readDagRun(db: Database, runId: string): Promise<DagRunDetails | null> {
  return readDetails(db, sql`r.id = ${runId}`);
}

/** The run of a job, by its token; null when there is none. */
export function readDagRunOfJob(db: Database, token: string): Promise<DagRunDetails | null> {
  return readDetails(db, sql`j.uuid = ${token}`);
}

async function readDetails(db: Database, wanted: RawBuilder<unknown>): Promise<DagRunDetails | null> {
  const { rows } = await sql<DetailsRow>`
    select ${COLUMNS}, r.inputs, v.definition, j.control = 'cancel' as "isCancelled" ${RUN_FROM} where ${wanted}`.execute(
    db,
  );
  const row = rows[0];
  if (row === undefined) return null;
  const { inputs, definition, isCancelled, ...run } = row;
  const nodes = await readDagNodes(db, row.id);
  const { failFast } = definition;
  const queued = findQueuedNodes(toGraph(definition), nodes, { jobState: row.jobState, isCancelled, failFast });
  const shown = nodes.map((node, at) => (queued.has(at) ? { ...node, state: 'queued' as const } : node));
  return { ...toRecord(run), inputs, definition, nodes: shown };
}

/** The nodes of a run, in the order of its definition. */
export async function readDagNodes(db: Database, runId: string): Promise<readonly DagNodeRecord[]> {
  const { rows } = await sql<DagNodeRecord>`
    select no, id, state, cause, attempts, output, error, waiting, wake_at as "wakeAt", decision, kept,
      started_at as "startedAt", finished_at as "finishedAt"
    from dag_run_nodes where run_id = ${runId} order by no`.execute(db);
  return rows;
}

/** What a run has told after a message, in order. */
export async function listDagMessages(
  db: Database,
  runId: string,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly DagMessageRecord[]> {
  const { rows } = await sql<DagMessageRecord>`
    select id, node, attempt, message, created_at as "createdAt" from dag_run_messages
    where run_id = ${runId} and id > ${after} order by id limit ${limit}`.execute(db);
  return rows;
}

function toRecord({ outcome, hasFailed, messages, ...row }: Row): DagRunRecord {
  return {
    ...row,
    status: statusOfRun({ state: row.jobState, outcome }, hasFailed),
    messages: messages.map((each) => ({ ...each, createdAt: new Date(each.createdAt) })),
  };
}
