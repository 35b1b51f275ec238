import { sql } from 'kysely';
import { FILE_PHASE } from './bulk-move-job';
import type { Database } from './database';
import { prepared } from './prepared';

/** A job of a project whose items are assets that do not depend on one another; ids of the store. */
export interface ItemJob {
  readonly jobId: string;
  readonly projectId: string;
  readonly requestedBy: string;
}

/** `worked` on a chunk, found none, or was told to stop by the job's control state. */
export type ItemChunkResult = 'worked' | 'idle' | 'stopped';

/** The right in the project that the one who asked needs. */
export type NeededRight = 'write' | 'manage';

/** A chunk that is locked until the transaction ends, and whether the one who asked may still do this. */
export interface ClaimedChunk {
  readonly no: number;
  readonly itemIds: readonly string[];
  readonly allowed: boolean;
}

interface ClaimRow {
  readonly control: string;
  readonly allowed: boolean;
  readonly no: number | null;
  readonly item_ids: string[];
}

const COLUMN: Readonly<Record<NeededRight, string>> = { write: 'can_write', manage: 'can_manage' };

/** Locks the next chunk of the job that waits and is nobody's, and reads the job's control state with it. One statement. */
export async function claimChunk(
  tx: Database,
  { jobId, projectId, requestedBy }: ItemJob,
  right: NeededRight,
): Promise<ClaimedChunk | Exclude<ItemChunkResult, 'worked'>> {
  const { rows } = await sql<ClaimRow>`${prepared}
    with gate as materialized (
      select (select case when finished_at is null then control else 'ended' end from jobs where id = ${jobId}) as control,
        exists (
          select from users u where u.id = ${requestedBy} and u.deleted_at is null and (u.admin or exists (
            select from team_members m join team_access t using (team_id)
            where m.user_id = u.id and t.project_id = ${projectId} and t.${sql.ref(COLUMN[right])}))) as allowed),
    chunk as materialized (
      select no, item_ids from job_chunks
      where job_id = ${jobId} and phase = ${FILE_PHASE} and done_at is null and not closed
      order by no limit 1 for update skip locked)
    select gate.*, c.no, c.item_ids from gate left join chunk c on true`.execute(tx);
  const [claim] = rows;
  if (claim === undefined || claim.no === null || claim.control === 'ended') return 'idle';
  if (claim.control !== 'run') return 'stopped';
  return { no: claim.no, itemIds: claim.item_ids, allowed: claim.allowed };
}

/** Ids and codes as one text: they need none of the quoting that the driver would do for each element. */
export function toArrayLiteral(values: readonly string[]): string {
  return `{${values.join(',')}}`;
}

/** Waits for the chunks of the job that are under way; none begins until the transaction ends. */
export async function waitForChunks(tx: Database, jobId: string): Promise<void> {
  await sql`select from job_chunks where job_id = ${jobId} and done_at is null order by no desc for update`.execute(tx);
}
