import { type RawBuilder, sql } from 'kysely';
import type { ReviewCandidacy, ReviewKind } from '../domain/review-request';
import type { Database } from './database';
import { toArrayLiteral } from './item-chunk';

/** What is to be put under review, resolved to ids of the store. */
export interface ReviewScope {
  readonly projectId: string;
  readonly assetIds: readonly string[];
  readonly folderIds: readonly string[];
  /** The root of the project, as if it were one more folder. */
  readonly root: boolean;
  /** All that lies below the folders; otherwise what lies directly in them. */
  readonly recursive: boolean;
}

/**
 * A subselect of the distinct ids (`id`) that a scope is about: the assets that it lists, whatever they are, and the files
 * of its folders, those in the trash too, so that they are told of.
 */
export function candidatesOf(scope: ReviewScope): RawBuilder<unknown> {
  const { projectId, assetIds, folderIds, root, recursive } = scope;
  const listed = sql`select unnest(${toArrayLiteral(assetIds)}::bigint[]) as id`;
  if (folderIds.length === 0 && !root) return sql`select distinct id from (${listed}) l`;
  // The root is 0, which is no id of an asset.
  const places = toArrayLiteral([...folderIds, ...(root ? ['0'] : [])]);
  const isFile = sql`a.project_id = ${projectId}::bigint and a.media_type <> 'folder'`;
  const below = sql`
    union
    select c.id from place p join tree c on c.parent_id = p.id`;
  return sql`
    with recursive tree as materialized (
      select id, coalesce(parent_id, 0) as parent_id from assets
      where project_id = ${projectId}::bigint and media_type = 'folder'),
    place (id) as (select unnest(${places}::bigint[])${recursive ? below : sql``})
    select id from (${listed}) l
    union
    select a.id from place p join assets a on a.parent_id = p.id where ${isFile} and a.deleted_at is null
    union
    select a.id from assets a where ${root}::boolean and ${isFile} and a.parent_id is null and a.deleted_at is null
    union
    select a.id from assets a where ${isFile} and a.deleted_at is not null
      and coalesce(a.parent_id, 0) in (select id from place)`;
}

/**
 * How an asset stands to a job of that kind, by what is joined: `a` is the asset, or nothing where it is gone for good,
 * `q` its open request, or nothing.
 */
export function candidacyOf(kind: ReviewKind, projectId: string): RawBuilder<ReviewCandidacy> {
  const already =
    kind === 'review_request'
      ? sql`when q.status = 'pending' then 'already_pending'`
      : sql`when q.forced then 'already_approved'`;
  return sql<ReviewCandidacy>`case
    when a.project_id is distinct from ${projectId}::bigint then 'gone'
    when a.deleted_at is not null then 'trashed'
    when a.media_type = 'folder' then 'not_a_file'
    ${already} else 'open' end`;
}

/** How many of the candidates stand how. `pending`: those of the open ones whose request is undecided. */
export interface CandidateCounts extends Readonly<Record<ReviewCandidacy, number>> {
  readonly pending: number;
}

/** Counts the candidates of a scope. One statement. */
export async function countCandidates(db: Database, kind: ReviewKind, scope: ReviewScope): Promise<CandidateCounts> {
  const { rows } = await sql<{ candidacy: ReviewCandidacy; count: string; pending: string }>`
    select ${candidacyOf(kind, scope.projectId)} as candidacy, count(*) as count,
      count(*) filter (where q.status = 'pending') as pending
    from (${candidatesOf(scope)}) c left join assets a on a.id = c.id
      left join review_requests q on q.asset_id = c.id and q.closed_at is null
    group by 1`.execute(db);
  const of = (candidacy: ReviewCandidacy) => Number(rows.find((row) => row.candidacy === candidacy)?.count ?? 0);
  return {
    open: of('open'),
    gone: of('gone'),
    trashed: of('trashed'),
    not_a_file: of('not_a_file'),
    already_pending: of('already_pending'),
    already_approved: of('already_approved'),
    pending: Number(rows.find(({ candidacy }) => candidacy === 'open')?.pending ?? 0),
  };
}
