import { sql } from 'kysely';
import type { JobControl, JobState } from '../domain/job';
import { CHILD_HAS_COME } from './dag-child-jobs';
import type { Database } from './database';

/** How often a look counts as having been heard of. */
const HEARD_MS = 60_000;

/** What the workflow of a run goes by. */
export interface RunStanding {
  readonly jobId: string;
  readonly runId: string;
  readonly state: JobState;
  readonly control: JobControl;
}

/** Where the run of a job stands; null when there is none. */
export async function readRunStanding(db: Database, token: string): Promise<RunStanding | null> {
  const { rows } = await sql<RunStanding>`
    select j.id as "jobId", r.id as "runId", j.state, j.control from jobs j join dag_action_runs r on r.job_id = j.id
    where j.uuid = ${token}`.execute(db);
  return rows[0] ?? null;
}

/**
 * The waiting nodes of a run for which something has come by `at`: an instant, a decision, the end of a job. Whoever
 * looks has been heard of, so that a run which waits for days is not taken for one that nobody sees through.
 */
export async function findDueNodes(db: Database, run: RunStanding, at: Date, now: Date): Promise<readonly string[]> {
  await sql`update jobs set updated_at = ${now}
    where id = ${run.jobId} and finished_at is null and updated_at < ${new Date(now.getTime() - HEARD_MS)}`.execute(db);
  const { rows } = await sql<{ id: string }>`
    select n.id from dag_run_nodes n
    where n.run_id = ${run.runId} and n.state = 'waiting'
      and (least(n.wake_at, n.deadline_at) <= ${at} or n.decision is not null or ${CHILD_HAS_COME})
    order by n.no`.execute(db);
  return rows.map(({ id }) => id);
}

/** A node of a run that is to be settled. */
export interface NodeToSettle {
  readonly no: number;
  readonly id: string;
  readonly attempts: number;
}

/** Those of the numbers that have not ended, locked with their chunks, in the order in which whoever ends the job locks. */
export async function lockNodes(tx: Database, token: string, nos: readonly number[]): Promise<NodeToSettle[]> {
  const { rows } = await sql<NodeToSettle>`
    select n.no, n.id, n.attempts
    from jobs o join dag_action_runs r on r.job_id = o.id join dag_run_nodes n on n.run_id = r.id
      join job_chunks k on k.job_id = o.id and k.no = n.no
    where o.uuid = ${token} and n.no = any(${nos}::int[]) and n.state in ('pending', 'queued', 'running', 'waiting')
      and not k.closed
    order by n.no desc for update of n, k`.execute(tx);
  return rows;
}

/** A node of the run is at work: quietly, and not while people have stopped it. */
export async function touchRun(db: Database, jobId: string, now: Date): Promise<void> {
  await sql`update jobs set updated_at = ${now} where id = ${jobId} and finished_at is null and control <> 'pause'`.execute(
    db,
  );
}
