import type { Pool } from 'pg';
import { deleteAssets } from './delete-assets';
import { inTransaction } from './transaction';

/** `worked` on a chunk, found none, or was told to stop by the job's control state. */
export type DeleteChunkResult = 'worked' | 'idle' | 'stopped';

/**
 * Only the first chunk that waits: the asset itself is in the last one, and has to stay for as long as anything is left
 * that is found by it. A worker that meets another one there finds nothing to do.
 */
const CLAIM = `select c.no, c.item_ids, j.control, s.asset_ids[1] as root_id
  from jobs j join job_selections s on s.job_id = j.id left join lateral (
    select no, item_ids from job_chunks
    where job_id = j.id and done_at is null and not closed
      and no = (select min(no) from job_chunks where job_id = j.id and done_at is null)
    for update skip locked) c on true
  where j.id = $1 and j.finished_at is null`;

/** What went to the trash by another way since, or was brought back, is not touched. */
const LOCK = `select id from assets
  where id = any($1::bigint[]) and trash_root_id = $2
    and exists (select from assets r where r.id = $2 and r.purging_at is not null)
  order by id for update`;

/** Counts what is gone as succeeded, whoever has deleted it, and what was let live as skipped. */
const MARK = `update job_chunks k set done_at = $3, succeeded = cardinality(item_ids) - s.kept, skipped = s.kept,
    exception_ids = s.ids, exception_codes = array_fill('changed'::text, array[s.kept])
  from (select count(*)::int as kept, coalesce(array_agg(a.id order by a.id), '{}') as ids
    from job_chunks c join assets a on a.id = any(c.item_ids) where c.job_id = $1 and c.no = $2) s
  where k.job_id = $1 and k.no = $2`;

interface Claim {
  readonly no: number | null;
  readonly item_ids: string[];
  readonly control: string;
  readonly root_id: string;
}

/** Deletes the next chunk of a job for good, in one transaction with its counts. */
export async function deleteNextChunk(
  pool: Pool,
  job: { readonly id: string; readonly actorId: string },
  now: Date,
): Promise<DeleteChunkResult> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<Claim>({ name: 'delete-claim-chunk', text: CLAIM, values: [job.id] });
    const claim = rows[0];
    if (claim === undefined || claim.no === null) return 'idle';
    if (claim.control !== 'run') return 'stopped';
    const locked = await client.query<{ id: string }>({ name: 'delete-lock', text: LOCK, values: [claim.item_ids, claim.root_id] }); // prettier-ignore
    await deleteAssets(
      client,
      locked.rows.map(({ id }) => id),
      { actorId: job.actorId, jobId: job.id, now },
    );
    await client.query({ name: 'delete-mark-chunk', text: MARK, values: [job.id, claim.no, now] });
    return 'worked';
  });
}
