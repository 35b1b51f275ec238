import type { PoolClient } from 'pg';
import type { ChunkResult } from './bulk-move-job';

/**
 * What the statements of a chunk share. In all of them: $1 job, $2 project, $3 requester, $4 target (null in an undo,
 * which has one per item), $5 phase, $6 now.
 */
const RIGHT_TO_WRITE = `exists (
  select from users u where u.id = $3 and u.deleted_at is null and (u.admin or exists (
    select from team_members m join team_access t using (team_id)
    where m.user_id = u.id and t.project_id = $2 and t.can_write)))`;

/** The share lock keeps the target where and what it is until commit. */
export const GATE = `gate as materialized (
  select (select case when finished_at is null then control else 'ended' end from jobs where id = $1) as control,
    ${RIGHT_TO_WRITE} as allowed,
    $4::bigint is null or exists (
      select from assets where id = $4 and project_id = $2 and media_type = 'folder' and deleted_at is null for share
    ) as target_live)`;

/** Claims the next chunk that waits. */
export const nextChunk = (columns: string): string => `chunk as materialized (
  select ${columns} from job_chunks where job_id = $1 and phase = $5 and done_at is null and not closed
  order by no limit 1 for update skip locked)`;

/** One entry for each row of `moved`; `to` is an expression over them. */
export const history = (to: string): string => `written as (
  insert into history (asset_id, project_id, kind, actor_id, job_id, from_parent_id, to_parent_id, created_at)
  select id, $2, 'moved', $3, $1, from_id, ${to}, $6 from moved)`;

/**
 * One parent for all is kept as one element (the empty array when all lay at the root), a mixture in ascending order of
 * the ids in `moved_ids`, which is null when every item of the chunk moved.
 */
export const PREVIOUS_PARENTS = `tally as (
  select count(*) as moved, count(from_id) as with_parent, min(from_id) as lowest, max(from_id) as highest from moved),
previous as (
  select case when with_parent = 0 then '{}'::bigint[]
    when with_parent = moved and lowest = highest then array[lowest]
    else (select array_agg(from_id order by id) from moved) end as parents from tally)`;

/** Ends a statement that moves a chunk only if it can move all of it. Answers a {@link WholeChunkRow}. */
export const MARK_WHOLE_CHUNK = `marked as (
  update job_chunks k set done_at = $6, succeeded = tally.moved, previous_parent_ids = previous.parents
  from chunk c, tally, previous where k.job_id = $1 and k.no = c.no and tally.moved = cardinality(c.item_ids)
  returning 1)
select (select control from gate) as control, cardinality(c.item_ids) as items, tally.moved::int as moved
from tally left join chunk c on true`;

interface WholeChunkRow {
  readonly control: string;
  readonly items: number | null;
  readonly moved: number;
}

/** Runs such a statement; `not_plain` when not every item could be moved, and then none has been. */
export async function tryWholeChunk(
  client: PoolClient,
  statement: { readonly name: string; readonly text: string; readonly values: readonly unknown[] },
): Promise<ChunkResult | 'not_plain'> {
  const answer = await client.query<WholeChunkRow>({ ...statement, values: [...statement.values] });
  const row = answer.rows[0];
  if (row === undefined) throw new Error(`${statement.name} answered no row`);
  if (row.control === 'ended' || row.items === null) return { kind: 'idle' };
  if (row.control === 'pause' || row.control === 'cancel') return { kind: 'stopped', control: row.control };
  if (row.moved === row.items) return { kind: 'done', items: row.items, exceptions: 0 };
  await client.query('rollback and chain');
  return 'not_plain';
}

/** What a statement that claims a chunk answers, whether or not it found one. */
export interface ClaimRow {
  readonly control: string;
  readonly allowed: boolean;
  readonly target_live: boolean;
  readonly no: number | null;
  readonly item_ids: string[];
}

/** What to answer at once when the claim brought no chunk that may be worked on; null when it did. */
export function refuseClaim(claim: ClaimRow | undefined): ChunkResult | null {
  if (claim === undefined || claim.no === null || claim.control === 'ended') return { kind: 'idle' };
  if (claim.control === 'pause' || claim.control === 'cancel') return { kind: 'stopped', control: claim.control };
  return null;
}
