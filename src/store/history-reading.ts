import { type RawBuilder, sql } from 'kysely';
import type { HistoryDetails, HistoryLine, NamedThing } from '../domain/asset-history';
import type { HistoryKind } from '../domain/history';
import type { Name } from '../domain/names';
import { assetNamed, readableAssets } from './asset-access';
import type { Database } from './database';
import { prepared } from './prepared';
import { readableProject } from './projects';

/** Which part of a history to read. */
export interface HistoryPage {
  /** Entries with a lower id only; null: from the newest. */
  readonly before: string | null;
  /** One of few numbers: it is part of the text of the statement, whose plan would else be made for any number. */
  readonly limit: number;
}

/** What happened to an asset, newest first, in one query; null when the user may not read it, or there is none. */
export async function readAssetHistory(
  db: Database,
  name: Name,
  user: { readonly id: string },
  page: HistoryPage,
): Promise<readonly HistoryLine[] | null> {
  return await readLines(db, user, page, {
    place: sql`select a.id, a.uuid, a.title ${readableAssets(user)} and ${assetNamed(name)}`,
    entries: sql`h.asset_id = place.id`,
    asset: sql`join lateral (select place.uuid, place.title) asset on true`,
  });
}

/**
 * What happened in a project beside moves, newest first, in one query; null when the user may not read it. Of an asset
 * that has been deleted for good one entry is left, which has the name that it had.
 */
export async function readProjectHistory(
  db: Database,
  name: Name,
  user: { readonly id: string },
  page: HistoryPage,
): Promise<readonly HistoryLine[] | null> {
  return await readLines(db, user, page, {
    place: readableProject(name, user),
    // The second condition is the one of the index.
    entries: sql`h.project_id = place.id and h.kind <> 'moved'`,
    asset: sql`left join lateral (
      select a.uuid, a.title from assets a where a.id = h.asset_id and ${readable(sql`a.project_id`, sql`a.owner_id`)}
      union all
      select (h.details ->> 'uuid')::uuid, h.details ->> 'title' where h.kind = 'deleted') asset on true`,
  });
}

interface HistorySource {
  /** The one row `place` of the thing whose history is read, or none. */
  readonly place: RawBuilder<unknown>;
  /** Which entries `h` are its history. */
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

interface Row {
  id: string | null;
  kind: HistoryKind;
  actor_id: string | null;
  created_at: Date;
  details: HistoryDetails | null;
  asset_id: string;
  asset_uuid: string | null;
  asset_title: string | null;
  project_id: string | null;
  project_uuid: string | null;
  project_title: string | null;
  from_parent_id: string | null;
  from_uuid: string | null;
  from_title: string | null;
  to_parent_id: string | null;
  to_uuid: string | null;
  to_title: string | null;
  collection_id: string | null;
  collection_uuid: string | null;
  collection_title: string | null;
}

async function readLines(
  db: Database,
  user: { readonly id: string },
  { before, limit }: HistoryPage,
  { place, entries, asset }: HistorySource,
): Promise<readonly HistoryLine[] | null> {
  const { rows } = await sql<Row>`${prepared}
    select h.id, h.kind, h.actor_id, h.created_at, h.details,
      h.asset_id, asset.uuid as asset_uuid, asset.title as asset_title,
      h.project_id, project.uuid as project_uuid, project.name as project_title,
      h.from_parent_id, origin.uuid as from_uuid, origin.title as from_title,
      h.to_parent_id, target.uuid as to_uuid, target.title as to_title,
      h.collection_id, collection.uuid as collection_uuid, collection.title as collection_title
    from (${place}) place
      join users u on u.id = ${user.id}
      left join lateral (
        select h.*, case when h.kind in ('collected', 'uncollected') then (h.details ->> 'collection_id')::bigint end
          as collection_id
        from history h where ${entries} and h.id < ${before ?? MAX_ID}::bigint
        order by h.id desc limit ${sql.lit(limit)}
      ) h on true
      ${asset}
      left join projects project on project.id = h.project_id
        and h.kind in ('moved', 'restored', 'assigned', 'unassigned') and ${readable(sql`project.id`, sql`u.id`)}
      left join assets origin on origin.id = h.from_parent_id
        and ${readable(sql`origin.project_id`, sql`origin.owner_id`)}
      left join assets target on target.id = h.to_parent_id
        and ${readable(sql`target.project_id`, sql`target.owner_id`)}
      left join collections collection on collection.id = h.collection_id
        and (collection.is_public or collection.owner_id = u.id or u.admin)
    order by h.id desc`.execute(db);
  if (rows.length === 0) return null;
  return rows.flatMap((row) => (row.id === null ? [] : [toLine({ ...row, id: row.id })]));
}

function toLine(row: Row & { id: string }): HistoryLine {
  return {
    id: row.id,
    actorId: row.actor_id,
    kind: row.kind,
    at: row.created_at,
    asset: { id: row.asset_id, uuid: row.asset_uuid, title: row.asset_title },
    project: toThing(row.project_id, row.project_uuid, row.project_title),
    from: toThing(row.from_parent_id, row.from_uuid, row.from_title),
    to: toThing(row.to_parent_id, row.to_uuid, row.to_title),
    collection: toThing(row.collection_id, row.collection_uuid, row.collection_title),
    details: row.details,
  };
}

function toThing(id: string | null, uuid: string | null, title: string | null): NamedThing | null {
  return id === null ? null : { id, uuid, title };
}
