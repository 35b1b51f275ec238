import { type RawBuilder, sql } from 'kysely';
import type { JobKind, JobOutcome } from '../domain/job';
import type { Database } from './database';

/** The upper ends of the buckets of durations, in seconds; what lasted longer is only in the number of jobs. */
export const DURATION_BUCKETS_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400, 604_800] as const;

/** Ended jobs of one kind and outcome, since the first one. */
export interface JobTally {
  readonly kind: JobKind;
  readonly outcome: JobOutcome;
  readonly jobs: number;
  readonly succeeded: number;
  readonly skipped: number;
  readonly failed: number;
  /** How long they were at work, summed; from taking up, or else from asking, to the end. */
  readonly seconds: number;
  /** How many lasted no longer than each of {@link DURATION_BUCKETS_SECONDS}. */
  readonly buckets: readonly number[];
}

/** How many items of open jobs of a kind are done so far. */
export interface OpenItems {
  readonly kind: JobKind;
  readonly succeeded: number;
  readonly skipped: number;
  readonly failed: number;
}

/** What has come of all jobs; every number only grows, whichever process asks. */
export interface JobTallies {
  readonly ended: readonly JobTally[];
  readonly open: readonly OpenItems[];
}

const DURATION = sql`greatest(0, extract(epoch from j.finished_at - coalesce(j.started_at, j.created_at)))::double precision`;
const BUCKETS = sql.join(
  DURATION_BUCKETS_SECONDS.map((end) => sql`count(*) filter (where seconds <= ${sql.lit(end)})`),
);

/** The columns of a tally over rows with `seconds`. */
const tallyOf = (rows: RawBuilder<unknown>) => sql`
  select kind, outcome, count(*) as jobs, sum(succeeded) as succeeded, sum(skipped) as skipped, sum(failed) as failed,
    sum(seconds) as seconds, array[${BUCKETS}] as buckets
  from ${rows} group by kind, outcome`;

type Texts<Thing> = { [Key in keyof Thing]: Thing[Key] extends number ? string : Thing[Key] };
type Row = Texts<Omit<JobTally, 'outcome' | 'buckets'>> & {
  readonly outcome: JobOutcome | null;
  readonly buckets: readonly string[] | null;
};

/**
 * Reads the tallies, what has ended since they were written, and the items of open jobs, in one statement: a job counts
 * once whenever it is folded in. Reads only jobs that are open or not folded in yet.
 */
export async function readJobTallies(db: Database): Promise<JobTallies> {
  const { rows } = await sql<Row>`
    select kind, outcome, jobs, succeeded, skipped, failed, seconds, buckets from job_tallies
    union all
    ${tallyOf(sql`(select j.*, ${DURATION} as seconds from jobs j where finished_at is not null and not tallied) fresh`)}
    union all
    select kind, null, 0, sum(succeeded), sum(skipped), sum(failed), 0, null
    from jobs where finished_at is null group by kind`.execute(db);
  const ended = new Map<string, JobTally>();
  const open: OpenItems[] = [];
  for (const row of rows) {
    const items = { succeeded: Number(row.succeeded), skipped: Number(row.skipped), failed: Number(row.failed) };
    if (row.outcome === null) open.push({ kind: row.kind, ...items });
    else {
      const key = `${row.kind} ${row.outcome}`;
      const buckets = (row.buckets ?? []).map(Number);
      const tally = { kind: row.kind, outcome: row.outcome, jobs: Number(row.jobs), ...items, seconds: Number(row.seconds), buckets }; // prettier-ignore
      ended.set(key, add(tally, ended.get(key)));
    }
  }
  return { ended: [...ended.values()], open };
}

function add(one: JobTally, other: JobTally | undefined): JobTally {
  if (other === undefined) return one;
  return {
    ...one,
    jobs: one.jobs + other.jobs,
    succeeded: one.succeeded + other.succeeded,
    skipped: one.skipped + other.skipped,
    failed: one.failed + other.failed,
    seconds: one.seconds + other.seconds,
    buckets: one.buckets.map((count, at) => count + (other.buckets[at] ?? 0)),
  };
}

/**
 * Folds up to `limit` jobs that have ended into the tallies; each counts once, also when two fold at once. Answers how
 * many. It is done apart from the ending of jobs, so that those that end at the same moment do not wait for one row.
 */
export async function foldJobTallies(db: Database, limit: number): Promise<number> {
  const { rows } = await sql<{ folded: string }>`
    with due as (
      select id from jobs where finished_at is not null and not tallied
      order by id limit ${limit} for update skip locked
    ), taken as (
      update jobs j set tallied = true from due where j.id = due.id
      returning j.kind, j.outcome, j.succeeded, j.skipped, j.failed, ${DURATION} as seconds
    ), sums as (${tallyOf(sql`taken`)} order by kind, outcome
    ), folded as (
      insert into job_tallies as t select * from sums
      on conflict (kind, outcome) do update set jobs = t.jobs + excluded.jobs, succeeded = t.succeeded + excluded.succeeded,
        skipped = t.skipped + excluded.skipped, failed = t.failed + excluded.failed,
        seconds = t.seconds + excluded.seconds,
        buckets = (select array_agg(a + b order by n) from unnest(t.buckets, excluded.buckets) with ordinality as u (a, b, n)))
    select count(*) as folded from taken`.execute(db);
  return Number(rows[0]?.folded ?? 0);
}
