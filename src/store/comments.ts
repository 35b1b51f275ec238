import { type RawBuilder, sql } from 'kysely';
import type { HistoryKind } from '../domain/history';
import { findMentionedAddresses } from '../domain/mentions';
import { NOT_PURGING } from './asset-access';
import type { Database } from './database';
import { prepared } from './prepared';

/** What people are told of a user. */
export interface CommentUser {
  readonly id: string;
  readonly email: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly avatar_url: string | null;
}

/** A comment on an asset. Ids are of the store. */
export interface CommentRecord {
  readonly id: string;
  readonly message: string;
  readonly updatedAt: Date;
  /** Who wrote it, also when that user is deleted by now. */
  readonly user: CommentUser;
  /** Whom the text mentions, in the order of first mention; of users who could read the asset then, those still live. */
  readonly mentionedUsers: readonly CommentUser[];
}

/** Which comment, who does something to it, and when. */
export interface CommentDeed {
  readonly assetId: string;
  readonly commentId: string;
  readonly actorId: string;
  readonly at: Date;
}

const PERSON = (alias: 'u' | 'm'): RawBuilder<unknown> => {
  const column = (name: keyof CommentUser) => sql.ref(`${alias}.${name}`);
  return sql`json_build_object('id', ${column('id')}::text, 'email', ${column('email')},
    'first_name', ${column('first_name')}, 'last_name', ${column('last_name')}, 'avatar_url', ${column('avatar_url')})`;
};

/** The columns of a {@link CommentRecord}, over a row `c` of comments and its author `u`. */
const COMMENT = sql`c.id, c.message, c.updated_at as "updatedAt", ${PERSON('u')} as "user",
  case when c.mentioned_user_ids = '{}' then '[]'::json else (
    select coalesce(json_agg(${PERSON('m')} order by w.no), '[]')
    from unnest(c.mentioned_user_ids) with ordinality w (id, no) join users m on m.id = w.id and m.deleted_at is null
  ) end as "mentionedUsers"`;

/** The newest `limit` comments of an asset that are older than the one of the id `before`; oldest first. One query. */
export async function listComments(
  db: Database,
  assetId: string,
  { before, limit }: { readonly before: string | null; readonly limit: number },
): Promise<readonly CommentRecord[]> {
  const { rows } = await sql<CommentRecord>`${prepared}
    select ${COMMENT} from (
      select * from comments where asset_id = ${assetId} and id < coalesce(${before}::bigint, 9223372036854775807)
      order by id desc limit ${limit}::int
    ) c join users u on u.id = c.user_id
    order by c.id`.execute(db);
  return rows;
}

/** The comment of that id if it is one on this asset, else null. */
export async function findComment(db: Database, assetId: string, commentId: string): Promise<CommentRecord | null> {
  const { rows } = await sql<CommentRecord>`${prepared}
    select ${COMMENT} from comments c join users u on u.id = c.user_id
    where c.id = ${commentId} and c.asset_id = ${assetId}`.execute(db);
  return rows[0] ?? null;
}

/**
 * Writes a comment and its history entry. Null when the asset is gone, or its permanent deletion has been decided; one
 * that is being deleted at this moment is waited for.
 */
export async function addComment(
  db: Database,
  { assetId, actorId, message, at }: Omit<CommentDeed, 'commentId'> & { readonly message: string },
): Promise<CommentRecord | null> {
  const { rows } = await sql<CommentRecord>`${prepared}
    with place as (
      select a.id, a.project_id, a.owner_id from assets a where a.id = ${assetId} and (a.trash_root_id is null or ${NOT_PURGING}) for key share of a
    ), mentioned as (${mentionedIn(message)}), changed as (
      insert into comments (asset_id, user_id, message, mentioned_user_ids, created_at, updated_at)
      select place.id, ${actorId}::bigint, ${message}::text, mentioned.ids, ${at}::timestamptz, ${at}::timestamptz
      from place cross join mentioned
      returning *
    ), noted as (${noteOf('commented', actorId, at)})
    select ${COMMENT} from changed c join users u on u.id = c.user_id`.execute(db);
  return rows[0] ?? null;
}

/** Changes the text, and who is mentioned with it. Null when there is no such comment on this asset (any more). */
export async function updateComment(
  db: Database,
  { assetId, commentId, actorId, at, message }: CommentDeed & { readonly message: string },
): Promise<CommentRecord | null> {
  const { rows } = await sql<CommentRecord>`${prepared}
    with place as (select a.id, a.project_id, a.owner_id from assets a where a.id = ${assetId}),
    mentioned as (${mentionedIn(message)}), changed as (
      update comments set message = ${message}, mentioned_user_ids = mentioned.ids, updated_at = ${at}
      from mentioned where id = ${commentId} and asset_id = ${assetId}
      returning comments.*
    ), noted as (${noteOf('comment_updated', actorId, at)})
    select ${COMMENT} from changed c join users u on u.id = c.user_id`.execute(db);
  return rows[0] ?? null;
}

/** Takes a comment away; false when there was none such on this asset (any more). */
export async function deleteComment(db: Database, { assetId, commentId, actorId, at }: CommentDeed): Promise<boolean> {
  const { rows } = await sql`${prepared}
    with place as (select a.id, a.project_id, a.owner_id from assets a where a.id = ${assetId}), changed as (
      delete from comments where id = ${commentId} and asset_id = ${assetId} returning *
    ), noted as (${noteOf('comment_deleted', actorId, at)})
    select id from changed`.execute(db);
  return rows.length === 1;
}

/**
 * One row with the ids of the users whom a comment on the asset `place` mentions. A user who may not read the asset is none: whoever comments
 * would learn from the answer who exists.
 */
function mentionedIn(message: string): RawBuilder<unknown> {
  return sql`
    select coalesce(array_agg(found.id order by found.no), '{}') as ids from (
      select u.id, min(w.no) as no
      from place a cross join unnest(${findMentionedAddresses(message)}::text[]) with ordinality w (address, no)
        join users u on lower(u.email) = lower(w.address) and u.deleted_at is null
      where u.admin or case when a.project_id is null then a.owner_id = u.id else exists (
        select from team_members m join team_access t on t.team_id = m.team_id and t.project_id = a.project_id
        where m.user_id = u.id) end
      group by u.id
    ) found`;
}

/** Writes history of the comment that the part `changed` of a statement touched, on the asset `place`. */
function noteOf(kind: HistoryKind, actorId: string, at: Date): RawBuilder<unknown> {
  return sql`insert into history (asset_id, project_id, kind, actor_id, details, created_at)
    select place.id, place.project_id, ${kind}::text, ${actorId}::bigint,
      jsonb_build_object('comment_id', changed.id), ${at}::timestamptz
    from changed cross join place`;
}
