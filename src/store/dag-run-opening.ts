import { sql } from 'kysely';
import type { DagConcurrency, DagDefinition } from '../domain/dag-action';
import type { NodeState, OmissionCause } from '../domain/dag-run';
import { RUN_STARTED } from '../domain/dag-run-words';
import type { JobControl } from '../domain/job';
import { FILE_PHASE } from './bulk-move-job';
import { appendMessages } from './dag-run-messages';
import { findRunsAhead } from './dag-run-turns';
import type { Database } from './database';
import { cancelJob } from './job-control';
import { type JobStanding, readStanding, tellStanding } from './job-progress';

/** A run as its workflow begins it, or takes it up again. */
export interface OpenedRun {
  readonly runId: string;
  readonly actionName: string;
  readonly definition: DagDefinition;
  readonly standing: JobStanding & { readonly control: JobControl };
  /** In the order of the definition. */
  readonly nodes: readonly {
    readonly state: NodeState;
    readonly cause: OmissionCause | null;
    readonly wakeAt: Date | null;
  }[];
  /** Another run of the action on the asset goes first. */
  readonly waits: boolean;
}

interface Place {
  readonly runId: string;
  readonly jobId: string;
  readonly actionId: string;
  readonly assetId: string;
  readonly concurrency: DagConcurrency;
}

/**
 * Has the run of a job begin, once, when it is its turn: every node is an item of the job, those whose result is kept from
 * an earlier run are done. A paused run is left as it is until it is opened again, and so is one that has ended.
 */
export async function openDagRun(db: Database, jobId: string, now: Date): Promise<OpenedRun> {
  const place = await findPlace(db, jobId);
  const ahead = await db.transaction().execute((tx) => begin(tx, place, now));
  // In transactions of their own: each of these locks its own job, and may wait for what is at work there.
  if (place.concurrency === 'cancel') {
    for (const { jobId: earlier } of ahead.filter(({ cancelled }) => !cancelled)) {
      await cancelJob(db, earlier, { named: `run ${place.runId} of the same action on the asset` }, now);
    }
  }
  return readOpened(db, place, ahead.length > 0);
}

async function findPlace(db: Database, jobId: string): Promise<Place> {
  const { rows } = await sql<Place>`
    select r.id as "runId", r.job_id as "jobId", r.action_id as "actionId", r.asset_id as "assetId",
      v.definition ->> 'concurrency' as concurrency
    from dag_action_runs r join dag_action_versions v on v.action_id = r.action_id and v.version = r.version
    where r.job_id = ${jobId}`.execute(db);
  const [place] = rows;
  if (place === undefined) throw new Error(`job ${jobId} has no run`);
  return place;
}

/** Answers the runs that go first; then nothing has begun. */
async function begin(tx: Database, place: Place, now: Date) {
  const { runId, jobId } = place;
  const ahead = place.concurrency === 'reject' ? [] : await findRunsAhead(tx, place);
  const { rows } = await sql<{ begins: boolean }>`
    select total is null and state = 'queued' and control = 'run' as begins from jobs where id = ${jobId}
    for no key update`.execute(tx);
  if (rows[0]?.begins !== true) return [];
  const [first] = ahead;
  if (first !== undefined) {
    await tellAhead(tx, jobId, first.runId, now);
    return ahead;
  }
  await sql`
    with chunk as (
      insert into job_chunks (job_id, no, phase, item_ids, done_at, succeeded, skipped)
      select ${jobId}, n.no, ${FILE_PHASE}, array[n.no]::bigint[], case when n.kept then ${now}::timestamptz end,
        (n.kept and n.state = 'succeeded')::int, (n.kept and n.state in ('skipped', 'omitted'))::int
      from dag_run_nodes n where n.run_id = ${runId} returning succeeded, skipped)
    update jobs set total = c.total, succeeded = c.succeeded, skipped = c.skipped, state = 'running', waiting_reason = null,
      updated_at = ${now}
    from (select count(*) as total, coalesce(sum(succeeded), 0) as succeeded, coalesce(sum(skipped), 0) as skipped
      from chunk) c where id = ${jobId}`.execute(tx);
  await appendMessages(tx, runId, [{ node: null, attempt: null, message: RUN_STARTED }]);
  await tellStanding(tx, jobId);
  return [];
}

async function tellAhead(tx: Database, jobId: string, ahead: string, now: Date): Promise<void> {
  const reason = `waiting for run ${ahead} of this action on this asset`;
  const { rows } = await sql`update jobs set waiting_reason = ${reason}, updated_at = ${now}
    where id = ${jobId} and waiting_reason is distinct from ${reason} returning id`.execute(tx);
  if (rows.length > 0) await tellStanding(tx, jobId);
}

async function readOpened(db: Database, { runId, jobId }: Place, waits: boolean): Promise<OpenedRun> {
  const { rows } = await sql<Pick<OpenedRun, 'actionName' | 'definition'>>`
    select a.name as "actionName", v.definition from dag_action_runs r join dag_actions a on a.id = r.action_id
      join dag_action_versions v on v.action_id = r.action_id and v.version = r.version
    where r.id = ${runId}`.execute(db);
  const [action] = rows;
  if (action === undefined) throw new Error(`run ${runId} has no action`);
  const nodes = await sql<OpenedRun['nodes'][number]>`
    select state, cause, least(wake_at, deadline_at) as "wakeAt" from dag_run_nodes where run_id = ${runId}
    order by no`.execute(db);
  return { runId, ...action, standing: await readStanding(db, jobId), nodes: nodes.rows, waits };
}
