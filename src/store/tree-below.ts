import { sql } from 'kysely';
import type { TreeChangeKind } from '../domain/tree-change';
import type { Database } from './database';
import { assignBelow, type AssignTarget } from './tree-assign';
import { restoreBelow } from './tree-restore';
import type { TreeRoot } from './tree-root';
import { ofProject, takeOver, trashBelow, type TreeChange } from './tree-trash';

/** What is to be done with all that lies in a folder, once the folder itself has been changed; ids of the store. */
export interface TreeRule {
  readonly kind: TreeChangeKind;
  /** Where the folder was. */
  readonly fromProjectId: string | null;
  readonly target: AssignTarget;
  /** The folder above it with which it had gone to the trash, if it had. */
  readonly before: string | null;
}

/** More than this is a job. */
const MAX_AT_ONCE = 1_000;

/** Whether more lies in the folder than is changed at once, looking no further than that. */
export async function holdsMany(tx: Database, root: TreeRoot, { before }: TreeRule): Promise<boolean> {
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
      + (select count(*) from (
          select from assets where trash_root_id in (${root.id}, ${before ?? root.id}) limit ${most}) trashed)
      > ${sql.lit(MAX_AT_ONCE)} as many`.execute(tx);
  return rows[0]?.many === true;
}

/** Has what lies in the folder follow it, under the lock of its tree; answers the ids of an assignment. */
export async function changeBelow(
  tx: Database,
  root: TreeRoot,
  rule: TreeRule,
  change: TreeChange,
): Promise<readonly string[]> {
  switch (rule.kind) {
    case 'trash_assets':
    case 'delete_assets':
      if (rule.before !== null) await takeOver(tx, root, rule.before, change);
      await trashBelow(tx, root, change);
      return [];
    case 'restore_assets':
      await restoreBelow(tx, root, change);
      return [];
    case 'assign_assets':
      return assignBelow(tx, root, rule.fromProjectId, rule.target, change);
  }
}
