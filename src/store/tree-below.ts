import { sql } from 'kysely';
import type { TreeChangeKind } from '../domain/tree-change';
import type { Database } from './database';
import { assignBelow, assignRoot, type AssignTarget } from './tree-assign';
import { decideDeletion } from './tree-delete';
import { restoreBelow, restoreRoot } from './tree-restore';
import type { TreeRoot } from './tree-root';
import { ofProject, takeOver, trashBelow, trashRoot, type TreeChange } from './tree-trash';

/** What is to be done with an asset and all that lies in it. */
export interface TreeRule {
  readonly kind: TreeChangeKind;
  /** Where it is assigned to; null for no project, and of no matter otherwise. */
  readonly target: AssignTarget;
}

/** More than this is a job. */
const MAX_AT_ONCE = 1_000;

/** Whether more lies in the folder than is changed at once, looking no further than that. */
export async function holdsMany(tx: Database, root: TreeRoot): Promise<boolean> {
  const inProject = ofProject(sql`c.project_id`, root.projectId);
  const most = sql.lit(MAX_AT_ONCE + 1);
  const { rows } = await sql<{ many: boolean }>`
    with recursive below (id, is_folder) as (
      select c.id, c.media_type = 'folder' from assets c
      where c.parent_id = ${root.id} and ${inProject} and c.deleted_at is null
      union all
      select c.id, c.media_type = 'folder' from below b join assets c on c.parent_id = b.id
      where b.is_folder and ${inProject} and c.deleted_at is null)
    select (select count(*) from (select from below limit ${most}) live)
      + (select count(*) from (select from assets where trash_root_id = ${root.trashRootId} limit ${most}) trashed)
      > ${sql.lit(MAX_AT_ONCE)} as many`.execute(tx);
  return rows[0]?.many === true;
}

/**
 * Does it, to a locked asset of which it makes sense, and under the lock of its tree when it is a folder. Of what is
 * deleted it only decides. Answers the ids of an assignment; others can be found by what took them to the trash.
 */
export async function applyTreeChange(
  tx: Database,
  root: TreeRoot,
  { kind, target }: TreeRule,
  change: TreeChange,
): Promise<readonly string[]> {
  switch (kind) {
    case 'trash_assets':
      await trash(tx, root, change);
      return [];
    case 'delete_assets':
      if (root.facts.trashed !== 'self') await trash(tx, root, change);
      await decideDeletion(tx, root.id);
      return [];
    case 'restore_assets':
      await restoreRoot(tx, root, change);
      if (root.isFolder) await restoreBelow(tx, root, change);
      return [];
    case 'assign_assets':
      if (root.projectId === (target?.id ?? null)) return [];
      await assignRoot(tx, root, target, change);
      return [root.id, ...(root.isFolder ? await assignBelow(tx, root, target, change) : [])];
  }
}

async function trash(tx: Database, root: TreeRoot, change: TreeChange): Promise<void> {
  await trashRoot(tx, root, change);
  if (!root.isFolder) return;
  if (root.facts.trashed === 'folder' && root.trashRootId !== null) await takeOver(tx, root, root.trashRootId, change);
  await trashBelow(tx, root, change);
}
