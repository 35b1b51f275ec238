import { type RawBuilder, sql } from 'kysely';
import type { DagDefinition, JsonObject } from '../domain/dag-action';
import { type DagRunStatus, statusOfRun } from '../domain/dag-run';
import type { JobKind, JobOutcome, JobState } from '../domain/job';
import { parseName } from '../domain/names';
import { ASSETS_READABLE_BY_U, WRITE_AND_MANAGE } from './asset-access';
import type { DagRunOrigin } from './dag-run-creation';
import {
  type DagMessageRecord,
  type DagNodeRecord,
  type DagRunRecord,
  type DagRunRow,
  RUN_COLUMNS,
  RUN_FROM,
} from './dag-run-reading';
import type { Database } from './database';

/** A node without an output that is large. */
export interface ShownNode extends DagNodeRecord {
  /** Of its output as JSON; null without one. When it is larger than was asked for, `output` is null. */
  readonly outputBytes: number | null;
}

/** How far a loop is. */
export interface ShownLoop {
  readonly nodeNo: number;
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Of the first items that failed; `no` from 0. */
  readonly faults: readonly { readonly no: number; readonly message: string }[];
}

/** A job that a node has started, which may be a run itself. */
export interface StartedJob {
  readonly nodeNo: number;
  /** From 0; null outside loops. */
  readonly itemNo: number | null;
  readonly token: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly outcome: JobOutcome | null;
  readonly runId: string | null;
}

/** A run that was made of this one, or that this one was made of. */
export interface RelatedRun {
  readonly id: string;
  readonly origin: DagRunOrigin;
}

/** A run as its page shows it: all of it, but each part bounded. */
export interface ShownRun extends Omit<DagRunRecord, 'messages'> {
  readonly inputs: JsonObject;
  readonly definition: DagDefinition;
  /** The newest version of its action. */
  readonly newestVersion: number;
  readonly nodes: readonly ShownNode[];
  /** The last ones, in order. */
  readonly messages: readonly DagMessageRecord[];
  readonly messageCount: number;
  /** Those whose items are known, by node. */
  readonly loops: readonly ShownLoop[];
  /** The first ones, by node. */
  readonly startedJobs: readonly StartedJob[];
  /** Resumed and rerun from this one, oldest first. */
  readonly followers: readonly RelatedRun[];
  /** Whether the viewer may steer its job, read its asset, write it, and start actions. */
  readonly rights: {
    readonly control: boolean;
    readonly read: boolean;
    readonly write: boolean;
    readonly start: boolean;
  };
}

export interface ShownRunBounds {
  /** Of an output that is read. */
  readonly outputBytes: number;
  readonly messages: number;
  readonly startedJobs: number;
}

/**
 * The run of that name, if the viewer may see it: by its id, or by the token or key of its job. Whoever may see its job
 * sees it, and whoever may read its asset and holds ACTIONS_VIEW.
 */
export async function findShownRun(
  db: Database,
  text: string,
  viewer: { readonly id: string },
  bounds: ShownRunBounds,
): Promise<ShownRun | null> {
  const wanted = named(text);
  if (wanted === null) return null;
  const row = await findRow(db, wanted, viewer.id);
  if (row === null) return null;
  const { control, read, write, may_view: _mayView, may_start: start, outcome, hasFailed, ...run } = row;
  const [nodes, messages, loops, startedJobs, followers] = await Promise.all([
    readNodes(db, run.id, bounds.outputBytes),
    readLastMessages(db, run.id, bounds.messages),
    readLoops(db, run.id),
    readStartedJobs(db, run.id, bounds.startedJobs),
    readFollowers(db, run.id),
  ]);
  const status: DagRunStatus = statusOfRun({ state: run.jobState, outcome }, hasFailed);
  return { ...run, status, nodes, messages, loops, startedJobs, followers, rights: { control, read, write, start } };
}

interface Row extends DagRunRow {
  readonly inputs: JsonObject;
  readonly definition: DagDefinition;
  readonly newestVersion: number;
  readonly messageCount: number;
  readonly control: boolean;
  readonly read: boolean;
  readonly write: boolean;
  readonly may_view: boolean;
  readonly may_start: boolean;
}

async function findRow(db: Database, wanted: RawBuilder<unknown>, viewerId: string): Promise<Row | null> {
  const { rows } = await sql<Row>`
    select ${RUN_COLUMNS}, r.inputs, v.definition, a.version as "newestVersion", rights.*,
      (select count(*)::int from dag_run_messages m where m.run_id = r.id) as "messageCount"
    ${RUN_FROM}
      cross join lateral (${rightsOf(viewerId)}) rights
    where ${wanted} and (rights.control or rights.read and rights.may_view)`.execute(db);
  return rows[0] ?? null;
}

/** What a user may do with the run `r` and its job `j`; no row for a user who has ended. */
function rightsOf(viewerId: string): RawBuilder<unknown> {
  const holds = (name: string) => sql`(u.admin or exists (
    select from permissions p where p.user_id = u.id and p.name = ${name}))`;
  return sql`
    select u.admin or j.created_by = u.id or exists (
        select from team_members m join team_access t on t.team_id = m.team_id
        where m.user_id = u.id and t.project_id = j.project_id and t.can_manage) as control,
      asset.write is not null as read, coalesce(asset.write, false) as write,
      ${holds('ACTIONS_VIEW')} as may_view, ${holds('ACTIONS_START')} as may_start
    from users u
      cross join (select r.asset_id) run
      left join lateral (select ${WRITE_AND_MANAGE} ${ASSETS_READABLE_BY_U} and a.id = run.asset_id) asset on true
    where u.id = ${viewerId} and u.deleted_at is null`;
}

function named(text: string): RawBuilder<unknown> | null {
  const name = parseName(text);
  if (name === null) return null;
  return name.by === 'id' ? sql`r.id = ${name.id}` : sql`(j.uuid = ${name.uuid} or j.key = ${text})`;
}

async function readNodes(db: Database, runId: string, maxOutputBytes: number): Promise<readonly ShownNode[]> {
  const { rows } = await sql<ShownNode>`
    select n.no, n.id, n.state, n.cause, n.attempts, n.error, n.waiting, n.wake_at as "wakeAt", n.decision, n.kept,
      n.started_at as "startedAt", n.finished_at as "finishedAt", size.bytes as "outputBytes",
      case when size.bytes <= ${maxOutputBytes} then n.output end as output
    from dag_run_nodes n cross join lateral (select octet_length(n.output::text) as bytes) size
    where n.run_id = ${runId} order by n.no`.execute(db);
  return rows;
}

async function readLastMessages(db: Database, runId: string, limit: number): Promise<readonly DagMessageRecord[]> {
  const { rows } = await sql<DagMessageRecord>`
    select id, node, attempt, message, created_at as "createdAt" from (
      select * from dag_run_messages where run_id = ${runId} order by id desc limit ${limit}) m order by id`.execute(
    db,
  );
  return rows;
}

const MAX_FAULTS = 3;

async function readLoops(db: Database, runId: string): Promise<readonly ShownLoop[]> {
  const { rows } = await sql<ShownLoop>`
    select node_no as "nodeNo", count(*)::int as total, count(*) filter (where state = 'succeeded')::int as succeeded,
      count(*) filter (where state = 'failed')::int as failed, coalesce(json_agg(json_build_object('no', no, 'message',
        error ->> 'message') order by no) filter (where state = 'failed' and nth <= ${MAX_FAULTS}), '[]') as faults
    from (select *, row_number() over (partition by node_no, state order by no) as nth
      from dag_run_items where run_id = ${runId}) i
    group by node_no order by node_no`.execute(db);
  return rows;
}

async function readStartedJobs(db: Database, runId: string, limit: number): Promise<readonly StartedJob[]> {
  const { rows } = await sql<StartedJob>`
    select c.node_no as "nodeNo", c.item_no as "itemNo", j.uuid as token, j.kind, j.state, j.outcome, r.id as "runId"
    from dag_child_jobs c join jobs j on j.id = c.job_id left join dag_action_runs r on r.job_id = j.id
    where c.run_id = ${runId} order by c.node_no, c.item_no, c.job_id limit ${limit}`.execute(db);
  return rows;
}

const MAX_FOLLOWERS = 20;

async function readFollowers(db: Database, runId: string): Promise<readonly RelatedRun[]> {
  const { rows } = await sql<RelatedRun>`
    select id, origin from dag_action_runs where origin_run_id = ${runId} and origin in ('resume', 'rerun')
    order by id limit ${MAX_FOLLOWERS}`.execute(db);
  return rows;
}

/** A run in the list of those of its action. */
export type ListedRun = Omit<DagRunRecord, 'messages'>;

/** Older ones are not looked at, so that the list costs the same however many runs there are. */
const LOOKED_AT = 300;

/** The last runs of an action that the viewer may see, newest first. */
export async function listRunsOfAction(
  db: Database,
  actionId: string,
  viewer: { readonly id: string },
  limit: number,
): Promise<readonly ListedRun[]> {
  const { rows } = await sql<DagRunRow & Pick<Row, 'control' | 'read' | 'write' | 'may_view' | 'may_start'>>`
    select ${RUN_COLUMNS}, rights.* ${RUN_FROM} cross join lateral (${rightsOf(viewer.id)}) rights
    where r.id in (select id from dag_action_runs where action_id = ${actionId} order by id desc limit ${LOOKED_AT})
      and (rights.control or rights.read and rights.may_view)
    order by r.id desc limit ${limit}`.execute(db);
  return rows.map(({ control: _c, read: _r, write: _w, may_view: _v, may_start: _s, outcome, hasFailed, ...run }) => ({
    ...run,
    status: statusOfRun({ state: run.jobState, outcome }, hasFailed),
  }));
}

/** One node of a run that the viewer may see, with its whole output. */
export async function readWholeOutput(db: Database, runId: string, nodeId: string): Promise<unknown> {
  const { rows } = await sql<{ output: unknown }>`
    select output from dag_run_nodes where run_id = ${runId} and id = ${nodeId}`.execute(db);
  return rows[0]?.output ?? null;
}
