import { type RawBuilder, sql } from 'kysely';

/** Samples that a job keeps: some 3 KB of its row. */
const KEPT = 60;
/** The newest ones are all kept: ten seconds of a job that is told of twice a second. */
const DENSE = 24;
/** Pauses cannot be thinned out; a job that has more of them than this forgets its beginning. */
const AT_MOST = 80;

/**
 * The pace of the row `j` with one more sample: `done` items at `atMs`. A list that is full gives up the two samples
 * that are missed least, judged by the gap they leave against their age: so the samples lie the closer the newer they
 * are, and span the whole job however long it runs.
 */
export function appendedPace(atMs: number, done: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(
    with sample as (
      select value, no, ms, lag(ms) over by_no as before, lead(ms) over by_no as after, count(*) over () as samples
      from (select value, no, (value ->> 0)::bigint as ms
        from jsonb_array_elements(j.pace || jsonb_build_array(jsonb_build_array(${atMs}::bigint, ${done})))
          with ordinality as e (value, no)) e
      window by_no as (order by no)),
    spare as (
      select no from sample
      where samples > ${KEPT} and no <= samples - ${DENSE} and ms is not null and after - before is not null
      order by (after - before)::float8 / greatest(${atMs}::bigint - ms, 1) limit 2)
    select jsonb_agg(value order by no) from sample
    where no > samples - ${AT_MOST} and no not in (select no from spare))`;
}
