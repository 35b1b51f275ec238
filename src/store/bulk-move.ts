import { sql } from 'kysely';
import type { Name } from '../domain/names';
import type { Selection } from '../domain/selection';
import type { Database } from './database';
import type { JobSelection } from './job-creation';
import { prepared } from './prepared';
import { findReadableProject, type ReadableProject } from './projects';
import { resolveSelection } from './selection';

/** A bulk move as its requester wrote it. */
export interface BulkMoveRequest {
  readonly project: Name;
  readonly parent: Name;
  readonly selection: Selection;
}

/** Why a bulk move is not accepted; nothing has been changed. A malformed or unknown selection is thrown. */
export type BulkMoveRefusal = 'no_project' | 'no_write' | 'parent_invalid';

export type BulkMoveAdmission =
  | {
      readonly kind: 'admitted';
      readonly project: ReadableProject;
      readonly parentUuid: string;
      readonly selection: JobSelection;
    }
  | { readonly kind: 'refused'; readonly refusal: BulkMoveRefusal };

/**
 * Checks a request against the store: the project is there for the user, the user may write, the parent is a live
 * folder of it or its root, and every id of the selection is one of its assets.
 *
 * @throws SelectionInvalid with the path of the part of the selection that cannot be resolved
 */
export async function admitBulkMove(
  db: Database,
  user: { readonly id: string },
  request: BulkMoveRequest,
): Promise<BulkMoveAdmission> {
  const project = await findReadableProject(db, request.project, user);
  if (project === null) return { kind: 'refused', refusal: 'no_project' };
  if (!project.rights.write) return { kind: 'refused', refusal: 'no_write' };
  const [parent, resolved] = await Promise.all([
    findTarget(db, project, request.parent),
    // A bad parent is told before a bad selection.
    resolveSelection(db, project.id, request.selection).catch((error: unknown) => ({ error })),
  ]);
  if (parent === null) return { kind: 'refused', refusal: 'parent_invalid' };
  if ('error' in resolved) throw resolved.error;
  const { assetIds, rules } = resolved;
  const selection = { parentId: parent.id, assetIds, rules };
  return { kind: 'admitted', project, parentUuid: parent.uuid, selection };
}

/** The new parent: the root (id null) when the project itself is named, else a live folder of it. */
async function findTarget(
  db: Database,
  project: ReadableProject,
  name: Name,
): Promise<{ readonly id: string | null; readonly uuid: string } | null> {
  if (name.by === 'uuid' ? name.uuid === project.uuid : name.id === project.id) {
    const asset = name.by === 'id' ? await findFolder(db, project.id, name) : null;
    return asset ?? { id: null, uuid: project.uuid };
  }
  return findFolder(db, project.id, name);
}

async function findFolder(db: Database, projectId: string, name: Name) {
  const { rows } = await sql<{ id: string; uuid: string }>`${prepared}
    select id, uuid from assets
    where ${name.by === 'id' ? sql`id = ${name.id}` : sql`uuid = ${name.uuid}`}
      and project_id = ${projectId} and media_type = 'folder' and deleted_at is null`.execute(db);
  return rows[0] ?? null;
}
