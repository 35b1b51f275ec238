import { type RawBuilder, sql } from 'kysely';
import type { Counts, JobKind, JobOutcome, JobState } from '../domain/job';
import type { PaceSample } from '../domain/job-pace';
import { type SteppedNode, toStep } from '../domain/dag-run-steps';
import type { JobStep } from '../domain/job-step';
import type { Name } from '../domain/names';
import { ASSETS_READABLE_BY_U } from './asset-access';
import type { Database } from './database';

/** A job that was made from another one; `child`: by a node of that run. */
export interface JobChild {
  readonly relation: 'retry' | 'undo' | 'child';
  readonly token: string;
}

/** A job as its readers see it. Names are uuids, people are e-mail addresses. */
export interface JobRecord {
  readonly id: string;
  readonly token: string;
  readonly kind: JobKind;
  readonly projectUuid: string | null;
  readonly state: JobState;
  readonly outcome: JobOutcome | null;
  readonly counts: Counts;
  readonly waitingReason: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly createdBy: string;
  readonly retryOf: string | null;
  readonly undoOf: string | null;
  /** Jobs that retry or undo this one, oldest first, and after them the newest hundred that its nodes have started. */
  readonly children: readonly JobChild[];
  /** In their order; none for a kind that has no steps. */
  readonly steps: readonly JobStep[];
  /** The uuid of an asset that has the same file already, if the viewer may read it; see ingests.duplicate_of. */
  readonly duplicateOf: string | null;
  /** Counts the changes of the job. */
  readonly version: number;
  /** Samples of its progress while it ran; see domain/job-pace. */
  readonly pace: readonly (PaceSample | null)[];
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly updatedAt: Date;
  readonly finishedAt: Date | null;
  /** When its details were removed; see domain/job-retention. */
  readonly prunedAt: Date | null;
}

/** Who asks. A job is shown to its creator, to managers of its project and to administrators; to others it is not there. */
export interface JobViewer {
  readonly id: string;
  readonly admin: boolean;
}

/** Counts as Postgres gives them: bigint as decimal text. */
export interface CountsRow {
  readonly total: string | null;
  readonly succeeded: string;
  readonly skipped: string;
  readonly failed: string;
  readonly remaining: string | null;
}

/** With instants as the texts that JSON has for them. */
type WithTexts<Thing> = { [Key in keyof Thing]: Date extends Thing[Key] ? string | null : Thing[Key] };

interface JobRow extends CountsRow {
  id: string;
  token: string;
  kind: JobKind;
  project_uuid: string | null;
  state: JobState;
  outcome: JobOutcome | null;
  waiting_reason: string | null;
  error: { code: string; message: string } | null;
  created_by: string;
  retry_of: string | null;
  undo_of: string | null;
  children: JobChild[];
  steps: WithTexts<JobStep>[];
  nodes: WithTexts<SteppedNode>[] | null;
  duplicate_of: string | null;
  version: string;
  pace: (PaceSample | null)[];
  created_at: Date;
  started_at: Date | null;
  updated_at: Date;
  finished_at: Date | null;
  pruned_at: Date | null;
}

/** A loop may have started thousands of jobs, and each change of a job is told with all of them. */
const MAX_STARTED = 100;

const CHILDREN = sql`coalesce((
  select json_agg(json_build_object('relation', c.relation, 'token', c.uuid) order by c.relation = 'child', c.id) from (
    select id, uuid, case when undo_of is null then 'retry' else 'undo' end as relation
    from jobs where retry_of = j.id or undo_of = j.id
    union all
    (select k.id, k.uuid, 'child' from dag_action_runs r join dag_child_jobs d on d.run_id = r.id
      join jobs k on k.id = d.job_id
      where j.kind = 'dag_action_run' and r.job_id = j.id order by k.id desc limit ${sql.lit(MAX_STARTED)})) c), '[]')`;

const STEPS = sql`coalesce((
  select json_agg(json_build_object('name', s.name, 'state', s.state, 'startedAt', s.started_at,
    'finishedAt', s.finished_at, 'message', s.message) order by s.no) from job_steps s where s.job_id = j.id), '[]')`;

/** Of a run of an action its nodes, of which its steps are made; null for other kinds. */
const NODES = sql`case when j.kind = 'dag_action_run' then coalesce((
  select json_agg(json_build_object('id', n.id, 'state', n.state, 'cause', n.cause, 'attempts', n.attempts,
    'error', n.error ->> 'message', 'waiting', n.waiting, 'wakeAt', n.wake_at, 'kept', n.kept,
    'startedAt', n.started_at, 'finishedAt', n.finished_at) order by n.no)
  from dag_action_runs r join dag_run_nodes n on n.run_id = r.id where r.job_id = j.id), '[]') end`;

/** Of the job of one file; null when the viewer may not read that asset. */
const duplicateFor = (viewerId: string | null) => sql`(
  select twin.uuid from ingests n join users u on u.id = ${viewerId} and u.deleted_at is null
    cross join lateral (select a.uuid ${ASSETS_READABLE_BY_U} and a.uuid = n.duplicate_of) twin
  where n.job_id = j.id and n.line = 1 and n.duplicate_of is not null and j.kind = 'ingest_media')`;

const columnsFor = (
  viewerId: string | null,
) => sql`j.id, j.uuid as token, j.kind, p.uuid as project_uuid, j.state, j.outcome, j.total, j.succeeded,
  j.skipped, j.failed, j.remaining, j.waiting_reason, j.error, u.email as created_by, r.uuid as retry_of,
  o.uuid as undo_of, ${CHILDREN} as children, ${STEPS} as steps, ${NODES} as nodes,
  ${duplicateFor(viewerId)} as duplicate_of, j.version, j.pace, j.created_at, j.started_at, j.updated_at, j.finished_at,
  j.pruned_at`;

const JOINS = sql`join users u on u.id = j.created_by
  left join projects p on p.id = j.project_id
  left join jobs r on r.id = j.retry_of
  left join jobs o on o.id = j.undo_of`;

const managedProjects = (viewerId: string): RawBuilder<unknown> => sql`
  select distinct a.project_id from team_members m join team_access a on a.team_id = m.team_id
  where m.user_id = ${viewerId} and a.can_manage`;

/** A name as a condition on `jobs j`. A job that was given a foreign uuid has a key of its own, hence the third form. */
function named(name: Name, text: string): RawBuilder<unknown> {
  if (name.by === 'id') return sql`j.id = ${name.id}`;
  return sql`(j.uuid = ${name.uuid} or j.key = ${text})`;
}

/** The job of that name, if the viewer may see it; `text` is what the caller wrote and `name` what it was read as. */
export async function findJob(db: Database, name: Name, text: string, viewer: JobViewer): Promise<JobRecord | null> {
  const mayRead = viewer.admin
    ? sql`true`
    : sql`(j.created_by = ${viewer.id} or j.project_id in (${managedProjects(viewer.id)}))`;
  const { rows } = await sql<JobRow>`
    select ${columnsFor(viewer.id)} from jobs j ${JOINS} where ${named(name, text)} and ${mayRead}`.execute(db);
  return rows[0] === undefined ? null : toJobRecord(rows[0]);
}

/** The job with that token, whoever asks: for the workflow and for who has just made it, whose id may be told. */
export async function readJob(db: Database, token: string, viewerId: string | null = null): Promise<JobRecord | null> {
  const { rows } = await sql<JobRow>`
    select ${columnsFor(viewerId)} from jobs j ${JOINS} where j.uuid = ${token}`.execute(db);
  return rows[0] === undefined ? null : toJobRecord(rows[0]);
}

export interface JobFilter {
  readonly state?: JobState | undefined;
  readonly kind?: JobKind | undefined;
  /** Store id of a project. */
  readonly projectId?: string | undefined;
  /** Only jobs made before the one with this id. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/**
 * The jobs that the viewer may see, newest first. Each way of being allowed is walked along its own index and cut at
 * the limit, so that the length of other people's lists does not matter.
 */
export async function listJobs(db: Database, viewer: JobViewer, filter: JobFilter): Promise<JobRecord[]> {
  const wanted = sql`(${filter.before ?? null}::bigint is null or j.id < ${filter.before ?? null})
    and (${filter.state ?? null}::text is null or j.state = ${filter.state ?? null})
    and (${filter.kind ?? null}::text is null or j.kind = ${filter.kind ?? null})`;
  const newest = sql`order by j.id desc limit ${filter.limit}`;
  const inProject = sql`${filter.projectId ?? null}::bigint is null or j.project_id = ${filter.projectId ?? null}`;
  const own = sql`(select j.id from jobs j where j.created_by = ${viewer.id} and (${inProject}) and ${wanted} ${newest})`;
  const managed = sql`(select x.id from (${managedProjects(viewer.id)}) m cross join lateral
    (select j.id from jobs j where j.project_id = m.project_id and (${inProject}) and ${wanted} ${newest}) x)`;
  const ofProject = sql`(select j.id from jobs j where j.project_id = ${filter.projectId} and ${wanted} ${newest})`;
  const all = sql`(select j.id from jobs j where ${wanted} ${newest})`;
  const everything = filter.projectId === undefined ? all : ofProject;
  const visible = viewer.admin ? everything : sql`${own} union ${managed}`;
  const { rows } = await sql<JobRow>`
    select ${columnsFor(viewer.id)} from (select id from (${visible}) v order by id desc limit ${filter.limit}) v
      join jobs j on j.id = v.id ${JOINS} order by j.id desc`.execute(db);
  return rows.map(toJobRecord);
}

function toJobRecord(row: JobRow): JobRecord {
  return {
    id: row.id,
    token: row.token,
    kind: row.kind,
    projectUuid: row.project_uuid,
    state: row.state,
    outcome: row.outcome,
    counts: toCounts(row),
    waitingReason: row.waiting_reason,
    error: row.error,
    createdBy: row.created_by,
    retryOf: row.retry_of,
    undoOf: row.undo_of,
    children: row.children,
    steps: row.nodes === null ? row.steps.map(withDates) : row.nodes.map(toNodeStep),
    duplicateOf: row.duplicate_of,
    version: Number(row.version),
    pace: row.pace,
    createdAt: row.created_at,
    startedAt: row.started_at,
    updatedAt: row.updated_at,
    finishedAt: row.finished_at,
    prunedAt: row.pruned_at,
  };
}

const toDate = (text: string | null) => (text === null ? null : new Date(text));

function withDates(step: WithTexts<JobStep>): JobStep {
  return { ...step, startedAt: toDate(step.startedAt), finishedAt: toDate(step.finishedAt) };
}

function toNodeStep(node: WithTexts<SteppedNode>): JobStep {
  const { wakeAt, startedAt, finishedAt } = node;
  return toStep({ ...node, wakeAt: toDate(wakeAt), startedAt: toDate(startedAt), finishedAt: toDate(finishedAt) });
}

/** The counts of a row as numbers. */
export function toCounts(row: CountsRow): Counts {
  return {
    total: row.total === null ? null : Number(row.total),
    succeeded: Number(row.succeeded),
    skipped: Number(row.skipped),
    failed: Number(row.failed),
    remaining: row.remaining === null ? null : Number(row.remaining),
  };
}
