import { type RawBuilder, sql } from 'kysely';
import type { HistoryKind } from '../domain/history';
import { findMentionedAddresses } from '../domain/mentions';
import { NOT_PURGING } from './asset-access';
import { COMMENT, type CommentRecord, type CommentRow, toComment } from './comment-reading';
import { runAgain } from './contention';
import type { Database } from './database';
import { prepared } from './prepared';

/** Which comment, who does something to it, and when. */
export interface CommentDeed {
  readonly assetId: string;
  readonly commentId: string;
  readonly actorId: string;
  readonly at: Date;
}

/** A comment that is to be written; `share`: on whose page, and by which guest when there is no actor. */
export interface NewComment {
  readonly assetId: string;
  readonly actorId: string | null;
  readonly message: string;
  readonly at: Date;
  readonly share?: CommentShare;
}

interface CommentShare {
  readonly id: string;
  readonly uuid: string;
  readonly name: string | null;
  readonly guestName: string | null;
}

/**
 * Writes a comment and its history entry. Null when the asset is gone, or its permanent deletion has been decided; one
 * that is being deleted at this moment is waited for.
 */
export async function addComment(db: Database, comment: NewComment): Promise<CommentRecord | null> {
  return await runAgain(db, () => insertComment(db, comment));
}

/** The same in the caller's transaction. */
export async function insertComment(
  tx: Database,
  { assetId, actorId, message, at, share }: NewComment,
): Promise<CommentRecord | null> {
  const { rows } = await sql<CommentRow>`${prepared}
    with place as (
      select a.id, a.project_id, a.owner_id from assets a where a.id = ${assetId} and (a.trash_root_id is null or ${NOT_PURGING}) for key share of a
    ), ${addedAtPlaces({ actorId, message, at, share })}
    select ${COMMENT} from changed c left join users u on u.id = c.user_id`.execute(tx);
  return rows[0] === undefined ? null : toComment(rows[0]);
}

/**
 * Writes the same comment on each of these assets with its history, in the caller's transaction, which has locked their
 * rows. One statement.
 */
export async function addComments(
  tx: Database,
  { assetIds, ...words }: Words & { readonly assetIds: readonly string[] },
): Promise<void> {
  await sql`
    with place as (select a.id, a.project_id, a.owner_id from assets a where a.id = any(${assetIds}::bigint[])),
    ${addedAtPlaces(words)}
    select from changed`.execute(tx);
}

type Words = Omit<NewComment, 'assetId' | 'share'> & { readonly share?: CommentShare | undefined };

function addedAtPlaces({ actorId, message, at, share }: Words): RawBuilder<unknown> {
  // Whom a guest mentions would be told of by somebody whom nobody knows.
  const mentioning = actorId === null ? '' : message;
  return sql`changed as (
      insert into comments (asset_id, user_id, share_id, guest_name, message, mentioned_user_ids, created_at, updated_at)
      select place.id, ${actorId}::bigint, ${share?.id ?? null}::bigint, ${share?.guestName ?? null}::text,
        ${message}::text, mentioned.ids, ${at}::timestamptz, ${at}::timestamptz
      from place cross join lateral (${mentionedIn(mentioning)}) mentioned order by place.id
      returning *
    ), noted as (${noteOf('commented', actorId, at, share)})`;
}

/** Changes the text, and who is mentioned with it. Null when there is no such comment on this asset (any more). */
export async function updateComment(
  db: Database,
  { assetId, commentId, actorId, at, message }: CommentDeed & { readonly message: string },
): Promise<CommentRecord | null> {
  const { rows } = await sql<CommentRow>`${prepared}
    with place as (select a.id, a.project_id, a.owner_id from assets a where a.id = ${assetId}),
    mentioned as (select found.ids from place cross join lateral (${mentionedIn(message)}) found), changed as (
      update comments set message = ${message}, mentioned_user_ids = mentioned.ids, updated_at = ${at}
      from mentioned where id = ${commentId} and asset_id = ${assetId}
      returning comments.*
    ), noted as (${noteOf('comment_updated', actorId, at)})
    select ${COMMENT} from changed c left join users u on u.id = c.user_id`.execute(db);
  return rows[0] === undefined ? null : toComment(rows[0]);
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
 * One row with the ids of the users whom a comment on the asset `place`, of outside, mentions. A user who may not read the asset is none: whoever comments
 * would learn from the answer who exists.
 */
function mentionedIn(message: string): RawBuilder<unknown> {
  return sql`
    select coalesce(array_agg(found.id order by found.no), '{}') as ids from (
      select u.id, min(w.no) as no
      from unnest(${findMentionedAddresses(message)}::text[]) with ordinality w (address, no)
        join users u on lower(u.email) = lower(w.address) and u.deleted_at is null
      where u.admin or case when place.project_id is null then place.owner_id = u.id else exists (
        select from team_members m join team_access t on t.team_id = m.team_id and t.project_id = place.project_id
        where m.user_id = u.id) end
      group by u.id
    ) found`;
}

/** Writes history of the comments that the part `changed` of a statement touched, on the assets `place`. */
function noteOf(kind: HistoryKind, actorId: string | null, at: Date, share?: CommentShare): RawBuilder<unknown> {
  const of = share === undefined ? {} : { share: { id: Number(share.id), uuid: share.uuid, name: share.name } };
  return sql`insert into history (asset_id, project_id, kind, actor_id, details, created_at)
    select place.id, place.project_id, ${kind}::text, ${actorId}::bigint,
      jsonb_build_object('comment_id', changed.id) || ${JSON.stringify(of)}::jsonb, ${at}::timestamptz
    from changed join place on place.id = changed.asset_id`;
}
