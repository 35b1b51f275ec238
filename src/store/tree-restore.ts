import { sql } from 'kysely';
import type { Database } from './database';
import type { TreeRoot } from './tree-root';
import { type TreeChange, written } from './tree-trash';

/**
 * Brings the asset itself back: under its old parent, or under the root of its project when that is gone, of which its
 * history tells.
 */
export async function restoreRoot(tx: Database, root: TreeRoot, change: TreeChange): Promise<void> {
  const isGone = root.facts.parent === 'gone';
  const details = isGone ? JSON.stringify({ parent_gone: true }) : null;
  const parentId = isGone ? null : root.parentId;
  await sql`
    with changed as (
      update assets set deleted_at = null, trash_root_id = null, parent_id = ${parentId}::bigint, updated_at = ${change.now}
      where id = ${root.id} returning id)
    insert into history (asset_id, project_id, kind, actor_id, job_id, from_parent_id, to_parent_id, details, created_at)
    select id, ${root.projectId}::bigint, 'restored', ${change.actorId}::bigint, ${change.jobId}::bigint,
      ${root.parentId}::bigint, ${parentId}::bigint, ${details}::jsonb, ${change.now} from changed`.execute(tx);
}

/** Brings back what the asset had taken to the trash. */
export async function restoreBelow(tx: Database, root: TreeRoot, change: TreeChange): Promise<void> {
  await sql`
    with locked as materialized (
      select id from assets where trash_root_id = ${root.id} and id <> ${root.id} order by id for no key update),
    changed as (
      update assets a set deleted_at = null, trash_root_id = null, updated_at = ${change.now}
      from locked l where a.id = l.id returning a.id), ${written('restored', root.projectId, change)}
    select from changed`.execute(tx);
}
