import { sql } from 'kysely';
import { isEnded, type JobControl, type JobKind, type JobState } from '../domain/job';
import { inOneTransaction } from './contention';
import { hasCleaningUp, noteCancel } from './dag-run-cancel';
import type { Database } from './database';
import { WAITING_FOR_TEMPORAL, WAITING_FOR_WORKER } from './job-creation';
import { appendedPace } from './job-pace';
import { endJob, passTurn, refreshCounts, tellStanding } from './job-progress';
import { prepared } from './prepared';

/** `unchanged`: it was so already; `ended`: the job has ended otherwise, so that it makes no sense any more. */
export type ControlOutcome = 'applied' | 'unchanged' | 'ended';

/** Who steers a job: a user of the store, something else with a name, or nobody that is known (an operator in Temporal). */
export type Controller = { readonly id: string; readonly email: string } | { readonly named: string } | null;

/** How long an answer waits for chunks under way; they take some ten milliseconds unless somebody else holds a row. */
const CHUNK_WAIT = '3s';

interface ControlRow {
  readonly state: JobState;
  readonly control: JobControl;
  readonly kind: JobKind;
}

const nameOf = (by: Controller): string =>
  by === null ? 'an operator in Temporal' : 'named' in by ? by.named : by.email;
const idOf = (by: Controller): string | null => (by === null || 'named' in by ? null : by.id);

/**
 * Pauses a job, queued or running. When it answers, no chunk is under way and none begins, but for one that somebody
 * else's lock keeps waiting.
 */
export async function pauseJob(db: Database, jobId: string, by: Controller, now: Date): Promise<ControlOutcome> {
  const outcome = await steer(db, jobId, async (tx, job) => {
    // Paused already; or cancelled, which waits for chunks under way and is not taken back.
    if (job.control !== 'run') return 'unchanged';
    await sql`update jobs set control = 'pause', state = 'paused', ${steered(by, now)},
      waiting_reason = ${`paused by ${nameOf(by)}`}, pace = pace || 'null'::jsonb, waiting_behind = null
      where id = ${jobId}`.execute(tx);
    await passTurn(tx, jobId, now);
    return 'applied';
  });
  if (outcome !== 'ended') await settleChunks(db, jobId, now);
  return outcome;
}

/** Lets a paused job go on; its workflow has to be woken. */
export async function resumeJob(db: Database, jobId: string, by: Controller, now: Date): Promise<ControlOutcome> {
  return steer(db, jobId, async (tx, job) => {
    if (job.control !== 'pause') return 'unchanged';
    await sql`update jobs j set control = 'run', ${steered(by, now)},
      state = case when total is null then 'queued' else 'running' end,
      waiting_reason = case when dispatched_at is null then ${WAITING_FOR_TEMPORAL} else ${WAITING_FOR_WORKER} end,
      pace = case when total is null then '[]'
        else ${appendedPace(now.getTime(), sql`j.succeeded + j.skipped + j.failed`)} end
      where id = ${jobId}`.execute(tx);
    return 'applied';
  });
}

/**
 * Cancels a job: no chunk begins any more, those under way are waited for, and the job ends with exact counts. When
 * somebody else's lock keeps a chunk waiting for long, the workflow ends the job as soon as it is free. A run of an action
 * that has something to stop or to clean up goes on until that is through.
 */
export async function cancelJob(db: Database, jobId: string, by: Controller, now: Date): Promise<ControlOutcome> {
  if ((await readState(db, jobId)) === 'cancelled') return 'unchanged';
  const outcome = await askToCancel(db, jobId, by, now);
  if (outcome === 'ended' || (await hasCleaningUp(db, jobId))) return outcome;
  await withinWait(db, (tx) => endJob(tx, jobId, { state: 'cancelled', outcome: 'cancelled', error: null }, now));
  // The last chunk may have been faster.
  const state = await readState(db, jobId);
  return isEnded(state) && state !== 'cancelled' ? 'ended' : outcome;
}

/**
 * The first half of {@link cancelJob}, also in a transaction of the caller: no chunk begins any more, and the job's
 * workflow, which is woken for it, sees to the end.
 */
export function askToCancel(db: Database, jobId: string, by: Controller, now: Date): Promise<ControlOutcome> {
  return steer(db, jobId, async (tx, job) => {
    if (job.control === 'cancel') return 'unchanged';
    const isRun = job.kind === 'dag_action_run';
    const goesOn = isRun && (await hasCleaningUp(tx, jobId));
    const waitsFor = goesOn ? 'clean-up nodes are running' : 'waiting for the chunks under way';
    await sql`update jobs set control = 'cancel', ${steered(by, now)},
      state = case when ${goesOn} and state = 'paused' then 'running' else state end,
      waiting_reason = ${`cancelled by ${nameOf(by)}; ${waitsFor}`}
      where id = ${jobId}`.execute(tx);
    if (isRun) await noteCancel(tx, jobId, nameOf(by));
    return 'applied';
  });
}

async function steer(
  db: Database,
  jobId: string,
  change: (tx: Database, job: ControlRow) => Promise<'applied' | 'unchanged'>,
): Promise<ControlOutcome> {
  return inOneTransaction(db, async (tx) => {
    // Not `for update`: chunks that are being written refer to the row, and would keep us waiting.
    const { rows } = await sql<ControlRow>`select state, control, kind from jobs where id = ${jobId}
      for no key update`.execute(tx);
    const job = rows[0];
    if (job === undefined) throw new Error(`job ${jobId} does not exist`);
    if (isEnded(job.state)) return 'ended';
    const outcome = await change(tx, job);
    if (outcome === 'applied') await tellStanding(tx, jobId);
    return outcome;
  });
}

/** The workflow of a job that is not started yet will find the change; that of any other must be told. */
const steered = (by: Controller, now: Date) => sql`control_by = ${idOf(by)}, control_at = ${now},
  updated_at = ${now}, nudge_due_at = case when dispatched_at is null then null else ${now}::timestamptz end`;

/** Waits for the chunks under way and brings the counts up to what they did. */
async function settleChunks(db: Database, jobId: string, now: Date): Promise<void> {
  await withinWait(db, async (tx) => {
    await sql`select from job_chunks where job_id = ${jobId} and done_at is null order by no desc for update`.execute(
      tx,
    );
    await refreshCounts(tx, jobId, now);
  });
}

/** What people want of the job now; `ended` when it is over. */
export async function readControl(db: Database, jobId: string): Promise<JobControl | 'ended'> {
  const { rows } = await sql<{ control: JobControl | 'ended' }>`${prepared}
    select case when finished_at is null then control else 'ended' end as control from jobs where id = ${jobId}`.execute(
    db,
  );
  if (rows[0] === undefined) throw new Error(`job ${jobId} does not exist`);
  return rows[0].control;
}

async function readState(db: Database, jobId: string): Promise<JobState> {
  const { rows } = await sql<{ state: JobState }>`select state from jobs where id = ${jobId}`.execute(db);
  if (rows[0] === undefined) throw new Error(`job ${jobId} does not exist`);
  return rows[0].state;
}

const LOCK_NOT_AVAILABLE = '55P03';

/** Runs work in a transaction that is given up when it waits for a lock for too long. */
async function withinWait(db: Database, work: (tx: Database) => Promise<unknown>): Promise<void> {
  try {
    await db.transaction().execute(async (tx) => {
      await sql`select set_config('lock_timeout', ${CHUNK_WAIT}, true)`.execute(tx);
      await work(tx);
    });
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code !== LOCK_NOT_AVAILABLE) throw error;
  }
}
