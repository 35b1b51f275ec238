import { sql } from 'kysely';
import type { Database } from './database';
import type { TreeRoot } from './tree-root';
import { ofProject, type TreeChange, written } from './tree-trash';

/** A project as an assignment names it; null: none. */
export type AssignTarget = { readonly id: string; readonly uuid: string } | null;

/** Puts the asset itself at the root of a project, or outside any; the project that it leaves keeps a line too. */
export async function assignRoot(
  tx: Database,
  root: TreeRoot,
  target: AssignTarget,
  change: TreeChange,
): Promise<void> {
  const details = sql`jsonb_build_object('from_project', (select uuid from projects where id = ${root.projectId}::bigint),
    'to_project', ${target?.uuid ?? null}::text)`;
  await sql`
    with changed as (
      update assets set project_id = ${target?.id ?? null}::bigint, parent_id = null, updated_at = ${change.now}
      where id = ${root.id} returning id),
    line (kind, project_id) as (
      select 'unassigned', ${root.projectId}::bigint where ${root.projectId}::bigint is not null
      union all select 'assigned', ${target?.id ?? null}::bigint where ${target?.id ?? null}::bigint is not null)
    insert into history (asset_id, project_id, kind, actor_id, job_id, from_parent_id, details, created_at)
    select c.id, l.project_id, l.kind, ${change.actorId}::bigint, ${change.jobId}::bigint, ${root.parentId}::bigint,
      ${details}, ${change.now} from changed c cross join line l order by l.kind desc`.execute(tx);
}

/**
 * Has everything that lies in a folder follow it from the project in which `root` says that it was; answers the ids. What
 * is in the trash stays with the project in which it was trashed.
 *
 * As in the trash: folders first, so that nothing gets into them in between.
 */
export async function assignBelow(
  tx: Database,
  root: TreeRoot,
  target: AssignTarget,
  change: TreeChange,
): Promise<string[]> {
  const from = root.projectId;
  const inProject = ofProject(sql`c.project_id`, from);
  const to = target?.id ?? null;
  const kind = to === null ? 'unassigned' : 'assigned';
  const move = sql`update assets a set project_id = ${to}::bigint, updated_at = ${change.now}
    from locked l where a.id = l.id returning a.id`;
  const folders = await sql<{ ids: string[] }>`
    with recursive below (id) as (
      select c.id from assets c
      where c.parent_id = ${root.id} and ${inProject} and c.deleted_at is null and c.media_type = 'folder'
      union all
      select c.id from below b join assets c on c.parent_id = b.id
      where ${inProject} and c.deleted_at is null and c.media_type = 'folder'),
    locked as materialized (select id from assets where id in (select id from below) order by id for update),
    changed as (${move}), ${written(kind, to ?? from, change)}
    select coalesce(array_agg(id), '{}') as ids from changed`.execute(tx);
  const folderIds = folders.rows[0]?.ids ?? [];
  const files = await sql<{ ids: string[] }>`
    with locked as materialized (
      select c.id from unnest(${[root.id, ...folderIds]}::bigint[]) f (id)
        join assets c on c.parent_id = f.id and ${inProject} and c.deleted_at is null
      order by c.id for no key update of c),
    changed as (${move}), ${written(kind, to ?? from, change)}
    select coalesce(array_agg(id), '{}') as ids from changed`.execute(tx);
  return [...folderIds, ...(files.rows[0]?.ids ?? [])];
}
