import { sql } from 'kysely';
import { decideSharing, type SharingVerdict, statusOfSharing } from '../domain/set-shared';
import type { Database } from './database';
import { claimChunk, type ItemChunkResult, type ItemJob, toArrayLiteral } from './item-chunk';
import { withdrawFromShares } from './share-withdrawal';
import { withRetries } from './tree-transaction';

/** One job as its chunks need it. */
export interface SharingJob extends ItemJob {
  readonly shared: boolean;
}

interface ItemRow {
  readonly id: string;
  readonly shared: boolean;
  readonly live: boolean;
}

/**
 * Shares or unshares the next waiting chunk of the job, in one transaction: the flags, their history, the pages of shares,
 * and the chunk's counts. A second call for the same chunk finds it done, whatever was killed in between. The number of
 * statements does not depend on that of the assets.
 */
export async function shareNextChunk(db: Database, job: SharingJob, now: Date): Promise<ItemChunkResult> {
  return withRetries(db, async (tx) => {
    const claim = await claimChunk(tx, job, 'write');
    if (typeof claim === 'string') return claim;
    const found = await lockItems(tx, job, claim.itemIds);
    const verdicts = claim.itemIds.map((id): [string, SharingVerdict] => {
      const item = found.get(id);
      const facts = { allowed: claim.allowed, live: item?.live === true, isShared: item?.shared === true };
      return [id, decideSharing(job.shared, facts)];
    });
    await applyVerdicts(tx, job, claim.no, verdicts, now);
    if (!job.shared && claim.allowed) {
      // Also what has not been shared by the flag: a link shows assets whether or not they have it.
      const live = claim.itemIds.filter((id) => found.get(id)?.live === true);
      if (live.length > 0) await withdrawFromShares(tx, live, 'unshared', now);
    }
    return 'worked';
  });
}

/** In the order of their ids, as everything does that locks many: two jobs over the same assets wait for each other. */
async function lockItems(
  tx: Database,
  { projectId }: SharingJob,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ItemRow>> {
  const { rows } = await sql<ItemRow>`
    select id, shared, project_id is not distinct from ${projectId}::bigint and deleted_at is null as live
    from assets where id = any(${toArrayLiteral(ids)}::bigint[]) order by id for no key update`.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

async function applyVerdicts(
  tx: Database,
  job: SharingJob,
  chunkNo: number,
  verdicts: readonly (readonly [string, SharingVerdict])[],
  now: Date,
): Promise<void> {
  const { jobId, projectId, requestedBy, shared } = job;
  const changing = verdicts.filter(([, verdict]) => verdict === 'set').map(([id]) => id);
  const others = verdicts.filter(([, verdict]) => verdict !== 'set');
  const failed = others.filter(([, verdict]) => statusOfSharing(verdict) === 'failed').length;
  await sql`
    with changed as (
      update assets set shared = ${shared}::boolean, updated_at = ${now}::timestamptz
      where id = any(${toArrayLiteral(changing)}::bigint[]) and shared <> ${shared}::boolean returning id),
    written as (
      insert into history (asset_id, project_id, kind, actor_id, job_id, created_at)
      select id, ${projectId}::bigint, ${shared ? 'shared' : 'unshared'}, ${requestedBy}::bigint, ${jobId}::bigint,
        ${now}::timestamptz from changed order by id)
    update job_chunks set done_at = ${now}::timestamptz, succeeded = (select count(*) from changed),
      skipped = ${others.length - failed}, failed = ${failed},
      exception_ids = ${toArrayLiteral(others.map(([id]) => id))}::bigint[],
      exception_codes = ${toArrayLiteral(others.map(([, verdict]) => verdict))}::text[]
    where job_id = ${jobId} and no = ${chunkNo}`.execute(tx);
}
