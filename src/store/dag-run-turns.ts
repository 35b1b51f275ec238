import { sql } from 'kysely';
import { lockTurns } from './dag-run-creation';
import type { Database } from './database';

/** A run that goes before another one of its action on the same asset. */
export interface RunAhead {
  readonly runId: string;
  readonly jobId: string;
  readonly cancelled: boolean;
}

/**
 * The runs that have to end before this one begins, oldest first: those that have begun, and earlier ones that are about
 * to. A run that is paused before it began gives way; those that this one lies inside of wait for it, not it for them.
 * Call it in the transaction in which the run begins, before its job is locked.
 */
export async function findRunsAhead(
  tx: Database,
  run: { readonly runId: string; readonly actionId: string; readonly assetId: string },
): Promise<readonly RunAhead[]> {
  await lockTurns(tx, run.actionId, run.assetId);
  const { rows } = await sql<RunAhead>`
    with recursive outer_run as (
      select origin_run_id as id from dag_action_runs where id = ${run.runId} and origin = 'child'
      union all
      select r.origin_run_id from dag_action_runs r join outer_run o on o.id = r.id where r.origin = 'child')
    select r.id as "runId", j.id as "jobId", j.control = 'cancel' as cancelled
    from dag_action_runs r join jobs j on j.id = r.job_id
    where r.action_id = ${run.actionId} and r.asset_id = ${run.assetId} and r.id <> ${run.runId}
      and j.finished_at is null and (j.total is not null or r.id < ${run.runId} and j.control <> 'pause')
      and r.id not in (select id from outer_run where id is not null)
    order by r.id`.execute(tx);
  return rows;
}

/** The run of the job no longer goes before others: the first of those that wait for their turn is to be woken. */
export async function passRunTurn(tx: Database, jobId: string, now: Date): Promise<void> {
  await sql`
    update jobs set nudge_due_at = ${now} where id = (
      select w.job_id from dag_action_runs r
        join dag_action_runs w on w.action_id = r.action_id and w.asset_id = r.asset_id and w.id <> r.id
        join jobs j on j.id = w.job_id
      where r.job_id = ${jobId} and j.finished_at is null and j.total is null and j.control <> 'pause'
        and j.dispatched_at is not null
      order by w.id limit 1)`.execute(tx);
}
