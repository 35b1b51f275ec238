import type { PoolClient } from 'pg';
import { decideBulkMoveItem } from '../domain/bulk-move';
import { createFolderTree } from '../domain/folder-tree';
import {
  GATE,
  history,
  MARK_WHOLE_CHUNK,
  nextChunk,
  PREVIOUS_PARENTS,
  refuseClaim,
  tryWholeChunk,
  type ClaimRow,
} from './bulk-move-chunk-sql';
import { FILE_PHASE, FOLDER_PHASE, type BulkMoveJob, type ChunkPhase, type ChunkResult } from './bulk-move-job';
import { lockProjectTree } from './project-tree';
import { splitByVerdict, type ChunkSplit } from './bulk-move-verdicts';

const CHUNK = nextChunk('no, item_ids, target_ids, expected_parent_ids');

/** A parent to go back to that was a folder of the project and is live, kept so until commit. */
const isTarget = `project_id = $2 and media_type = 'folder' and deleted_at is null order by id for share`;

/**
 * Files that all lie where they were put, and can all go back. The targets come by a join, for Postgres looks at the
 * conditions again with the joined rows at hand when it had to wait for an item.
 */
const WHOLE_UNDO_CHUNK = `with ${GATE}, ${CHUNK},
target as materialized (
  select id from assets where id = any(array(select distinct unnest(target_ids) from chunk)) and ${isTarget}),
moved as (
  update assets a set parent_id = item.target_id, updated_at = $6
  from chunk c cross join lateral unnest(c.item_ids, c.target_ids, c.expected_parent_ids)
      as item(id, target_id, expected_id)
    left join target t on t.id = item.target_id
  where a.id = item.id and a.project_id = $2 and a.deleted_at is null and a.media_type <> 'folder'
    and a.parent_id is not distinct from item.expected_id and (item.target_id is null or t.id is not null)
    and (select control = 'run' and allowed from gate)
  returning a.id, old.parent_id as from_id, new.parent_id as to_id),
${history('to_id')}, ${PREVIOUS_PARENTS},
${MARK_WHOLE_CHUNK}`;

/** Undoes the next chunk of files in one statement, or nothing at all when one of them needs a decision. */
export function tryUndoChunk(client: PoolClient, job: BulkMoveJob, now: Date): Promise<ChunkResult | 'not_plain'> {
  return tryWholeChunk(client, {
    name: 'bulk-move-undo-whole-chunk',
    text: WHOLE_UNDO_CHUNK,
    values: [job.jobId, job.projectId, job.requestedBy, null, FILE_PHASE, now],
  });
}

const CLAIM = `with ${GATE}, ${CHUNK}
select gate.*, c.* from gate left join chunk c on true`;

interface UndoClaimRow extends ClaimRow {
  readonly target_ids: (string | null)[];
  readonly expected_parent_ids: (string | null)[];
}

/** $1 targets, $2 project. */
const LOCK_TARGETS = `select id from assets where id = any($1::bigint[]) and ${isTarget}`;

/** $1 items, $2 project. */
const LOCK_ITEMS = `select id, parent_id, media_type = 'folder' as folder,
    project_id is not distinct from $2 and deleted_at is null as live
  from assets where id = any($1::bigint[]) order by id for no key update`;

interface ItemRow {
  readonly id: string;
  readonly parent_id: string | null;
  readonly folder: boolean;
  readonly live: boolean;
}

/** $1 folders. They and all that lie above them. */
const WAY_UP = `with recursive up (id, parent_id) as (
  select id, parent_id from assets where id = any($1::bigint[])
  union select a.id, a.parent_id from up u join assets a on a.id = u.parent_id)
select id, parent_id from up`;

/** $7 chunk number, $8 items to move with $9 their targets, $10 skipped, $11 failed, $12 and $13 the others' codes. */
const APPLY = `with moved as (
  update assets a set parent_id = item.target_id, updated_at = $6
  from unnest($8::bigint[], $9::bigint[]) as item(id, target_id)
  where a.id = item.id returning a.id, old.parent_id as from_id, new.parent_id as to_id),
${history('to_id')}, ${PREVIOUS_PARENTS}
update job_chunks k set done_at = $6, succeeded = tally.moved, skipped = $10, failed = $11,
  exception_ids = $12, exception_codes = $13, moved_ids = $8, previous_parent_ids = previous.parents
from tally, previous where k.job_id = $1 and k.no = $7 and k.phase = $5 and $4::bigint is null`;

/** Undoes the next chunk item by item. */
export async function decideUndoChunk(
  client: PoolClient,
  job: BulkMoveJob,
  phase: ChunkPhase,
  now: Date,
): Promise<ChunkResult> {
  if (phase === FOLDER_PHASE) await lockProjectTree(client, job.projectId);
  const common = [job.jobId, job.projectId, job.requestedBy, null, phase] as const;
  const claimed = await client.query<UndoClaimRow>({
    name: 'bulk-move-undo-claim-chunk',
    text: CLAIM,
    values: [...common],
  });
  const claim = claimed.rows[0];
  const refusal = refuseClaim(claim);
  if (refusal !== null || claim === undefined) return refusal ?? { kind: 'idle' };
  const { targets, split } = await decideItems(client, job, phase, claim);
  await client.query({
    name: 'bulk-move-undo-apply-chunk',
    text: APPLY,
    values: [
      ...[...common, now, claim.no, split.movedIds, split.movedIds.map((id) => targets.get(id) ?? null)],
      ...[split.skipped, split.failed, split.exceptionIds, split.exceptionCodes],
    ],
  });
  return { kind: 'done', items: claim.item_ids.length, exceptions: split.exceptionIds.length };
}

/** Locks targets and items, each in the order of their ids, and decides the items in the order of the chunk. */
async function decideItems(
  client: PoolClient,
  job: BulkMoveJob,
  phase: ChunkPhase,
  claim: UndoClaimRow,
): Promise<{ readonly targets: ReadonlyMap<string, string | null>; readonly split: ChunkSplit }> {
  const targets = new Map(claim.item_ids.map((id, at) => [id, claim.target_ids[at] ?? null]));
  const expected = new Map(claim.item_ids.map((id, at) => [id, claim.expected_parent_ids[at] ?? null]));
  const wanted = [...new Set(targets.values())].filter((id) => id !== null);
  const lockedTargets = await client.query<{ id: string }>({
    name: 'bulk-move-undo-lock-targets',
    text: LOCK_TARGETS,
    values: [wanted, job.projectId],
  });
  const liveTargets = new Set(lockedTargets.rows.map((row) => row.id));
  const lockedItems = await client.query<ItemRow>({
    name: 'bulk-move-undo-lock-items',
    text: LOCK_ITEMS,
    values: [claim.item_ids, job.projectId],
  });
  const items = new Map(lockedItems.rows.map((row) => [row.id, row]));
  const hasFolder = lockedItems.rows.some((row) => row.folder);
  // A placeholder that became a folder after the snapshot needs the guard against cycles as well.
  if (phase === FILE_PHASE && hasFolder) await lockProjectTree(client, job.projectId);
  const wayUp = hasFolder
    ? await client.query<Pick<ItemRow, 'id' | 'parent_id'>>({
        name: 'bulk-move-undo-way-up',
        text: WAY_UP,
        values: [[...liveTargets]],
      })
    : { rows: [] };
  const tree = createFolderTree(wayUp.rows.map((row) => [row.id, row.parent_id]));

  const split = splitByVerdict(claim.item_ids, (id) => {
    const item = items.get(id);
    const target = targets.get(id) ?? null;
    const verdict = decideBulkMoveItem(
      { allowed: claim.allowed, targetLive: target === null || liveTargets.has(target) },
      {
        live: item?.live === true,
        changed: item?.parent_id !== expected.get(id),
        aboveTarget: item?.folder === true && tree.isAtOrAbove(id, target),
        covered: false,
        alreadyThere: false,
      },
    );
    // Two folders of one chunk may each have a place to go back to, but not both of them.
    if (verdict === 'moved' && item?.folder === true) tree.move(id, target);
    return verdict;
  });
  return { targets, split };
}
