import { type RawBuilder, sql } from 'kysely';
import type { HistoryKind } from '../domain/history';
import type { Database } from './database';
import type { TreeRoot } from './tree-root';

/** On whose behalf a tree is changed, and in which job; null: nobody, no job. */
export interface TreeChange {
  readonly actorId: string | null;
  readonly jobId: string | null;
  readonly now: Date;
}

/** One entry for each row of `changed`. */
export const written = (kind: HistoryKind, projectId: string | null, change: TreeChange): RawBuilder<unknown> => sql`
  written as (
    insert into history (asset_id, project_id, kind, actor_id, job_id, created_at)
    select id, ${projectId}::bigint, ${kind}, ${change.actorId}::bigint, ${change.jobId}::bigint, ${change.now} from changed)`;

/** As a condition that an index can be used for. */
export const ofProject = (column: RawBuilder<unknown>, projectId: string | null): RawBuilder<unknown> =>
  projectId === null ? sql`${column} is null` : sql`${column} = ${projectId}`;

/**
 * Puts the asset itself into the trash, by the clock of the store, which is also the one that its purge goes by. In the
 * trash already, its time starts anew; with a folder until now, it is there by itself from now on.
 */
export async function trashRoot(tx: Database, root: TreeRoot, change: TreeChange): Promise<void> {
  await sql`
    with changed as (
      update assets set deleted_at = date_trunc('milliseconds', clock_timestamp()), trash_root_id = id,
        updated_at = ${change.now}
      where id = ${root.id} returning id),
    ${written('trashed', root.projectId, change)}
    select from changed`.execute(tx);
}

/**
 * Has everything that lies in a trashed folder follow it: what is live below it, what went to the trash with the same
 * folder as it (`with`), and what it took along before. What was trashed by itself stays so.
 *
 * Folders come first: whoever puts something into a folder holds its row until he commits, so that the statement after
 * sees everything that got in, and nothing gets in any more. The caller holds the lock of the tree.
 */
export async function trashBelow(tx: Database, root: TreeRoot, change: TreeChange): Promise<void> {
  const at = sql`(select deleted_at from assets where id = ${root.id})`;
  const inProject = ofProject(sql`c.project_id`, root.projectId);
  const mark = sql`update assets a set deleted_at = ${at}, trash_root_id = ${root.id}, updated_at = ${change.now}
    from locked l where a.id = l.id returning a.id`;
  await sql`update assets set deleted_at = ${at} where trash_root_id = ${root.id} and id <> ${root.id}`.execute(tx);
  await sql`
    with recursive below (id) as (
      select c.id from assets c
      where c.parent_id = ${root.id} and ${inProject} and c.deleted_at is null and c.media_type = 'folder'
      union all
      select c.id from below b join assets c on c.parent_id = b.id
      where ${inProject} and c.deleted_at is null and c.media_type = 'folder'),
    locked as materialized (select id from assets where id in (select id from below) order by id for update),
    changed as (${mark}), ${written('trashed', root.projectId, change)}
    select from changed`.execute(tx);
  await sql`
    with locked as materialized (
      select c.id from assets f join assets c on c.parent_id = f.id and ${inProject} and c.deleted_at is null
      where f.trash_root_id = ${root.id} and f.media_type = 'folder'
      order by c.id for no key update of c),
    changed as (${mark}), ${written('trashed', root.projectId, change)}
    select from changed`.execute(tx);
}

/**
 * Takes what went to the trash with another folder, and lies below this one, over to it: this one was trashed anew, by
 * itself. `before` is the folder that had taken it along.
 */
export async function takeOver(tx: Database, root: TreeRoot, before: string, change: TreeChange): Promise<void> {
  await sql`
    with recursive below (id) as (
      select c.id from assets c where c.parent_id = ${root.id} and c.trash_root_id = ${before}
      union all
      select c.id from below b join assets c on c.parent_id = b.id and c.trash_root_id = ${before}),
    locked as materialized (select id from assets where id in (select id from below) order by id for update),
    changed as (
      update assets a set trash_root_id = ${root.id}, updated_at = ${change.now},
        deleted_at = (select deleted_at from assets where id = ${root.id})
      from locked l where a.id = l.id returning a.id), ${written('trashed', root.projectId, change)}
    select from changed`.execute(tx);
}
