import { sql } from 'kysely';
import { type NameList, positionOf } from '../domain/selection-names';
import type { Database } from './database';
import { createJob, type Idempotency, type JobCreation } from './job-creation';
import { findIdsOfUuids } from './selection-lookup';

/** What a job of this kind keeps of its order in `job_selections.rules`; its ids lie beside it. */
export interface SharingRule {
  readonly kind: 'set_shared';
  readonly shared: boolean;
  /** Every live asset of the project, as they are when the job begins. */
  readonly all: boolean;
}

/** An order to share or unshare: of the assets with these ids of the store, or of all (null). */
export interface SharingOrder {
  readonly token: string;
  readonly project: { readonly id: string; readonly uuid: string };
  readonly requester: { readonly id: string; readonly uuid: string };
  readonly shared: boolean;
  readonly assetIds: readonly string[] | null;
  readonly idempotency: Idempotency | null;
  /** True when the workflow runs already. */
  readonly dispatched: boolean;
  readonly now: Date;
}

/** Commits the job; `input` is what its workflow is to be started with. */
export async function createSharingJob(
  db: Database,
  order: SharingOrder,
): Promise<{ readonly creation: JobCreation; readonly input: Readonly<Record<string, unknown>> }> {
  const { token, project, requester, shared, assetIds, idempotency, dispatched, now } = order;
  const input = {
    project: project.uuid,
    is_shared: shared,
    ...(assetIds !== null && { selection_ref: token }),
    requested_by: requester.uuid,
  };
  const rule: SharingRule = { kind: 'set_shared', shared, all: assetIds === null };
  const creation = await createJob(db, {
    token,
    kind: 'set_shared',
    project,
    createdBy: requester.id,
    input,
    selection: { parentId: null, assetIds: assetIds ?? [], rules: [rule] },
    idempotency,
    dispatched,
    now,
  });
  return { creation, input };
}

/** Of a list with more, the first unknown ones are enough to mend it by. */
const MAX_UNKNOWN = 20;

/** The assets of a list, distinct; or the first that are none of the project, by position (from 0). */
export type FoundAssets =
  | { readonly kind: 'found'; readonly assetIds: readonly string[] }
  | { readonly kind: 'unknown'; readonly unknown: readonly UnknownAsset[] };

export interface UnknownAsset {
  readonly position: number;
  /** As it was read: a number, or the uuid. */
  readonly name: string;
}

/** Looks for the live assets of the project with these names, in two statements whatever their number. */
export async function findAssetsOfProject(db: Database, projectId: string, names: NameList): Promise<FoundAssets> {
  const unknownIds = await findUnknownIds(db, projectId, names.ids);
  const idsOfUuids = await findIdsOfUuids(db, projectId, names.uuids);
  const unknownUuids: number[] = [];
  for (let nth = 0; nth < idsOfUuids.length && unknownUuids.length < MAX_UNKNOWN; nth += 1) {
    if (idsOfUuids[nth] === '') unknownUuids.push(nth);
  }
  const unknown = [
    ...unknownIds.map((nth) => ({ position: positionOf(names, 'id', nth), name: names.ids[nth] ?? '' })),
    ...unknownUuids.map((nth) => ({ position: positionOf(names, 'uuid', nth), name: names.uuids[nth] ?? '' })),
  ].sort((a, b) => a.position - b.position);
  if (unknown.length > 0) return { kind: 'unknown', unknown: unknown.slice(0, MAX_UNKNOWN) };
  return { kind: 'found', assetIds: [...new Set(names.ids.concat(idsOfUuids))] };
}

async function findUnknownIds(db: Database, projectId: string, ids: readonly string[]): Promise<readonly number[]> {
  if (ids.length === 0) return [];
  // As one text: the driver would quote each of a million elements.
  const { rows } = await sql<{ no: string }>`
    select n.no from unnest(${`{${ids.join(',')}}`}::bigint[]) with ordinality as n (id, no)
    where not exists (
      select from assets a where a.id = n.id and a.project_id = ${projectId} and a.deleted_at is null)
    order by n.no limit ${MAX_UNKNOWN}`.execute(db);
  return rows.map(({ no }) => Number(no) - 1);
}
