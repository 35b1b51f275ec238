import type { Pool, PoolClient } from 'pg';
import { FAILED_VERDICTS, decideBulkMoveItem } from '../domain/bulk-move';
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
import { decideUndoChunk, tryUndoChunk } from './bulk-move-undo-chunk';
import { lockProjectTree } from './project-tree';
import { splitByVerdict } from './bulk-move-verdicts';
import { inTransaction } from './transaction';

export { FILE_PHASE, FOLDER_PHASE, type BulkMoveJob, type ChunkPhase, type ChunkResult } from './bulk-move-job';

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
  const [tryChunk, decide] = job.undo ? [tryUndoChunk, decideUndoChunk] : [tryPlainChunk, decideChunk];
  if (phase === FILE_PHASE && !careful) {
    const result = await inTransaction(pool, (client) => tryChunk(client, job, now), { keepsPlans: true });
    if (result !== 'not_plain') return result;
  }
  return inTransaction(pool, (client) => decide(client, job, phase, now));
}

const NEXT_CHUNK = nextChunk('no, item_ids');

const PLAIN_CHUNK = `with ${GATE}, ${NEXT_CHUNK},
moved as (
  update assets a set parent_id = $4, updated_at = $6 from chunk c, unnest(c.item_ids) as item(id)
  where a.id = item.id and a.project_id = $2 and a.deleted_at is null and a.media_type <> 'folder'
    and a.parent_id is distinct from $4
    and (select control = 'run' and allowed and target_live from gate)
    and not exists (select from job_chunks f where f.job_id = $1 and f.phase = ${String(FOLDER_PHASE)})
  returning a.id, old.parent_id as from_id),
${history('$4')}, ${PREVIOUS_PARENTS},
${MARK_WHOLE_CHUNK}`;

function tryPlainChunk(client: PoolClient, job: BulkMoveJob, now: Date): Promise<ChunkResult | 'not_plain'> {
  return tryWholeChunk(client, {
    name: 'bulk-move-plain-chunk',
    text: PLAIN_CHUNK,
    values: [job.jobId, job.projectId, job.requestedBy, job.targetId, FILE_PHASE, now],
  });
}

const CLAIM = `with ${GATE}, ${NEXT_CHUNK}
select gate.*, c.no, c.item_ids from gate left join chunk c on true`;

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
${history('$4')}, ${PREVIOUS_PARENTS}
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
  const refusal = refuseClaim(claim);
  if (refusal !== null || claim === undefined) return refusal ?? { kind: 'idle' };

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
  const found = new Map(facts.rows.map((row) => [row.id, row]));
  const split = splitByVerdict(claim.item_ids, (id) => {
    const row = found.get(id);
    return decideBulkMoveItem(
      { allowed: claim.allowed, targetLive: claim.target_live },
      {
        live: row?.live === true,
        aboveTarget: row?.above_target === true,
        covered: row?.covered === true,
        alreadyThere: row?.already_there === true,
        changed: false,
      },
    );
  });
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
