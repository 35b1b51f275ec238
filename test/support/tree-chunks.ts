import { sql } from 'kysely';
import type { Database } from '../../src/store/database';

/** Cuts the chunks of a job that waits into small ones in the same order, so that a small tree has several of them. */
export async function splitChunks(db: Database, jobId: string, items: number): Promise<void> {
  await sql`
    with old as (delete from job_chunks where job_id = ${jobId} returning no, item_ids, phase),
    item as (
      select id, phase, row_number() over (order by no, nth) - 1 as n
      from old, unnest(item_ids) with ordinality as i (id, nth))
    insert into job_chunks (job_id, no, phase, item_ids)
    select ${jobId}, n / ${items}::int + 1000, phase, array_agg(id order by n) from item group by 2, 3`.execute(db);
}
