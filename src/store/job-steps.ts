import { type RawBuilder, sql } from 'kysely';
import type { JobStep, JobStepState } from '../domain/job-step';
import type { Database } from './database';
import { tellStanding } from './job-progress';

/** The steps of a job in their order; none for a kind that has no steps. */
export async function readSteps(db: Database, jobId: string): Promise<readonly JobStep[]> {
  const rows = await db
    .selectFrom('job_steps')
    .select(['name', 'state', 'started_at', 'finished_at', 'message'])
    .where('job_id', '=', jobId)
    .orderBy('no')
    .execute();
  return rows.map((row) => ({
    name: row.name,
    state: row.state as JobStepState,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    message: row.message,
  }));
}

/** The insert of the steps that a new job will have, for the statement that makes it: they wait. */
export function insertedSteps(names: readonly string[]): RawBuilder<unknown> {
  return sql`insert into job_steps (job_id, no, name)
    select job.id, s.no, s.name from job cross join unnest(${names}::text[]) with ordinality as s (name, no)`;
}

/** A change of one step. `message` null takes away what was said of it. */
export interface StepChange {
  readonly name: string;
  readonly state: JobStepState;
  readonly message: string | null;
}

/**
 * Marks a step of an open job; of one that has ended nothing changes. One that runs again, after a worker has died or the job was paused, keeps the instant at
 * which it began first. Whoever marks one works on the job, so that it waits for nothing any more; the readers of its
 * sync hear of it when a step begins or fails.
 */
export async function markStep(db: Database, jobId: string, change: StepChange, now: Date): Promise<void> {
  const { name, state, message } = change;
  const mark = async (tx: Database) => {
    // The row of the job first, as who ends it does: a step is never marked behind the back of that.
    if (!(await touchJob(tx, jobId, now))) return;
    await sql`
      update job_steps set state = ${state}, message = ${message},
        started_at = case when ${state} = 'skipped' then started_at else coalesce(started_at, ${now}) end,
        finished_at = case when ${state} in ('done', 'failed', 'skipped') then ${now}::timestamptz end
      where job_id = ${jobId} and name = ${name}`.execute(tx);
    if (state === 'running' || state === 'failed') await tellStanding(tx, jobId);
  };
  await (db.isTransaction ? mark(db) : db.transaction().execute(mark));
}

/** Says how far a step that runs is, for those who look; quietly, and only while the job may run. */
export async function noteStep(
  db: Database,
  jobId: string,
  name: string,
  message: string | null,
  now: Date,
): Promise<void> {
  await sql`
    with told as (
      update jobs set updated_at = ${now}, waiting_reason = null
      where id = ${jobId} and finished_at is null and control = 'run' returning id)
    update job_steps s set message = coalesce(${message}, s.message) from told
    where s.job_id = told.id and s.name = ${name} and s.state = 'running'`.execute(db);
}

/** The job is being worked on: it waits for nothing, and has been heard of. False when it has ended. */
async function touchJob(tx: Database, jobId: string, now: Date): Promise<boolean> {
  const { rows } = await sql`
    update jobs set updated_at = ${now}, waiting_reason = case when control = 'run' then null else waiting_reason end
    where id = ${jobId} and finished_at is null returning id`.execute(tx);
  return rows.length > 0;
}
