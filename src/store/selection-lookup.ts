import { type RawBuilder, sql } from 'kysely';
import type { Name } from '../domain/names';
import type { Database } from './database';
import { prepared } from './prepared';

/** The id of a project, or a subselect that answers it. */
export type ProjectId = string | RawBuilder<unknown>;

/** Indexes (from 0) of the first id that is no live asset of the project, among the first `listed` and among the rest. */
export interface UnknownIds {
  readonly listed: number | null;
  readonly rest: number | null;
}

const PREPARED_UP_TO = 100;

/** Checks ids without bringing them back: a million of them are one bind and one row. */
export async function findUnknownIds(
  db: Database,
  projectId: ProjectId,
  ids: readonly string[],
  listed: number,
): Promise<UnknownIds> {
  if (ids.length === 0) return { listed: null, rest: null };
  const { rows } = await sql<{ listed: string | null; rest: string | null }>`${preparedFor(ids)}
    select min(n.no) filter (where n.no <= ${listed}::int) as listed, min(n.no) filter (where n.no > ${listed}::int) as rest
    from unnest(${arrayOf(ids, sql`bigint[]`)}) with ordinality as n (id, no)
    where not exists (
      select from assets a where a.id = n.id and a.project_id = ${projectId} and a.deleted_at is null)`.execute(db);
  return { listed: toIndex(rows[0]?.listed), rest: toIndex(rows[0]?.rest) };
}

/** Assets that are not in the trash, or also those that are. */
export type AssetsWanted = 'live' | 'live or trashed';

/** The condition that an asset `a` is one of those. */
export function inWanted(wanted: AssetsWanted): RawBuilder<unknown> {
  return wanted === 'live' ? sql`a.deleted_at is null` : sql`true`;
}

/** The ids of the assets of the project with these UUIDs, in their order; an empty text where there is none. */
export async function findIdsOfUuids(
  db: Database,
  projectId: ProjectId,
  uuids: readonly string[],
  wanted: AssetsWanted = 'live',
): Promise<readonly string[]> {
  if (uuids.length === 0) return [];
  const { rows } = await sql<{ ids: string }>`${preparedFor(uuids)}
    select array_to_string(array_agg(a.id order by n.no), ',', '') as ids
    from unnest(${arrayOf(uuids, sql`uuid[]`)}) with ordinality as n (uuid, no)
      left join assets a on a.uuid = n.uuid and a.project_id = ${projectId} and ${inWanted(wanted)}`.execute(db);
  return (rows[0]?.ids ?? '').split(',');
}

/** What a name may be that stands for a place with children. */
export type Place = { readonly kind: 'folder'; readonly id: string } | { readonly kind: 'root' | 'file' | 'unknown' };

/**
 * What each name is in the project: one of its live folders, its root (a name of the project itself), a live asset that
 * is no folder, or nothing. Numbers of assets and projects overlap: an asset of the project goes before its root.
 */
export async function findPlaces(
  db: Database,
  projectId: ProjectId,
  names: readonly Name[],
): Promise<readonly Place[]> {
  if (names.length === 0) return [];
  const ids = names.map((name) => (name.by === 'id' ? name.id : null));
  const uuids = names.map((name) => (name.by === 'uuid' ? name.uuid : null));
  const { rows } = await sql<{ id: string | null; folder: boolean | null; root: boolean }>`
    select coalesce(i.id, u.id) as id, coalesce(i.media_type, u.media_type) = 'folder' as folder, p.id is not null as root
    from unnest(${ids}::bigint[], ${uuids}::uuid[]) with ordinality as n (id, uuid, no)
      left join assets i on i.id = n.id and i.project_id = ${projectId} and i.deleted_at is null
      left join assets u on u.uuid = n.uuid and u.project_id = ${projectId} and u.deleted_at is null
      left join projects p on p.id = ${projectId} and (p.id = n.id or p.uuid = n.uuid)
    order by n.no`.execute(db);
  return rows.map(({ id, folder, root }): Place => {
    if (id !== null) return folder === true ? { kind: 'folder', id } : { kind: 'file' };
    return { kind: root ? 'root' : 'unknown' };
  });
}

/** A long list is worth a plan of its own: one for a few names would look up a million of them one by one. */
function preparedFor(names: readonly string[]): RawBuilder<unknown> {
  return names.length <= PREPARED_UP_TO ? prepared : sql``;
}

/** Behind a subselect the planner cannot count the elements, so that one plan looks as good to it as a new one. */
function arrayOf(names: readonly string[], type: RawBuilder<unknown>): RawBuilder<unknown> {
  const array = sql`${toArrayLiteral(names)}::${type}`;
  return names.length <= PREPARED_UP_TO ? sql`(select ${array})` : array;
}

/** Decimal numbers and UUIDs need none of the quoting that the driver would do for each element. */
function toArrayLiteral(values: readonly string[]): string {
  return `{${values.join(',')}}`;
}

function toIndex(ordinal: string | null | undefined): number | null {
  return ordinal === null || ordinal === undefined ? null : Number(ordinal) - 1;
}
