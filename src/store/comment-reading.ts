import { sql } from 'kysely';
import type { Name } from '../domain/names';
import { assetNamed, readableAssets } from './asset-access';
import type { Database } from './database';
import { prepared } from './prepared';

/** What people are told of a user. */
export interface CommentUser {
  readonly id: string;
  readonly email: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly avatarUrl: string | null;
}

/** A comment on an asset. Ids are of the store. */
export interface CommentRecord {
  readonly id: string;
  readonly message: string;
  readonly updatedAt: Date;
  /** Who wrote it, also when that user is deleted by now; null for a guest of a share. */
  readonly user: CommentUser | null;
  /** What a guest said to be called, which nobody has checked. */
  readonly guestName: string | null;
  /** On whose page it was written; null for a comment of the library. */
  readonly share: { readonly id: string; readonly ownerId: string } | null;
  /** Whom the text mentions, in the order of first mention; of users who could read the asset then, those still live. */
  readonly mentionedUsers: readonly CommentUser[];
}

/** A row of {@link COMMENT}. */
export interface CommentRow {
  id: string;
  message: string;
  updated_at: Date;
  user_id: string | null;
  guest_name: string | null;
  share_id: string | null;
  share_owner_id: string | null;
  email: string | null;
  first_name: string | null;
  last_name: string | null;
  avatar_url: string | null;
  mentioned: readonly CommentUser[] | null;
}

/** The columns of a {@link CommentRow}, over a row `c` of comments and its author `u`, if that is a user. */
export const COMMENT = sql`c.id, c.message, c.updated_at, c.user_id, c.guest_name, c.share_id,
  (select s.owner_id from shares s where s.id = c.share_id) as share_owner_id, u.email, u.first_name, u.last_name, u.avatar_url,
  case when c.mentioned_user_ids <> '{}' then (
    select json_agg(json_build_object('id', m.id::text, 'email', m.email, 'firstName', m.first_name,
      'lastName', m.last_name, 'avatarUrl', m.avatar_url) order by w.no)
    from unnest(c.mentioned_user_ids) with ordinality w (id, no) join users m on m.id = w.id and m.deleted_at is null
  ) end as mentioned`;

/**
 * The newest `limit` comments that are older than the one of the id `before`, on the asset of that name; oldest first.
 * Null when the user may read no such asset. One query.
 */
export async function listComments(
  db: Database,
  name: Name,
  user: { readonly id: string },
  { before, limit }: { readonly before: string | null; readonly limit: number },
): Promise<readonly CommentRecord[] | null> {
  const { rows } = await sql<CommentRow | { id: null }>`${prepared}
    select c.* from (select a.id ${readableAssets(user)} and ${assetNamed(name)}) place left join lateral (
      select ${COMMENT} from (
        select * from comments where asset_id = place.id and id < coalesce(${before}::bigint, 9223372036854775807)
        order by id desc limit ${limit}::int
      ) c left join users u on u.id = c.user_id
    ) c on true order by c.id`.execute(db);
  if (rows.length === 0) return null;
  return rows.flatMap((row) => (row.id === null ? [] : [toComment(row)]));
}

/** The comment of that id if it is one on this asset, else null. */
export async function findComment(db: Database, assetId: string, commentId: string): Promise<CommentRecord | null> {
  const { rows } = await sql<CommentRow>`${prepared}
    select ${COMMENT} from comments c left join users u on u.id = c.user_id
    where c.id = ${commentId} and c.asset_id = ${assetId}`.execute(db);
  return rows[0] === undefined ? null : toComment(rows[0]);
}

export function toComment(row: CommentRow): CommentRecord {
  const { id, message, updated_at: updatedAt, mentioned } = row;
  const { user_id, email, first_name: firstName, last_name: lastName, avatar_url: avatarUrl } = row;
  const user = user_id === null || email === null ? null : { id: user_id, email, firstName, lastName, avatarUrl };
  const { guest_name: guestName, share_id: shareId, share_owner_id: ownerId } = row;
  const share = shareId === null || ownerId === null ? null : { id: shareId, ownerId };
  return { id, message, updatedAt, user, guestName, share, mentionedUsers: mentioned ?? [] };
}
