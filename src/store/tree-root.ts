import { sql } from 'kysely';
import type { ParentStanding, TreeRootFacts } from '../domain/tree-change';
import { Overtaken } from './contention';
import type { Database } from './database';

/** The asset that a change of the tree begins with, locked until the transaction ends. */
export interface TreeRoot {
  readonly id: string;
  readonly uuid: string;
  readonly isFolder: boolean;
  readonly projectId: string | null;
  readonly parentId: string | null;
  /** The asset that took it to the trash, itself perhaps; null while it is live. */
  readonly trashRootId: string | null;
  readonly facts: TreeRootFacts;
}

interface RootRow {
  uuid: string;
  is_folder: boolean;
  project_id: string | null;
  parent_id: string | null;
  trash_root_id: string | null;
  purging: boolean;
  folder_id: string | null;
  parent: ParentStanding;
}

const PARENT_PURGING = sql`exists (select from assets r where r.id = p.trash_root_id and r.purging_at is not null)`;

/**
 * Locks the asset, and the folder in which it lies, so that neither is trashed, restored or deleted meanwhile. Answers
 * null when there is no such asset (any more), or when its permanent deletion has been decided. A folder whose deletion
 * has been decided is gone for what lies in it: nobody can restore that folder first.
 *
 * @throws Overtaken when the asset came to another folder in between
 */
export async function lockTreeRoot(tx: Database, assetId: string): Promise<TreeRoot | null> {
  // The folder before what lies in it, as everybody does.
  const { rows: folders } = await sql<{ id: string }>`
    select id from assets where id = (select parent_id from assets where id = ${assetId}) for share`.execute(tx);
  await sql`select from assets where id = ${assetId} for update`.execute(tx);
  const { rows } = await sql<RootRow>`
    select a.uuid, a.media_type = 'folder' as is_folder, a.project_id, a.parent_id, a.trash_root_id,
      exists (select from assets r where r.id = a.trash_root_id and r.purging_at is not null) as purging,
      p.id as folder_id, case when a.parent_id is null then 'none' when p.id is null or ${PARENT_PURGING} then 'gone'
        when p.deleted_at is null then 'live' else 'trashed' end as parent
    from assets a left join assets p on p.id = a.parent_id and p.project_id is not distinct from a.project_id
    where a.id = ${assetId}`.execute(tx);
  const row = rows[0];
  if (row === undefined || row.purging) return null;
  if (row.folder_id !== null && row.folder_id !== folders[0]?.id) {
    throw new Overtaken(`asset ${assetId} has just come to folder ${row.folder_id}`);
  }
  const trashed = row.trash_root_id === null ? 'no' : row.trash_root_id === assetId ? 'self' : 'folder';
  return {
    id: assetId,
    uuid: row.uuid,
    isFolder: row.is_folder,
    projectId: row.project_id,
    parentId: row.parent_id,
    trashRootId: row.trash_root_id,
    facts: { trashed, parent: row.parent, hasProject: row.project_id !== null },
  };
}
