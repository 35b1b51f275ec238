import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database';
import { createJob } from './job-creation';
import type { DispatchableJob } from './job-dispatch';
import { lockTrees } from './project-tree';
import { changeBelow, type TreeRule } from './tree-below';
import type { TreeOrder } from './tree-change';
import { decideDeletion } from './tree-delete';
import { lockTreeRoot, type TreeRoot } from './tree-root';
import { withRetries } from './tree-transaction';

/** Commits the job that has all that lies in the folder follow it. */
export async function createTreeJob(
  tx: Database,
  order: TreeOrder,
  root: TreeRoot,
  rule: TreeRule,
): Promise<DispatchableJob> {
  const { kind, token, actor, target } = order;
  const projectId = kind === 'assign_assets' ? (target?.id ?? root.projectId) : root.projectId;
  const project =
    projectId === null
      ? null
      : await tx.selectFrom('projects').select(['id', 'uuid']).where('id', '=', projectId).executeTakeFirstOrThrow();
  const input = {
    asset: root.uuid,
    ...(kind === 'assign_assets' ? { project: target?.uuid ?? null } : {}),
    requested_by: actor.uuid,
  };
  const creation = await createJob(tx, {
    token,
    kind,
    project,
    createdBy: actor.id,
    input,
    selection: { parentId: null, assetIds: [root.id], rules: [rule] },
    idempotency: null,
    dispatched: order.dispatched,
    now: order.now,
  });
  if (creation.kind !== 'created') throw new Error(`job ${token} is there already`);
  return { token, kind, projectUuid: project?.uuid ?? null, ownerUuid: actor.uuid, input };
}

/** `stopped`: people stopped the job meanwhile, and nothing was done. */
export type TreeJobResult = 'applied' | 'stopped';

/** Such a stop, which takes back what the transaction did. */
class Stopped extends Error {}

/**
 * Does what the job is for, in one transaction, and counts each asset as an item; of what is to be deleted it only
 * decides, and leaves the items to {@link deleteNextChunk}. Repeated, it finds it done. When the asset has been changed
 * again since, such as restored after it was trashed, nothing is left to do.
 */
export async function applyTreeJob(
  db: Database,
  job: { readonly id: string; readonly actorId: string },
  now: Date,
): Promise<TreeJobResult> {
  try {
    await withRetries(db, (tx) => apply(tx, job, now));
    return 'applied';
  } catch (error) {
    if (error instanceof Stopped) return 'stopped';
    throw error;
  }
}

async function apply(tx: Database, job: { readonly id: string; readonly actorId: string }, now: Date): Promise<void> {
  const { rows } = await sql<{ total: string | null; root_id: string; rules: [TreeRule] }>`
    select j.total, s.asset_ids[1] as root_id, s.rules
    from jobs j join job_selections s on s.job_id = j.id where j.id = ${job.id}`.execute(tx);
  const row = rows[0];
  if (row === undefined) throw new Error(`job ${job.id} does not exist`);
  if (row.total !== null) return;
  const rule = row.rules[0];
  await lockTrees(tx, [rule.fromProjectId, rule.target?.id ?? rule.fromProjectId]);
  const root = await lockTreeRoot(tx, row.root_id);
  if (root !== null && isStillDue(root, rule)) await changeAndRecord(tx, job, root, rule, now);
  // Last, so that nobody who steers the job waits for it; whoever does so from here on waits for the commit.
  const { rows: control } = await sql`
    select from jobs where id = ${job.id} and finished_at is null and control = 'run' and total is null
    for no key update`.execute(tx);
  if (control.length === 0) throw new Stopped();
  await sql`
    update jobs j set state = 'running', updated_at = ${now}, total = s.items, succeeded = s.succeeded
    from (select coalesce(sum(cardinality(item_ids)), 0) as items, coalesce(sum(succeeded), 0) as succeeded
      from job_chunks where job_id = ${job.id}) s
    where j.id = ${job.id}`.execute(tx);
}

/** Whether the asset is as the job's beginning left it. */
function isStillDue(root: TreeRoot, { kind, target }: TreeRule): boolean {
  switch (kind) {
    case 'trash_assets':
    case 'delete_assets':
      return root.facts.trashed === 'self';
    case 'restore_assets':
      return root.facts.trashed === 'no';
    case 'assign_assets':
      return root.projectId === (target?.id ?? null);
  }
}

async function changeAndRecord(
  tx: Database,
  job: { readonly id: string; readonly actorId: string },
  root: TreeRoot,
  rule: TreeRule,
  now: Date,
): Promise<void> {
  const withRoot = sql`select id from assets where trash_root_id = ${root.id} or id = ${root.id}`;
  if (rule.kind === 'restore_assets') await recordItems(tx, job.id, root.id, withRoot, now);
  const ids = await changeBelow(tx, root, rule, { actorId: job.actorId, jobId: job.id, now });
  switch (rule.kind) {
    case 'restore_assets':
      return;
    case 'trash_assets':
      return recordItems(tx, job.id, root.id, withRoot, now);
    case 'delete_assets':
      await recordItems(tx, job.id, root.id, withRoot, null);
      return decideDeletion(tx, root.id);
    case 'assign_assets':
      return recordItems(tx, job.id, root.id, sql`select unnest(${[...ids, root.id]}::bigint[]) as id`, now);
  }
}

const CHUNK_ITEMS = sql.lit(1_000);
const FILE_PHASE = sql.lit(1);

/** Writes the items as chunks, the asset itself in the last place; done when there is an instant. */
async function recordItems(
  tx: Database,
  jobId: string,
  rootId: string,
  ids: RawBuilder<unknown>,
  doneAt: Date | null,
): Promise<void> {
  await sql`
    insert into job_chunks (job_id, no, phase, item_ids, done_at, succeeded)
    select ${jobId}, part, ${FILE_PHASE}, array_agg(id order by n), ${doneAt}::timestamptz,
      case when ${doneAt}::timestamptz is null then 0 else count(*) end
    from (
      select id, n, (n - 1) / ${CHUNK_ITEMS} as part
      from (select id, row_number() over (order by id = ${rootId}, id) as n from (${ids}) item) numbered) placed
    group by part`.execute(tx);
}
