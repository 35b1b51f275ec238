import { sql } from 'kysely';
import { decideSharing, type SharingVerdict, statusOfSharing } from '../domain/set-shared';
import { FILE_PHASE } from './bulk-move-job';
import type { Database } from './database';
import { prepared } from './prepared';
import { withdrawFromShares } from './share-withdrawal';
import { withRetries } from './tree-transaction';

/** One job as its chunks need it; ids of the store. */
export interface SharingJob {
  readonly jobId: string;
  readonly projectId: string;
  readonly requestedBy: string;
  readonly shared: boolean;
}

/** `worked` on a chunk, found none, or was told to stop by the job's control state. */
export type SharingChunkResult = 'worked' | 'idle' | 'stopped';

interface ClaimRow {
  readonly control: string;
  readonly allowed: boolean;
  readonly no: number | null;
  readonly item_ids: string[];
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
export async function shareNextChunk(db: Database, job: SharingJob, now: Date): Promise<SharingChunkResult> {
  return withRetries(db, async (tx) => {
    const claim = await claimChunk(tx, job);
    if (claim === undefined || claim.no === null || claim.control === 'ended') return 'idle';
    if (claim.control !== 'run') return 'stopped';
    const found = await lockItems(tx, job, claim.item_ids);
    const verdicts = claim.item_ids.map((id): [string, SharingVerdict] => {
      const item = found.get(id);
      const facts = { allowed: claim.allowed, live: item?.live === true, isShared: item?.shared === true };
      return [id, decideSharing(job.shared, facts)];
    });
    await applyVerdicts(tx, job, claim.no, verdicts, now);
    if (!job.shared && claim.allowed) {
      // Also what has not been shared by the flag: a link shows assets whether or not they have it.
      const live = claim.item_ids.filter((id) => found.get(id)?.live === true);
      if (live.length > 0) await withdrawFromShares(tx, live, 'unshared', now);
    }
    return 'worked';
  });
}

async function claimChunk(tx: Database, { jobId, projectId, requestedBy }: SharingJob): Promise<ClaimRow | undefined> {
  const { rows } = await sql<ClaimRow>`${prepared}
    with gate as materialized (
      select (select case when finished_at is null then control else 'ended' end from jobs where id = ${jobId}) as control,
        exists (
          select from users u where u.id = ${requestedBy} and u.deleted_at is null and (u.admin or exists (
            select from team_members m join team_access t using (team_id)
            where m.user_id = u.id and t.project_id = ${projectId} and t.can_write))) as allowed),
    chunk as materialized (
      select no, item_ids from job_chunks
      where job_id = ${jobId} and phase = ${FILE_PHASE} and done_at is null and not closed
      order by no limit 1 for update skip locked)
    select gate.*, c.no, c.item_ids from gate left join chunk c on true`.execute(tx);
  return rows[0];
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

/** Ids and codes need none of the quoting that the driver would do for each element. */
function toArrayLiteral(values: readonly string[]): string {
  return `{${values.join(',')}}`;
}
