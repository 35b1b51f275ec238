import { type RawBuilder, sql } from 'kysely';
import { refuseTreeChange, type TreeRefusal } from '../domain/tree-change';
import { Overtaken } from './contention';
import type { Database } from './database';
import { createJob } from './job-creation';
import type { DispatchableJob } from './job-dispatch';
import { lockTrees } from './project-tree';
import { applyTreeChange, type TreeRule } from './tree-below';
import type { TreeOrder } from './tree-change';
import { lockTreeRoot, type TreeRoot } from './tree-root';
import { withRetries } from './tree-transaction';

/** Commits the job that does it. */
export async function createTreeJob(tx: Database, order: TreeOrder, root: TreeRoot): Promise<DispatchableJob> {
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
    selection: { parentId: null, assetIds: [root.id], rules: [{ kind, target } satisfies TreeRule] },
    idempotency: null,
    dispatched: order.dispatched,
    now: order.now,
  });
  if (creation.kind !== 'created') throw new Error(`job ${token} is there already`);
  return { token, kind, projectUuid: project?.uuid ?? null, ownerUuid: actor.uuid, input };
}

/**
 * `stopped`: people stopped the job meanwhile; `forbidden`: who asked for it may not do it any more; a refusal: it makes no
 * sense any more. Nothing was done then.
 */
export type TreeJobResult = 'applied' | 'stopped' | 'forbidden' | TreeRefusal | 'gone';

/** Takes back what the transaction did. */
class Undone extends Error {
  constructor(readonly result: TreeJobResult) {
    super(result);
  }
}

/**
 * Does what the job is for, in one transaction, and counts each asset as an item; of what is to be deleted it only
 * decides, and leaves the items to tree-delete-chunk.ts. Repeated, it finds it done.
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
    if (error instanceof Undone) return error.result;
    throw error;
  }
}

async function apply(tx: Database, job: { readonly id: string; readonly actorId: string }, now: Date): Promise<void> {
  const { rows } = await sql<{ total: string | null; root_id: string; project_id: string | null; rules: [TreeRule] }>`
    select j.total, s.asset_ids[1] as root_id, s.rules, a.project_id
    from jobs j join job_selections s on s.job_id = j.id left join assets a on a.id = s.asset_ids[1]
    where j.id = ${job.id}`.execute(tx);
  const row = rows[0];
  if (row === undefined) throw new Error(`job ${job.id} does not exist`);
  if (row.total !== null) return;
  const rule = row.rules[0];
  await lockTrees(tx, [row.project_id, ...(rule.target === null ? [] : [rule.target.id])]);
  // Another worker may have held the tree for the same job.
  if (await isApplied(tx, job.id)) return;
  const root = await lockTreeRoot(tx, row.root_id);
  if (root === null) throw new Undone('gone');
  if (root.projectId !== row.project_id) throw new Overtaken(`asset ${root.id} has just come to another project`);
  const refusal = refuseTreeChange(rule.kind, root.facts, rule.target === null);
  if (refusal !== null) throw new Undone(refusal);
  await applyAndRecord(tx, job, root, rule, now);
  // It may have waited for long, and taken long: the rights are those at its end.
  if (!(await mayChange(tx, root, rule, job.actorId))) throw new Undone('forbidden');
  // Last, so that nobody who steers the job waits for it; whoever does so from here on waits for the commit.
  const { rows: control } = await sql`
    select from jobs where id = ${job.id} and finished_at is null and control = 'run' and total is null
    for no key update`.execute(tx);
  if (control.length === 0) throw new Undone('stopped');
  await sql`
    update jobs j set state = 'running', updated_at = ${now}, total = s.items, succeeded = s.succeeded
    from (select coalesce(sum(cardinality(item_ids)), 0) as items, coalesce(sum(succeeded), 0) as succeeded
      from job_chunks where job_id = ${job.id}) s
    where j.id = ${job.id}`.execute(tx);
}

/** Whether the actor may write where the asset was before the change, and where it is assigned to. */
async function mayChange(tx: Database, root: TreeRoot, { target }: TreeRule, actorId: string): Promise<boolean> {
  const projectIds = [root.projectId, target?.id ?? null].filter((id) => id !== null);
  const { rows } = await sql`
    select from users u where u.id = ${actorId} and u.deleted_at is null and (u.admin
      or (${root.projectId}::bigint is not null or exists (select from assets where id = ${root.id} and owner_id = u.id))
        and not exists (select from unnest(${projectIds}::bigint[]) as p (id) where not exists (
          select from team_members m join team_access t on t.team_id = m.team_id and t.can_write
          where m.user_id = u.id and t.project_id = p.id)))`.execute(tx);
  return rows.length > 0;
}

async function isApplied(tx: Database, jobId: string): Promise<boolean> {
  const { rows } = await sql`select from jobs where id = ${jobId} and total is not null`.execute(tx);
  return rows.length > 0;
}

async function applyAndRecord(
  tx: Database,
  job: { readonly id: string; readonly actorId: string },
  root: TreeRoot,
  rule: TreeRule,
  now: Date,
): Promise<void> {
  const trashed = sql`select id, media_type = 'folder' as is_folder from assets where trash_root_id = ${root.id}`;
  if (rule.kind === 'restore_assets') await recordItems(tx, job.id, root.id, trashed, now);
  const ids = await applyTreeChange(tx, root, rule, { actorId: job.actorId, jobId: job.id, now });
  switch (rule.kind) {
    case 'restore_assets':
      return;
    case 'trash_assets':
      return recordItems(tx, job.id, root.id, trashed, now);
    case 'delete_assets':
      return recordItems(tx, job.id, root.id, trashed, null);
    case 'assign_assets':
      return recordItems(tx, job.id, root.id, sql`select unnest(${ids}::bigint[]) as id, false as is_folder`, now);
  }
}

const CHUNK_ITEMS = sql.lit(1_000);
const FILE_PHASE = sql.lit(1);

/**
 * Writes the items as chunks, folders after what lies in them and the asset itself in the last place; done when there is
 * an instant.
 */
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
      from (select id, row_number() over (order by id = ${rootId}, is_folder, id) as n from (${ids}) item) numbered) placed
    group by part`.execute(tx);
}
