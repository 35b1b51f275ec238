import type { Pool, PoolClient } from 'pg';
import { FAILED_VERDICTS, decideBulkMoveItem, statusOfVerdict, type BulkMoveVerdict } from '../domain/bulk-move';
import { inTransaction } from './transaction';

/** Folders move first and one chunk at a time; files move after them, in as many lanes as there are. */
export const FOLDER_PHASE = 0;
export const FILE_PHASE = 1;
export type ChunkPhase = typeof FOLDER_PHASE | typeof FILE_PHASE;

/** One bulk move as its chunks need it; ids of the store. `targetId` null is the root of the project. */
export interface BulkMoveJob {
  readonly jobId: string;
  readonly projectId: string;
  readonly targetId: string | null;
  readonly requestedBy: string;
}

/**
 * What one call did: `moved` a chunk (with the number of items that were not plainly moved), found none `idle`, or was
 * told to stop by the job's control state.
 */
export type ChunkResult =
  | { readonly kind: 'done'; readonly items: number; readonly exceptions: number }
  | { readonly kind: 'idle' }
  | { readonly kind: 'stopped'; readonly control: 'pause' | 'cancel' };

/**
 * Moves the next waiting chunk of the job, in one transaction: the assets, their history, the chunk's counts. A second
 * call for the same chunk finds it done, whatever was killed in between.
 *
 * A chunk of files is first tried as one statement, under the assumption that each item can plainly be moved; `careful`
 * skips the try. When the assumption does not hold, the items are locked and decided one by one.
 */
export async function moveNextChunk(
  pool: Pool,
  job: BulkMoveJob,
  phase: ChunkPhase,
  now: Date,
  careful = false,
): Promise<ChunkResult> {
  if (phase === FILE_PHASE && !careful) {
    const result = await inTransaction(pool, (client) => tryPlainChunk(client, job, now), { keepsPlans: true });
    if (result !== 'not_plain') return result;
  }
  return inTransaction(pool, (client) => decideChunk(client, job, phase, now));
}

const RIGHT_TO_WRITE = `exists (
  select from users u where u.id = $3 and u.deleted_at is null and (u.admin or exists (
    select from team_members m join team_access t using (team_id)
    where m.user_id = u.id and t.project_id = $2 and t.can_write)))`;

/** $1 job, $2 project, $3 requester, $4 target. The share lock keeps the target where and what it is until commit. */
const GATE = `gate as materialized (
  select (select case when finished_at is null then control else 'ended' end from jobs where id = $1) as control,
    ${RIGHT_TO_WRITE} as allowed,
    $4::bigint is null or exists (
      select from assets where id = $4 and project_id = $2 and media_type = 'folder' and deleted_at is null for share
    ) as target_live)`;

const NEXT_CHUNK = `chunk as materialized (
  select no, item_ids from job_chunks where job_id = $1 and phase = $5 and done_at is null and not closed
  order by no limit 1 for update skip locked)`;

const HISTORY = `written as (
  insert into history (asset_id, project_id, kind, actor_id, job_id, from_parent_id, to_parent_id, created_at)
  select id, $2, 'moved', $3, $1, from_id, $4, $6 from moved)`;

/**
 * One parent for all is kept as one element (the empty array when all lay at the root), a mixture in the order of
 * `moved_ids`, which is null when every item of the chunk moved.
 */
const PREVIOUS_PARENTS = `tally as (
  select count(*) as moved, count(from_id) as with_parent, min(from_id) as lowest, max(from_id) as highest from moved),
previous as (
  select case when with_parent = 0 then '{}'::bigint[]
    when with_parent = moved and lowest = highest then array[lowest]
    else (select array_agg(from_id order by id) from moved) end as parents from tally)`;

const PLAIN_CHUNK = `with ${GATE}, ${NEXT_CHUNK},
moved as (
  update assets a set parent_id = $4, updated_at = $6 from chunk c, unnest(c.item_ids) as item(id)
  where a.id = item.id and a.project_id = $2 and a.deleted_at is null and a.media_type <> 'folder'
    and a.parent_id is distinct from $4
    and (select control = 'run' and allowed and target_live from gate)
    and not exists (select from job_chunks f where f.job_id = $1 and f.phase = ${String(FOLDER_PHASE)})
  returning a.id, old.parent_id as from_id),
${HISTORY}, ${PREVIOUS_PARENTS},
marked as (
  update job_chunks k set done_at = $6, succeeded = tally.moved, previous_parent_ids = previous.parents
  from chunk c, tally, previous where k.job_id = $1 and k.no = c.no and tally.moved = cardinality(c.item_ids)
  returning 1)
select (select control from gate) as control, cardinality(c.item_ids) as items, tally.moved::int as moved
from tally left join chunk c on true`;

interface PlainChunkRow {
  readonly control: string;
  readonly items: number | null;
  readonly moved: number;
}

async function tryPlainChunk(client: PoolClient, job: BulkMoveJob, now: Date): Promise<ChunkResult | 'not_plain'> {
  const answer = await client.query<PlainChunkRow>({
    name: 'bulk-move-plain-chunk',
    text: PLAIN_CHUNK,
    values: [job.jobId, job.projectId, job.requestedBy, job.targetId, FILE_PHASE, now],
  });
  const row = answer.rows[0];
  if (row === undefined) throw new Error(`chunk statement of job ${job.jobId} answered no row`);
  if (row.control === 'ended' || row.items === null) return { kind: 'idle' };
  if (row.control === 'pause' || row.control === 'cancel') return { kind: 'stopped', control: row.control };
  if (row.moved === row.items) return { kind: 'done', items: row.items, exceptions: 0 };
  await client.query('rollback and chain');
  return 'not_plain';
}

const CLAIM = `with ${GATE}, ${NEXT_CHUNK}
select gate.*, c.no, c.item_ids from gate left join chunk c on true`;

interface ClaimRow {
  readonly control: string;
  readonly allowed: boolean;
  readonly target_live: boolean;
  readonly no: number | null;
  readonly item_ids: string[];
}

const LOCK_ITEMS = `select id, media_type = 'folder' as folder from assets
  where id = any($1::bigint[]) order by id for no key update`;

/** $1 job, $2 project, $3 target, $4 items, $5 failed verdicts. Walks up once per distinct parent, not per item. */
const ITEM_FACTS = `with recursive
above_target (id) as (
  select $3::bigint where $3::bigint is not null
  union select a.parent_id from above_target t join assets a on a.id = t.id where a.parent_id is not null),
item as (
  select a.id, a.parent_id, a.project_id is not distinct from $2 and a.deleted_at is null as live
  from assets a where a.id = any($4::bigint[])),
climb (parent_id, id) as (
  select distinct parent_id, parent_id from item where parent_id is not null
  union select c.parent_id, a.parent_id from climb c join assets a on a.id = c.id where a.parent_id is not null),
selected as (
  select unnest(item_ids) as id from job_chunks where job_id = $1 and phase = ${String(FOLDER_PHASE)}),
failed as (
  select e.id from job_chunks k, unnest(k.exception_ids, k.exception_codes) as e(id, code)
  where k.job_id = $1 and k.phase = ${String(FOLDER_PHASE)} and e.code = any($5::text[])),
cyclic as (
  select id from above_target join assets using (id) where project_id = $2 and deleted_at is null),
covering as (
  select id from selected except select id from failed except select id from cyclic)
select item.id, item.live, item.id in (select id from above_target) as above_target,
  item.parent_id in (select c.parent_id from climb c join covering using (id)) is true as covered,
  item.parent_id is not distinct from $3 as already_there
from item`;

interface ItemRow {
  readonly id: string;
  readonly live: boolean;
  readonly above_target: boolean;
  readonly covered: boolean;
  readonly already_there: boolean;
}

/** $7 chunk number, $8 items to move, $9 and $10 the others with their codes, $11 skipped, $12 failed. */
const APPLY = `with moved as (
  update assets a set parent_id = $4, updated_at = $6 from unnest($8::bigint[]) as item(id)
  where a.id = item.id returning a.id, old.parent_id as from_id),
${HISTORY}, ${PREVIOUS_PARENTS}
update job_chunks k set done_at = $6, succeeded = tally.moved, skipped = $9, failed = $10,
  exception_ids = $11, exception_codes = $12, moved_ids = $8, previous_parent_ids = previous.parents
from tally, previous where k.job_id = $1 and k.no = $7 and $5::smallint = k.phase`;

async function decideChunk(client: PoolClient, job: BulkMoveJob, phase: ChunkPhase, now: Date): Promise<ChunkResult> {
  if (phase === FOLDER_PHASE) await lockProjectTree(client, job.projectId);
  const claimed = await client.query<ClaimRow>({
    name: 'bulk-move-claim-chunk',
    text: CLAIM,
    values: [job.jobId, job.projectId, job.requestedBy, job.targetId, phase],
  });
  const claim = claimed.rows[0];
  if (claim === undefined || claim.no === null || claim.control === 'ended') return { kind: 'idle' };
  if (claim.control === 'pause' || claim.control === 'cancel') return { kind: 'stopped', control: claim.control };

  const locked = await client.query<{ folder: boolean }>({
    name: 'bulk-move-lock-items',
    text: LOCK_ITEMS,
    values: [claim.item_ids],
  });
  // A placeholder that became a folder after the snapshot needs the guard against cycles as well.
  if (phase === FILE_PHASE && locked.rows.some((row) => row.folder)) await lockProjectTree(client, job.projectId);

  const facts = await client.query<ItemRow>({
    name: 'bulk-move-item-facts',
    text: ITEM_FACTS,
    values: [job.jobId, job.projectId, job.targetId, claim.item_ids, FAILED_VERDICTS],
  });
  const split = splitByVerdict(claim, facts.rows);
  const { movedIds, exceptionIds, exceptionCodes } = split;
  await client.query({
    name: 'bulk-move-apply-chunk',
    text: APPLY,
    values: [
      ...[job.jobId, job.projectId, job.requestedBy, job.targetId, phase, now, claim.no],
      ...[movedIds, split.skipped, split.failed, exceptionIds, exceptionCodes],
    ],
  });
  return { kind: 'done', items: claim.item_ids.length, exceptions: exceptionIds.length };
}

function splitByVerdict(claim: ClaimRow, rows: readonly ItemRow[]) {
  const chunk = { allowed: claim.allowed, targetLive: claim.target_live };
  const found = new Map(rows.map((row) => [row.id, row]));
  const movedIds: string[] = [];
  const exceptionIds: string[] = [];
  const exceptionCodes: BulkMoveVerdict[] = [];
  const counts = { moved: 0, skipped: 0, failed: 0 };
  for (const id of claim.item_ids) {
    const row = found.get(id);
    const verdict = decideBulkMoveItem(chunk, {
      live: row?.live === true,
      aboveTarget: row?.above_target === true,
      covered: row?.covered === true,
      alreadyThere: row?.already_there === true,
    });
    counts[statusOfVerdict(verdict)] += 1;
    if (verdict === 'moved') {
      movedIds.push(id);
    } else {
      exceptionIds.push(id);
      exceptionCodes.push(verdict);
    }
  }
  return { movedIds, exceptionIds, exceptionCodes, skipped: counts.skipped, failed: counts.failed };
}

/**
 * Serialises the folder moves of one project, so that two opposite ones cannot make a cycle: whoever comes second sees
 * what the first one did. Taken before any row lock.
 */
async function lockProjectTree(client: PoolClient, projectId: string): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('project-tree:' || $1, 0))`, [projectId]);
}
