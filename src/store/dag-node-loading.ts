import { sql } from 'kysely';
import type { JsonObject } from '../domain/dag-action';
import type { NodeState, OmissionCause } from '../domain/dag-run';
import type { Counts, JobControl, JobState } from '../domain/job';
import type { Database } from './database';
import { type CountsRow, toCounts } from './jobs';
import { prepared } from './prepared';

/** The run that a node belongs to, and its job as it stands. */
export interface LoadedRun {
  readonly runId: string;
  readonly jobId: string;
  readonly token: string;
  readonly depth: number;
  readonly actionId: string;
  readonly actionName: string;
  readonly version: number;
  readonly inputs: JsonObject;
  readonly asset: { readonly id: string; readonly uuid: string };
  /** Null for an asset outside any project. */
  readonly project: { readonly id: string; readonly uuid: string } | null;
  readonly user: { readonly id: string; readonly uuid: string; readonly email: string; readonly admin: boolean };
  readonly job: {
    readonly state: JobState;
    readonly control: JobControl;
    readonly counts: Counts;
    readonly createdAt: Date;
  };
}

/** A node as it stands. */
export interface LoadedNode {
  /** From 1. */
  readonly no: number;
  readonly id: string;
  readonly state: NodeState;
  readonly cause: OmissionCause | null;
  /** Those that have begun. */
  readonly attempts: number;
  readonly waiting: JsonObject | null;
  readonly wakeAt: Date | null;
  readonly deadlineAt: Date | null;
  readonly startedAt: Date | null;
  /** Other nodes of the run wait, so that what the run says it waits for stays. */
  readonly othersWait: boolean;
}

export interface NodePlaceInRun {
  readonly run: LoadedRun;
  readonly node: LoadedNode;
}

interface RunRow extends CountsRow {
  run_id: string;
  job_id: string;
  depth: number;
  action_id: string;
  action_name: string;
  version: number;
  inputs: JsonObject;
  asset_id: string;
  asset_uuid: string | null;
  project_id: string | null;
  project_uuid: string | null;
  user_id: string;
  user_uuid: string;
  email: string;
  admin: boolean;
  job_state: JobState;
  control: JobControl;
  created_at: Date;
}

interface NodeRow extends RunRow, LoadedNode {}

const RUN_COLUMNS = sql`a.name as action_name, s.uuid as asset_uuid, p.id as project_id, p.uuid as project_uuid,
  u.id as user_id, u.uuid as user_uuid, u.email, u.admin, j.state as job_state, j.control, j.created_at, j.total,
  j.succeeded, j.skipped, j.failed, j.remaining`;

/**
 * A node of a run with all that a step of it needs; the node and its chunk are locked until the end of the transaction, by
 * which whoever ends or pauses the job waits for the step. The job is not: the steps of a wide graph would wait for one
 * another from beginning to end. What is read of it here is held against it by recordProgress. Null when there is no such
 * node.
 */
export async function lockNode(tx: Database, token: string, node: string): Promise<NodePlaceInRun | null> {
  const { rows } = await sql<NodeRow>`${prepared}
    with held as materialized (
      select n.run_id, n.no, n.id, n.state, n.cause, n.attempts, n.waiting, n.wake_at as "wakeAt",
        n.deadline_at as "deadlineAt", n.started_at as "startedAt", r.job_id, r.depth, r.action_id, r.version, r.inputs,
        r.asset_id
      from jobs o join dag_action_runs r on r.job_id = o.id join dag_run_nodes n on n.run_id = r.id
        join job_chunks k on k.job_id = o.id and k.no = n.no
      where o.uuid = ${token} and n.id = ${node} for update of n, k)
    select h.*, ${RUN_COLUMNS},
      exists (select from dag_run_nodes w where w.run_id = h.run_id and w.no <> h.no and w.state = 'waiting') as "othersWait"
    from held h join jobs j on j.id = h.job_id join users u on u.id = j.created_by
      join dag_actions a on a.id = h.action_id left join assets s on s.id = h.asset_id
      left join projects p on p.id = j.project_id`.execute(tx);
  const row = rows[0];
  if (row === undefined) return null;
  return { run: toRun(token, row), node: toNode(row) };
}

/**
 * Locks the job of a run, before a step that takes the cursor of sync itself: for everybody the cursor comes after the
 * job.
 */
export async function lockJobOfRun(tx: Database, jobId: string): Promise<void> {
  await sql`${prepared} select from jobs where id = ${jobId} for no key update`.execute(tx);
}

/** The run of an open job, its job locked; null when it has ended, or when there is none. After the nodes that change. */
export async function lockRun(tx: Database, token: string): Promise<LoadedRun | null> {
  const { rows } = await sql<RunRow>`
    select r.id as run_id, r.job_id, r.depth, r.action_id, r.version, r.inputs, r.asset_id, ${RUN_COLUMNS}
    from jobs j join dag_action_runs r on r.job_id = j.id join users u on u.id = j.created_by
      join dag_actions a on a.id = r.action_id left join assets s on s.id = r.asset_id
      left join projects p on p.id = j.project_id
    where j.uuid = ${token} and j.finished_at is null for no key update of j`.execute(tx);
  const [row] = rows;
  return row === undefined ? null : toRun(token, row);
}

function toRun(token: string, row: RunRow): LoadedRun {
  const { project_id: id, project_uuid: uuid } = row;
  return {
    runId: row.run_id,
    jobId: row.job_id,
    token,
    depth: row.depth,
    actionId: row.action_id,
    actionName: row.action_name,
    version: row.version,
    inputs: row.inputs,
    // One that has been deleted for good is no reason to know nothing of its run.
    asset: { id: row.asset_id, uuid: row.asset_uuid ?? '' },
    project: id === null || uuid === null ? null : { id, uuid },
    user: { id: row.user_id, uuid: row.user_uuid, email: row.email, admin: row.admin },
    job: { state: row.job_state, control: row.control, counts: toCounts(row), createdAt: row.created_at },
  };
}

function toNode(row: NodeRow): LoadedNode {
  const { no, id, state, cause, attempts, waiting, wakeAt, deadlineAt, startedAt, othersWait } = row;
  return { no, id, state, cause, attempts, waiting, wakeAt, deadlineAt, startedAt, othersWait };
}

/** The id of a node that may have begun something to let go of; null when it has not, or has ended. */
export async function findNodeId(db: Database, token: string, no: number): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select n.id from jobs j join dag_action_runs r on r.job_id = j.id join dag_run_nodes n on n.run_id = r.id
    where j.uuid = ${token} and n.no = ${no} and n.state in ('running', 'waiting') and n.attempts > 0`.execute(db);
  return rows[0]?.id ?? null;
}
