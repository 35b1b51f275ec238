import { sql } from 'kysely';
import { type NameList, positionOf } from '../domain/selection-names';
import type { Database } from './database';
import { type AssetsWanted, findIdsOfUuids, inWanted } from './selection-lookup';

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

/** Looks for the assets of the project with these names, in two statements whatever their number. */
export async function findAssetsOfProject(
  db: Database,
  projectId: string,
  names: NameList,
  wanted: AssetsWanted = 'live',
): Promise<FoundAssets> {
  const unknownIds = await findUnknownIds(db, projectId, names.ids, wanted);
  const idsOfUuids = await findIdsOfUuids(db, projectId, names.uuids, wanted);
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

async function findUnknownIds(
  db: Database,
  projectId: string,
  ids: readonly string[],
  wanted: AssetsWanted,
): Promise<readonly number[]> {
  if (ids.length === 0) return [];
  // As one text: the driver would quote each of a million elements.
  const { rows } = await sql<{ no: string }>`
    select n.no from unnest(${`{${ids.join(',')}}`}::bigint[]) with ordinality as n (id, no)
    where not exists (
      select from assets a where a.id = n.id and a.project_id = ${projectId} and ${inWanted(wanted)})
    order by n.no limit ${MAX_UNKNOWN}`.execute(db);
  return rows.map(({ no }) => Number(no) - 1);
}
