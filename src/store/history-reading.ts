import { type RawBuilder, sql } from 'kysely';
import type { HistoryDetails, HistoryLine } from '../domain/asset-history';
import type { HistoryKind } from '../domain/history';
import type { Name } from '../domain/names';
import { assetNamed, ASSETS_READABLE_BY_U } from './asset-access';
import { CALLER, type Caller, type CallerRow, isCaller, type SeenByCaller, toPrincipal } from './caller';
import type { Database } from './database';
import { prepared } from './prepared';

/** Which part of a history to read. */
export interface HistoryPage {
  /** Entries with a lower id only; null: from the newest. */
  readonly before: string | null;
  /** One of few numbers: it is part of the text of the statement, whose plan would else be made for any number. */
  readonly limit: number;
}

type Seen = SeenByCaller<readonly HistoryLine[]> | null;

/**
 * What happened to an asset, newest first; no thing when the caller may not read it, or there is none. Null when nobody
 * calls: the user or the key is no more. One query.
 */
export async function readAssetHistory(db: Database, name: Name, caller: Caller, page: HistoryPage): Promise<Seen> {
  return await readLines(db, caller, page, {
    place: sql`select a.id, a.uuid, a.title ${ASSETS_READABLE_BY_U} and ${assetNamed(name)}`,
    entries: sql`h.asset_id = place.id`,
    asset: sql`left join lateral (select place.uuid, place.title) asset on true`,
  });
}

/**
 * What happened in a project beside moves; the same answers. Of an asset that has been deleted for good one entry is
 * left, which has the name that it had.
 */
export async function readProjectHistory(db: Database, name: Name, caller: Caller, page: HistoryPage): Promise<Seen> {
  return await readLines(db, caller, page, {
    place: sql`select p.id from projects p
      where ${name.by === 'id' ? sql`p.id = ${name.id}` : sql`p.uuid = ${name.uuid}`}
        and ${readable(sql`p.id`, sql`u.id`)}`,
    // The second condition is the one of the index.
    entries: sql`h.project_id = place.id and h.kind <> 'moved'`,
    asset: sql`left join lateral (
      select a.uuid, a.title from assets a where a.id = h.asset_id and ${readable(sql`a.project_id`, sql`a.owner_id`)}
      union all
      select (h.details ->> 'uuid')::uuid, h.details ->> 'title' where h.kind = 'deleted') asset on true`,
  });
}

interface HistorySource {
  /** A select of the thing whose history is read, if the user `u` may read it. */
  readonly place: RawBuilder<unknown>;
  /** Which entries `h` are the history of `place`. */
  readonly entries: RawBuilder<unknown>;
  /** A join that names the asset of an entry. */
  readonly asset: RawBuilder<unknown>;
}

/** That the user `u` may read what lies in this project, or belongs to this owner outside any. What is not has no name. */
function readable(projectId: RawBuilder<unknown>, ownerId: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(u.admin or case when ${projectId} is null then ${ownerId} = u.id else exists (
    select from team_members m join team_access t on t.team_id = m.team_id and t.project_id = ${projectId}
    where m.user_id = u.id) end)`;
}

const MAX_ID = '9223372036854775807';

interface Row extends CallerRow {
  found: boolean;
  id: string | null;
  kind: HistoryKind;
  actor_id: string | null;
  created_at: Date;
  details: HistoryDetails | null;
  asset_id: string;
  asset_uuid: string | null;
  asset_title: string | null;
  /** Null where the kind has none of it. */
  whereabouts: Pick<HistoryLine, 'project' | 'from' | 'to' | 'collection'> | null;
}

async function readLines(
  db: Database,
  caller: Caller,
  { before, limit }: HistoryPage,
  { place, entries, asset }: HistorySource,
): Promise<Seen> {
  const { rows } = await sql<Row>`${prepared}
    select ${CALLER}, place.id is not null as found, h.id, h.kind, h.actor_id, h.created_at, h.details,
      h.asset_id, asset.uuid as asset_uuid, asset.title as asset_title,
      case when h.kind in (${WITH_WHEREABOUTS}) then json_build_object(
        'project', ${thing('h.project_id', 'project.uuid', 'project.name')},
        'from', ${thing('h.from_parent_id', 'origin.uuid', 'origin.title')},
        'to', ${thing('h.to_parent_id', 'target.uuid', 'target.title')},
        'collection', ${thing('h.collection_id', 'collection.uuid', 'collection.title')}) end as whereabouts
    from users u
      left join lateral (${place}) place on true
      left join lateral (
        select h.*, case when h.kind in ('collected', 'uncollected') then (h.details ->> 'collection_id')::bigint end
          as collection_id
        from history h where ${entries} and h.id < ${before ?? MAX_ID}::bigint
        order by h.id desc limit ${sql.lit(limit)}
      ) h on true
      ${asset}
      left join projects project on project.id = case when h.kind in (${WITH_WHEREABOUTS}) then h.project_id end
        and ${readable(sql`project.id`, sql`u.id`)}
      left join assets origin on origin.id = h.from_parent_id
        and ${readable(sql`origin.project_id`, sql`origin.owner_id`)}
      left join assets target on target.id = h.to_parent_id
        and ${readable(sql`target.project_id`, sql`target.owner_id`)}
      left join collections collection on collection.id = h.collection_id
        and (collection.is_public or collection.owner_id = u.id or u.admin)
    where ${isCaller(caller)}
    order by h.id desc`.execute(db);
  const [first] = rows;
  if (first === undefined) return null;
  const lines = rows.flatMap((row) => (row.id === null ? [] : [toLine({ ...row, id: row.id })]));
  return { caller: toPrincipal(first), thing: first.found ? lines : null };
}

/** Kinds that tell of more than the asset and their details. What is of no use is not looked up: most entries are others. */
const WITH_WHEREABOUTS = sql.raw(`'moved', 'restored', 'assigned', 'unassigned', 'collected', 'uncollected'`);

/** As the domain has it; null where there is none. */
function thing(id: string, uuid: string, title: string): RawBuilder<unknown> {
  return sql.raw(
    `case when ${id} is not null then json_build_object('id', ${id}::text, 'uuid', ${uuid}, 'title', ${title}) end`,
  );
}

function toLine(row: Row & { id: string }): HistoryLine {
  const { id, kind, actor_id: actorId, created_at: at, details, asset_id, asset_uuid, asset_title } = row;
  const { project = null, from = null, to = null, collection = null } = row.whereabouts ?? {};
  const asset = { id: asset_id, uuid: asset_uuid, title: asset_title };
  return { id, kind, actorId, at, details, asset, project, from, to, collection };
}
