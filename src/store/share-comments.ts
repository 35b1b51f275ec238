import { sql } from 'kysely';
import { countedSince, MOST_SHARE_COMMENTS, nextCommentDelayMs } from '../domain/share-comment';
import { insertComment } from './comments';
import { runAgain } from './contention';
import type { Database } from './database';
import { isOpen, noteVisit, type ReadAt } from './share-page';
import { findSharedAsset } from './share-shown';

/** A comment as the readers of a share see it. */
export interface ShareComment {
  /** Of the store. */
  readonly id: string;
  readonly message: string;
  readonly at: Date;
  /** Of a guest what that one said; of a user first and last name, null without both. */
  readonly name: string | null;
  readonly isGuest: boolean;
}

/**
 * The newest `limit` comments on an asset (store id) that were written on the page of this share, older than the one of
 * the id `before`; oldest first. What the library says of the asset elsewhere is not among them.
 */
export async function listShareComments(
  db: Database,
  shareId: string,
  assetId: string,
  { before, limit }: { readonly before: string | null; readonly limit: number },
): Promise<readonly ShareComment[]> {
  const { rows } = await sql<ShareComment>`
    select c.id, c.message, c.created_at as "at", c.user_id is null as "isGuest",
      coalesce(c.guest_name, nullif(concat_ws(' ', u.first_name, u.last_name), '')) as name
    from (
      select * from comments where share_id = ${shareId} and asset_id = ${assetId}
        and (${before}::bigint is null or id < ${before}::bigint)
      order by id desc limit ${limit}
    ) c left join users u on u.id = c.user_id
    order by c.id`.execute(db);
  return rows;
}

export interface NewShareComment {
  readonly share: { readonly id: string; readonly version: number };
  readonly assetUuid: string;
  readonly message: string;
  readonly author: { readonly userId: string } | { readonly guestName: string };
  readonly addressHash: Buffer;
  readonly now: Date;
  /** By which the share is judged. */
  readonly readAt: ReadAt;
}

export type ShareCommentOutcome =
  | { readonly kind: 'added' }
  | { readonly kind: 'wait'; readonly waitMs: number }
  /** The share is open no more as it was, lets nobody comment, or does not show the asset. */
  | { readonly kind: 'refused' };

/**
 * Writes a comment on the page of a share: while it is open at that version and grants `comment`, on an asset that it
 * shows. Those of one share follow each other, so that many at once count as many; so do its changes, and what is
 * revoked takes none.
 */
export async function addShareComment(db: Database, comment: NewShareComment): Promise<ShareCommentOutcome> {
  return await runAgain(db, () => db.transaction().execute((tx) => add(tx, comment)));
}

async function add(tx: Database, comment: NewShareComment): Promise<ShareCommentOutcome> {
  const { share, author, addressHash, now } = comment;
  const { rows } = await sql<{ uuid: string; name: string | null }>`
    select s.uuid, s.name from shares s
    where s.id = ${share.id} and s.version = ${share.version} and 'comment' = any(s.permissions)
      and ${isOpen(comment.readAt)}
    for no key update of s`.execute(tx);
  const [found] = rows;
  if (found === undefined) return { kind: 'refused' };
  const waitMs = await readDelayMs(tx, share.id, addressHash, now);
  if (waitMs > 0) return { kind: 'wait', waitMs };
  const asset = await findSharedAsset(tx, share.id, comment.assetUuid);
  if (asset === null) return { kind: 'refused' };
  const [actorId, guestName] = 'userId' in author ? [author.userId, null] : [null, author.guestName];
  const of = { id: share.id, ...found, guestName };
  const made = await insertComment(tx, { assetId: asset.id, actorId, message: comment.message, at: now, share: of });
  if (made === null) return { kind: 'refused' };
  await noteVisit(tx, { shareId: share.id, kind: 'comment', assetId: asset.id, userId: actorId, addressHash, at: now });
  return { kind: 'added' };
}

async function readDelayMs(tx: Database, shareId: string, addressHash: Buffer, now: Date): Promise<number> {
  const comments = sql`from share_visits where share_id = ${shareId} and kind = 'comment' and at > ${countedSince(now)}`;
  const { rows } = await sql<{ address: Date | null; link: Date | null }>`
    select
      (select at ${comments} and address_hash = ${addressHash} order by at desc
        offset ${MOST_SHARE_COMMENTS.address - 1} limit 1) as address,
      (select at ${comments} order by at desc offset ${MOST_SHARE_COMMENTS.link - 1} limit 1) as link`.execute(tx);
  const full = [rows[0]?.address ?? null, rows[0]?.link ?? null];
  return Math.max(...full.map((at) => nextCommentDelayMs(at, now)));
}
