import { sql } from 'kysely';
import { type Counts, isIngest, type JobControl, type JobKind, type JobOutcome, type JobState } from '../domain/job';
import { toJobEventData } from '../domain/sync';
import { inOneTransaction } from './contention';
import { wakeRunOf } from './dag-child-jobs';
import { endDagRun } from './dag-run-ending';
import type { Database } from './database';
import { settleIngestJob } from './ingest-settling';
import { appendedPace } from './job-pace';
import { toCounts, type CountsRow } from './jobs';
import { queueDigests } from './review-digest';
import { appendSyncEvents } from './sync';
import { letGoOfRest } from './tree-let-go';

/** A job after a change of its row. */
export interface JobStanding {
  readonly state: JobState;
  readonly outcome: JobOutcome | null;
  readonly counts: Counts;
}

/** What a workflow needs to know of the job it runs. */
export interface RunnableJob {
  readonly id: string;
  readonly token: string;
  readonly kind: JobKind;
  /** Null for a job about an asset outside any project. */
  readonly project: { readonly id: string; readonly uuid: string } | null;
  readonly owner: { readonly id: string; readonly uuid: string };
  readonly targetId: string | null;
  /** Its chunks name a target for each item: an undo, or the retry of one. Known once they are written. */
  readonly undo: boolean;
  readonly state: JobState;
  readonly counts: Counts;
}

/** The job with that token and what its chunks need; null when there is none. */
export async function findRunnableJob(db: Database, token: string): Promise<RunnableJob | null> {
  const row = await db
    .selectFrom('jobs as j')
    .leftJoin('projects as p', 'p.id', 'j.project_id')
    .innerJoin('users as u', 'u.id', 'j.created_by')
    .innerJoin('job_selections as s', 's.job_id', 'j.id')
    .select([
      'j.id',
      'j.kind',
      'p.id as project_id',
      'p.uuid as project_uuid',
      'u.id as owner_id',
      'u.uuid as owner_uuid',
    ])
    .select(
      sql<boolean>`exists (select from job_chunks k where k.job_id = j.id and k.no = 0 and k.target_ids is not null)`.as(
        'undo',
      ),
    )
    .select(['s.parent_id', 'j.state', 'j.total', 'j.succeeded', 'j.skipped', 'j.failed', 'j.remaining'])
    .where('j.uuid', '=', token)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    id: row.id,
    token,
    kind: row.kind as JobKind,
    project:
      row.project_id === null || row.project_uuid === null ? null : { id: row.project_id, uuid: row.project_uuid },
    owner: { id: row.owner_id, uuid: row.owner_uuid },
    targetId: row.parent_id,
    undo: row.undo,
    state: row.state as JobState,
    counts: toCounts(row),
  };
}

/**
 * A worker has taken the job up: it no longer waits for one. A job that people have paused goes on saying so, and is
 * taken up when it is resumed. One that has ended before stays as it is. Harmless when repeated.
 */
export async function markTakenUp(db: Database, jobId: string, now: Date): Promise<void> {
  await sql`update jobs set dispatched_at = coalesce(dispatched_at, ${now}),
      started_at = case when control <> 'pause' then ${now}::timestamptz end,
      waiting_reason = case when control = 'pause' then waiting_reason end
    where id = ${jobId} and started_at is null and finished_at is null
      and (control <> 'pause' or dispatched_at is null)`.execute(db);
}

interface StandingRow extends CountsRow {
  kind: JobKind;
  token: string;
  project_id: string | null;
  project_uuid: string | null;
  state: JobState;
  outcome: JobOutcome | null;
  created_at: Date;
  updated_at: Date;
}

const STANDING = sql`j.kind, j.uuid as token, j.project_id, p.uuid as project_uuid, j.state, j.outcome, j.total,
  j.succeeded, j.skipped, j.failed, j.remaining, j.created_at, j.updated_at`;

const sumsOf = (alias: string) => sql`(select coalesce(sum(k.succeeded), 0) as succeeded,
  coalesce(sum(k.skipped), 0) as skipped, coalesce(sum(k.failed), 0) as failed
  from job_chunks k where k.job_id = ${sql.ref(`${alias}.id`)})`;

/** What each update of an open job's counts has in common: they are the sums of its chunks, the row is `j`. */
const SUMMED_COUNTS = sql`succeeded = s.succeeded, skipped = s.skipped, failed = s.failed`;
const fromOpenJob = (
  jobId: string,
) => sql`from jobs self left join projects p on p.id = self.project_id cross join lateral ${sumsOf('self')} s
      where j.id = ${jobId} and self.id = j.id and j.finished_at is null`;

/**
 * Brings the counts of a running job up to what its chunks say and tells the readers, unless somebody did so within the
 * last `minGapMs` (several lanes ask for it; one is enough) or the job has ended. Answers null when it did nothing.
 * Whoever calls it works on the job: unless people have stopped the job it waits for nothing any more, and its pace is
 * measured.
 */
export async function publishProgress(
  db: Database,
  jobId: string,
  now: Date,
  minGapMs: number,
): Promise<JobStanding | null> {
  const askedAt = performance.now();
  return db.transaction().execute(async (tx) => {
    // The counts are those of the statement, not of the moment at which a connection was asked for.
    const countedAtMs = Math.round(now.getTime() + performance.now() - askedAt);
    const isWorkedOn = sql`j.state = 'running' and j.control = 'run'`;
    const { rows } = await sql<StandingRow>`
      update jobs j set ${SUMMED_COUNTS}, updated_at = ${now},
        waiting_reason = case when ${isWorkedOn} then null else j.waiting_reason end,
        waiting_behind = case when ${isWorkedOn} then null else j.waiting_behind end,
        pace = case when ${isWorkedOn} then ${appendedPace(countedAtMs, sql`s.succeeded + s.skipped + s.failed`)}
          else j.pace end
      ${fromOpenJob(jobId)}
        and j.total is not null and j.updated_at <= ${new Date(now.getTime() - minGapMs)}
      returning ${STANDING}`.execute(tx);
    return tell(tx, rows[0]);
  });
}

/** How a job ends. Items that were not reached stay `remaining`. */
export interface JobEnd {
  readonly state: Extract<JobState, 'done' | 'cancelled' | 'failed' | 'rejected'>;
  /** Null for a job that worked through its selection: then the counts decide. */
  readonly outcome: JobOutcome | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/**
 * Ends the job with exact counts and its last sync event, in one transaction. A job that has ended stays as it is and
 * is answered as it is; one that is to be `done` must have no chunk waiting.
 */
export async function endJob(db: Database, jobId: string, end: JobEnd, now: Date): Promise<JobStanding> {
  return inOneTransaction(db, async (tx) => {
    // A worker that was given up may still be in the middle of a chunk. What becomes of it is waited for and counted. A
    // statement that began before the job ended, and has not taken its chunk yet, finds it closed. Last ones first: lanes
    // take the first ones, and would stay ahead of us.
    await sql`with waiting as (
        select no from job_chunks where job_id = ${jobId} and done_at is null and not closed
        order by no desc for update)
      update job_chunks k set closed = true from waiting where k.job_id = ${jobId} and k.no = waiting.no
        and k.done_at is null and ${end.state} <> 'done'`.execute(tx);
    if (end.state !== 'done') await letGoOfRest(tx, jobId);
    return (await tryEnd(tx, jobId, end, now)) ?? readEnded(tx, jobId);
  });
}

/** Brings the counts of an open job up to what its chunks say and tells the readers; silent when they say so already. */
export async function refreshCounts(tx: Database, jobId: string, now: Date): Promise<JobStanding | null> {
  const { rows } = await sql<StandingRow>`
      update jobs j set ${SUMMED_COUNTS}, updated_at = ${now}
      ${fromOpenJob(jobId)}
        and j.total is not null
        and (j.succeeded, j.skipped, j.failed) is distinct from (s.succeeded, s.skipped, s.failed)
      returning ${STANDING}`.execute(tx);
  return tell(tx, rows[0]);
}

/** Ends a job whose chunks are all done, as {@link endJob} does; null when some wait, or when it has ended before. */
export async function finishJob(db: Database, jobId: string, now: Date): Promise<JobStanding | null> {
  return db.transaction().execute((tx) => tryEnd(tx, jobId, { state: 'done', outcome: null, error: null }, now));
}

/** What it was for is done all the same: a preview that cannot be made leaves the file usable. */
const HAS_FAILED_STEP = sql`exists (select from job_steps t where t.job_id = j.id and t.state = 'failed')`;

async function tryEnd(tx: Database, jobId: string, end: JobEnd, now: Date): Promise<JobStanding | null> {
  await wakeRunOf(tx, jobId, now);
  const { rows } = await sql<StandingRow>`
      update jobs j set ${SUMMED_COUNTS}, updated_at = ${now},
        finished_at = ${now}, state = ${end.state}, waiting_reason = null, waiting_behind = null,
        outcome = coalesce(${end.outcome}::text,
          case when s.failed > 0 or ${HAS_FAILED_STEP} then 'with_failures' else 'succeeded' end),
        error = ${end.error === null ? null : JSON.stringify(end.error)}::jsonb
      ${fromOpenJob(jobId)}
        and (${end.state} <> 'done'
          or not exists (select from job_chunks k where k.job_id = ${jobId} and k.done_at is null))
      returning ${STANDING}`.execute(tx);
  const [ended] = rows;
  if (ended !== undefined) await passTurn(tx, jobId, now);
  if (ended !== undefined && isIngest(ended.kind)) await settleIngestJob(tx, jobId, ended.state, now);
  if (ended?.kind === 'review_request') await queueDigests(tx, jobId, now);
  if (ended?.kind === 'dag_action_run') await endDagRun(tx, jobId, ended, now);
  return tell(tx, ended);
}

/** So many jobs in line are woken for a turn: those behind the first are at hand when it has had its own. */
const WOKEN_IN_LINE = 4;

/** The job no longer stands before others (see job-turns); answers how many workflows are to be woken for that. */
export async function passTurn(db: Database, jobId: string, now: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    with line as (
      select w.id from jobs w join jobs j on j.id = ${jobId}
      where w.waiting_behind is not null and w.project_id = j.project_id and w.id > j.id and w.finished_at is null
      order by w.id limit ${WOKEN_IN_LINE} for update of w)
    update jobs set nudge_due_at = ${now} from line
    where jobs.id = line.id and (waiting_behind = ${jobId} or exists (
      select from jobs b join line l on l.id = b.id where b.waiting_behind = ${jobId}))`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Tells the readers of an open job that is not paused what it waits for. A job that does not exist (yet) is left out. */
export async function noteFault(db: Database, token: string, reason: string, now: Date): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ id: string }>`update jobs set waiting_reason = ${reason}, updated_at = ${now}
      where uuid = ${token} and finished_at is null and control = 'run' returning id`.execute(tx);
    if (rows[0] !== undefined) await tellStanding(tx, rows[0].id);
  });
}

/** Where the job stands at this moment, its counts summed over its chunks. */
export async function readStanding(
  db: Database,
  jobId: string,
): Promise<JobStanding & { readonly control: JobControl }> {
  const { rows } = await sql<CountsRow & { state: JobState; outcome: JobOutcome | null; control: JobControl }>`
    select j.state, j.outcome, j.control, j.total, s.succeeded, s.skipped, s.failed,
      j.total - s.succeeded - s.skipped - s.failed as remaining
    from jobs j cross join lateral ${sumsOf('j')} s where j.id = ${jobId}`.execute(db);
  const row = rows[0];
  if (row === undefined) throw new Error(`job ${jobId} does not exist`);
  return { state: row.state, outcome: row.outcome, counts: toCounts(row), control: row.control };
}

/** Tells the readers of the project's sync, if it has one, where the job stands: the last statement of its transaction. */
export async function tellStanding(tx: Database, jobId: string): Promise<JobStanding | null> {
  const { rows } = await sql<StandingRow>`
    select ${STANDING} from jobs j left join projects p on p.id = j.project_id where j.id = ${jobId}`.execute(tx);
  return tell(tx, rows[0]);
}

async function tell(tx: Database, row: StandingRow | undefined): Promise<JobStanding | null> {
  if (row === undefined) return null;
  const standing = { state: row.state, outcome: row.outcome, counts: toCounts(row) };
  if (row.project_id === null || row.project_uuid === null) return standing;
  const data = toJobEventData({
    ...standing,
    projectUuid: row.project_uuid,
    kind: row.kind,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  });
  await appendSyncEvents(tx, row.project_id, [{ action: 'UPDATE', dataType: 'jobs', dataKey: row.token, data }]);
  return standing;
}

async function readEnded(tx: Database, jobId: string): Promise<JobStanding> {
  const { rows } = await sql<StandingRow>`
    select ${STANDING} from jobs j left join projects p on p.id = j.project_id where j.id = ${jobId}`.execute(tx);
  const row = rows[0];
  if (row === undefined) throw new Error(`job ${jobId} does not exist`);
  if (row.outcome === null) throw new Error(`job ${row.token} cannot be done: chunks of it are waiting`);
  return { state: row.state, outcome: row.outcome, counts: toCounts(row) };
}

/** How many chunks of each phase are still to be done. */
export async function countWaitingChunks(db: Database, jobId: string): Promise<ReadonlyMap<number, number>> {
  const rows = await db
    .selectFrom('job_chunks')
    .select((of) => ['phase', of.fn.countAll<string>().as('chunks')])
    .where('job_id', '=', jobId)
    .where('done_at', 'is', null)
    .groupBy('phase')
    .execute();
  return new Map(rows.map((row) => [row.phase, Number(row.chunks)]));
}
