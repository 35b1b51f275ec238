import { type Kysely, sql } from 'kysely';

/**
 * What is watched of the jobs.
 *
 * - `traceparent`: the trace in which the job was asked for, as W3C writes it, so that whoever starts its workflow later
 *   goes on with it. Null where nothing is traced.
 * - `job_tallies`: the ended jobs, counted by kind and outcome. Jobs that have ended and are not counted yet carry
 *   `tallied = false`; a sweep folds them in (see store/job-tallies.ts, which says what the buckets are).
 *
 * Jobs that ended before this migration are counted by it, without being written: the column is born true.
 */
const STATEMENTS = [
  `alter table jobs
    add column traceparent text check (char_length(traceparent) = 55),
    add column tallied boolean not null default true`,
  `alter table jobs alter column tallied set default false`,
  `update jobs set tallied = false where finished_at is null`,
  `create index jobs_untallied on jobs (id) where finished_at is not null and not tallied`,

  `create table job_tallies (
    kind text not null,
    outcome text not null,
    jobs bigint not null,
    succeeded bigint not null,
    skipped bigint not null,
    failed bigint not null,
    seconds double precision not null,
    buckets bigint[] not null check (cardinality(buckets) = 12),
    primary key (kind, outcome)
  )`,
  `insert into job_tallies
    select kind, outcome, count(*), sum(succeeded), sum(skipped), sum(failed), sum(seconds),
      array[count(*) filter (where seconds <= 0.1), count(*) filter (where seconds <= 0.5),
        count(*) filter (where seconds <= 1), count(*) filter (where seconds <= 5),
        count(*) filter (where seconds <= 15), count(*) filter (where seconds <= 60),
        count(*) filter (where seconds <= 300), count(*) filter (where seconds <= 900),
        count(*) filter (where seconds <= 3600), count(*) filter (where seconds <= 14400),
        count(*) filter (where seconds <= 86400), count(*) filter (where seconds <= 604800)]
    from (select *, greatest(0, extract(epoch from finished_at - coalesce(started_at, created_at))) as seconds
      from jobs where finished_at is not null) ended
    group by kind, outcome`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
