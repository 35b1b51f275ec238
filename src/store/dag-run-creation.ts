import { sql } from 'kysely';
import type { JsonObject } from '../domain/dag-action';
import type { DagActionRecord } from './dag-actions';
import { appendMessages } from './dag-run-messages';
import type { Database } from './database';
import { createJob, findSameRequest, type Idempotency, type NewJob, tellNewJob } from './job-creation';
import type { DispatchableJob } from './job-dispatch';

export type DagRunOrigin = 'start' | 'resume' | 'rerun' | 'child';

/** One run of an action on an asset, by somebody who may start actions. */
export interface DagRunOrder {
  /** Of its job. */
  readonly token: string;
  readonly action: Pick<DagActionRecord, 'id' | 'version' | 'definition'>;
  readonly asset: { readonly id: string; readonly uuid: string };
  /** Of the asset; null outside any. */
  readonly project: { readonly id: string; readonly uuid: string } | null;
  readonly actor: { readonly id: string; readonly uuid: string };
  /** Complete and checked: with the defaults of the action. */
  readonly inputs: JsonObject;
  readonly origin: DagRunOrigin;
  /** The run (store id) that it resumes, reruns, or is inside of. */
  readonly originRunId: string | null;
  /** Nodes that are not run again: what they gave in the origin run is kept. */
  readonly keptNodes: readonly string[];
  /** Nodes that are left out, as if what they need had failed. */
  readonly leftNodes?: readonly string[];
  /** The job (store id) that this one retries: that of a run which is resumed. */
  readonly retriedJobId?: string;
  /** How many runs it lies inside of. */
  readonly depth: number;
  readonly idempotency: Idempotency | null;
  /** True when the workflow runs already. */
  readonly dispatched: boolean;
  readonly now: Date;
}

/** `busy`: the action has a run on the asset already, and its definition refuses a second one. */
export type DagRunCreation =
  | { readonly kind: 'created'; readonly runId: string; readonly job: DispatchableJob }
  | { readonly kind: 'existing'; readonly token: string }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'busy'; readonly runId: string };

/** What the first message of every run says (the Media Pocket API). */
export const SET_IN_QUEUE = 'Set in queue...';

/**
 * Commits the job of a run with its nodes and its first message, in one transaction. Two calls with the same token or
 * Idempotency-Key make one run.
 */
export async function createDagRun(db: Database, order: DagRunOrder): Promise<DagRunCreation> {
  return db.isTransaction ? create(db, order) : db.transaction().execute((tx) => create(tx, order));
}

async function create(tx: Database, order: DagRunOrder): Promise<DagRunCreation> {
  const { token, action, asset, project, actor, idempotency, retriedJobId, now } = order;
  if (action.definition.concurrency === 'reject') {
    await lockTurns(tx, action.id, asset.id);
    // Repeated, a request must meet its own run and not be refused because of it.
    const repeated = idempotency === null ? null : await findSameRequest(tx, actor.id, idempotency);
    if (repeated !== null) return repeated;
    const runId = await findOpenRun(tx, action.id, asset.id, token);
    if (runId !== null) return { kind: 'busy', runId };
  }
  const input = { asset: asset.uuid, run_ref: token, requested_by: actor.uuid };
  const job = {
    token,
    kind: 'dag_action_run',
    projectUuid: project?.uuid ?? null,
    ownerUuid: actor.uuid,
    input,
  } as const;
  const newJob: NewJob = {
    token,
    kind: job.kind,
    project,
    createdBy: actor.id,
    input,
    selection: { parentId: null, assetIds: [asset.id], rules: [] },
    ...(retriedJobId !== undefined && { origin: { relation: 'retry', jobId: retriedJobId } }),
    idempotency,
    dispatched: order.dispatched,
    toldLater: true,
    now,
  };
  const creation = await createJob(tx, newJob);
  if (creation.kind !== 'created') return creation;
  const runId = await insertRun(tx, order);
  await tellNewJob(tx, newJob);
  await appendMessages(tx, runId, [{ node: null, attempt: null, message: SET_IN_QUEUE }]);
  return { kind: 'created', runId, job };
}

async function insertRun(tx: Database, order: DagRunOrder): Promise<string> {
  const { token, action, asset, now } = order;
  const ids = action.definition.nodes.map(({ id }) => id);
  const left = order.leftNodes ?? [];
  const { rows } = await sql<{ id: string }>`
    with run as (
      insert into dag_action_runs (job_id, action_id, version, asset_id, inputs, origin, origin_run_id, depth, created_at)
      select j.id, ${action.id}, ${action.version}, ${asset.id}, ${JSON.stringify(order.inputs)}::jsonb, ${order.origin},
        ${order.originRunId}, ${order.depth}, ${now}
      from jobs j where j.uuid = ${token} returning id
    ), node as (
      insert into dag_run_nodes (run_id, no, id, state, cause, attempts, output, kept, started_at, finished_at)
      select run.id, n.no, n.id,
        case when n.id = any(${left}::text[]) then 'omitted' else coalesce(o.state, 'pending') end,
        case when n.id = any(${left}::text[]) then 'failure' end, coalesce(o.attempts, 0), o.output,
        o.id is not null or n.id = any(${left}::text[]), o.started_at,
        case when n.id = any(${left}::text[]) then ${now}::timestamptz else o.finished_at end
      from run cross join unnest(${ids}::text[]) with ordinality as n (id, no)
        left join dag_run_nodes o on o.run_id = ${order.originRunId} and o.id = n.id
          and o.id = any(${order.keptNodes}::text[]) and o.state in ('succeeded', 'skipped')
    )
    select id from run`.execute(tx);
  const [run] = rows;
  if (run === undefined) throw new Error(`job ${token} has no run`);
  return run.id;
}

/** Runs of the action on the asset begin one after another: their turn is decided under this lock. */
export async function lockTurns(tx: Database, actionId: string, assetId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`dag:${actionId}:${assetId}`}, 0))`.execute(tx);
}

async function findOpenRun(tx: Database, actionId: string, assetId: string, token: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select r.id from dag_action_runs r join jobs j on j.id = r.job_id
    where r.action_id = ${actionId} and r.asset_id = ${assetId} and j.finished_at is null and j.uuid <> ${token}
    order by r.id limit 1`.execute(tx);
  return rows[0]?.id ?? null;
}
