import { sql } from 'kysely';
import type { Name } from '../domain/names';
import type { Selection } from '../domain/selection';
import type { Database } from './database';
import { createJob, type Idempotency, type JobCreation, type JobSelection } from './job-creation';
import type { DispatchableJob } from './job-dispatch';
import { prepared } from './prepared';
import { readableProject, type ReadableProject, type ReadableProjectRow, toReadableProject } from './projects';
import { resolveSelection } from './selection';
import type { ProjectId } from './selection-lookup';

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
  // Asked for at the same time, though heeded last: whoever may not write here is not told what exists.
  const resolve = () =>
    resolveSelection(db, idOfProject(request.project), request.selection).catch((error: unknown) => ({ error }));
  // A transaction has one connection, on which one statement follows the other.
  const [place, resolved] = db.isTransaction
    ? [await findPlace(db, user, request), await resolve()]
    : await Promise.all([findPlace(db, user, request), resolve()]);
  if (place === null) return { kind: 'refused', refusal: 'no_project' };
  const { project, parent } = place;
  if (!project.rights.write) return { kind: 'refused', refusal: 'no_write' };
  if (parent === null) return { kind: 'refused', refusal: 'parent_invalid' };
  if ('error' in resolved) throw resolved.error;
  const selection = { parentId: parent.id, assetIds: resolved.assetIds, rules: resolved.rules };
  return { kind: 'admitted', project, parentUuid: parent.uuid, selection };
}

/** A bulk move that was admitted, by whom and under which token. */
export interface BulkMoveOrder {
  readonly token: string;
  readonly admission: Extract<BulkMoveAdmission, { kind: 'admitted' }>;
  readonly requester: { readonly id: string; readonly uuid: string };
  readonly idempotency: Idempotency | null;
  /** True when the workflow runs already. */
  readonly dispatched: boolean;
  readonly now: Date;
}

/** Commits the job; `job` is to be started when it was created. */
export async function createBulkMoveJob(
  db: Database,
  { token, admission, requester, idempotency, dispatched, now }: BulkMoveOrder,
): Promise<{ readonly creation: JobCreation; readonly job: DispatchableJob }> {
  const { project, parentUuid, selection } = admission;
  const input = { project: project.uuid, parent: parentUuid, selection_ref: token, requested_by: requester.uuid };
  const kind = 'bulk_move_assets';
  const made = { token, kind, project, createdBy: requester.id, input, selection } as const;
  const creation = await createJob(db, { ...made, idempotency, dispatched, now });
  return { creation, job: { token, kind, projectUuid: project.uuid, ownerUuid: requester.uuid, input } };
}

interface Parent {
  /** Null: the root of the project. */
  readonly id: string | null;
  readonly uuid: string;
}

/** The project, and the new parent in it: a live folder, or the root when the project itself is named. */
async function findPlace(
  db: Database,
  user: { readonly id: string },
  { project: name, parent }: BulkMoveRequest,
): Promise<{ readonly project: ReadableProject; readonly parent: Parent | null } | null> {
  const { rows } = await sql<ReadableProjectRow & { folder_id: string | null; folder_uuid: string | null }>`${prepared}
    select p.*, f.id as folder_id, f.uuid as folder_uuid from (${readableProject(name, user)}) p
      left join assets f on ${parent.by === 'id' ? sql`f.id = ${parent.id}` : sql`f.uuid = ${parent.uuid}`}
        and f.project_id = p.id and f.media_type = 'folder' and f.deleted_at is null`.execute(db);
  const [row] = rows;
  if (row === undefined) return null;
  const project = toReadableProject(row);
  if (row.folder_id !== null && row.folder_uuid !== null) {
    return { project, parent: { id: row.folder_id, uuid: row.folder_uuid } };
  }
  const isProject = parent.by === 'uuid' ? parent.uuid === project.uuid : parent.id === project.id;
  return { project, parent: isProject ? { id: null, uuid: project.uuid } : null };
}

function idOfProject(name: Name): ProjectId {
  return name.by === 'id' ? name.id : sql`(select id from projects where uuid = ${name.uuid})`;
}
