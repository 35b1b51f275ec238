import { type RawBuilder, sql } from 'kysely';
import { NOT_PURGING } from './asset-access';
import { ASSET_RECORD, type AssetRecord } from './assets';
import type { Database } from './database';
import { prepared } from './prepared';

/** Where to list: a project, a folder (in a project, or outside any), or everything that the user may read. */
export type ListedPlace =
  | { readonly kind: 'project'; readonly projectId: string }
  | ({ readonly kind: 'parent' } & ListedParent)
  | { readonly kind: 'readable' };

interface ListedParent {
  readonly projectId: string | null;
  /** Null: the root of the project. */
  readonly parentId: string | null;
}

/** Who lists, as the check of the credentials has just found. */
export interface ListingUser {
  readonly id: string;
  readonly admin: boolean;
}

export interface ListedPart {
  /** Words to be found, in Postgres' text form of a `tsquery`; null: any. */
  readonly tsquery: string | null;
  readonly mediaType: string | null;
  readonly status: string | null;
  /** What lies in the trash, else what is live. */
  readonly trashed: boolean;
  /** Ids after this one only. */
  readonly after: string;
  readonly limit: number;
}

const FOLDER = 'folder';

/**
 * Assets in the order of their ids, which no change touches: what moves between two pages is neither repeated nor lost.
 * Whether the user may read the place is the caller's matter.
 *
 * Each page has to cost the same, however far in, and however the ids of places lie: every source walks an index that
 * begins with the place and ends with the id. The planner would rather walk the primary key and skip what lies
 * elsewhere, millions of rows perhaps, when it believes the place to be large. `= any` and the order by all columns of
 * the index keep it from that: the primary key has not that order.
 */
export async function listAssets(
  db: Database,
  user: ListingUser,
  place: ListedPlace,
  part: ListedPart,
): Promise<readonly AssetRecord[]> {
  // How many assets have some words depends on the words: each search gets a plan of its own.
  const { rows } = await sql<AssetRecord>`${part.tsquery === null ? prepared : sql``}
    select ${ASSET_RECORD} from (${pageOf(user, place, part)}) page
      cross join lateral (select * from assets where id = page.id offset 0) a
    order by a.id`.execute(db);
  return rows;
}

/** A select of the `id`s of the page. */
function pageOf(user: ListingUser, place: ListedPlace, part: ListedPart): RawBuilder<unknown> {
  switch (place.kind) {
    case 'project':
      return ofProject(place.projectId, part);
    case 'parent':
      return ofParent(place, part);
    case 'readable':
      return ofReadable(user, part);
  }
}

function ofParent({ projectId, parentId }: ListedParent, part: ListedPart): RawBuilder<unknown> {
  const parent = parentId === null ? sql`a.parent_id is null` : sql`a.parent_id = any(array[${parentId}::bigint])`;
  return sql`select a.id from assets a ${words(part)}
    where ${inProject(projectId)} and ${parent} and ${wanted(part)}
    order by a.project_id, a.parent_id, a.id limit ${part.limit}::int`;
}

/** A store id, an expression, or null: outside any. */
type ProjectId = string | RawBuilder<unknown> | null;

const inProject = (projectId: ProjectId) =>
  projectId === null ? sql`a.project_id is null` : sql`a.project_id = any(array[${projectId}::bigint])`;

/** By the index of folders, of the trash, or of words: whichever has the fewest rows in vain. */
function ofProject(projectId: ProjectId, part: ListedPart): RawBuilder<unknown> {
  if (part.trashed || (part.mediaType === FOLDER && part.tsquery === null)) {
    return sql`select a.id from assets a ${words(part)}
      where ${inProject(projectId)} and ${wanted(part)}
      order by a.project_id, a.id limit ${part.limit}::int`;
  }
  return sql`select a.id from asset_words w cross join lateral (select * from assets where id = w.asset_id offset 0) a
    where w.project_id = any(array[${projectId ?? '0'}::bigint]) and w.asset_id > ${part.after} and ${wanted(part)}
    order by w.project_id, w.asset_id limit ${part.limit}::int`;
}

/** The first ones of each project that the user may read, and of those outside any, and then the first ones of these. */
function ofReadable(user: ListingUser, part: ListedPart): RawBuilder<unknown> {
  const plain = !part.trashed && part.tsquery === null && part.mediaType !== FOLDER;
  if (user.admin && plain) {
    return sql`select a.id from assets a where ${wanted(part)} order by a.id limit ${part.limit}::int`;
  }
  const projects = user.admin
    ? sql`select id from projects`
    : sql`select distinct t.project_id as id from team_members m join team_access t on t.team_id = m.team_id
        where m.user_id = ${user.id}`;
  return sql`select readable.id from (
      select listed.id from (${projects}) p cross join lateral (${ofProject(sql`p.id`, part)}) listed
      union all
      select outside.id from (${user.admin ? ofProject(null, part) : ofOwner(user.id, part)}) outside
    ) readable order by readable.id limit ${part.limit}::int`;
}

function ofOwner(ownerId: string, part: ListedPart): RawBuilder<unknown> {
  return sql`select a.id from assets a ${words(part)}
    where a.owner_id = any(array[${ownerId}::bigint]) and a.project_id is null and ${wanted(part)}
    order by a.owner_id, a.id limit ${part.limit}::int`;
}

/** Brings in the words of the asset `a` where they matter. */
function words({ tsquery }: ListedPart): RawBuilder<unknown> {
  return tsquery === null ? sql`` : sql`join asset_words w on w.asset_id = a.id`;
}

/** Conditions on the asset `a`, and on its words, whatever the place. */
function wanted({ after, tsquery, mediaType, status, trashed }: ListedPart): RawBuilder<unknown> {
  const conditions = [
    sql`a.id > ${after}`,
    // As the conditions of the indexes have them.
    trashed ? sql`a.deleted_at is not null and ${NOT_PURGING}` : sql`a.deleted_at is null`,
    ...(mediaType === null ? [] : [mediaType === FOLDER ? sql`a.media_type = 'folder'` : sql`a.media_type = ${mediaType}`]), // prettier-ignore
    ...(status === null ? [] : [sql`a.status = ${status}`]),
    ...(tsquery === null ? [] : [sql`w.words @@ ${tsquery}::tsquery`]),
  ];
  return sql.join(conditions, sql` and `);
}
