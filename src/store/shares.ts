import { sql } from 'kysely';
import { noticeAt, type SharePermission, type ShareType } from '../domain/share';
import type { ReadableAsset } from './asset-access';
import { runAgain } from './contention';
import type { Database } from './database';
import { type MailOrder, queueMails } from './mails';
import { lockContents } from './share-contents';
import { tellOfShare } from './share-news';
import { type NamedRecipient, resolveRecipients, setRecipients } from './share-people';
import { readShare, type ShareRecord } from './share-reading';

export interface NewShare {
  readonly uuid: string;
  readonly owner: { readonly id: string };
  /** The asset by whose path it is made: the first that it shows. */
  readonly asset: Pick<ReadableAsset, 'uuid' | 'projectId'>;
  /** Names of further assets, of the same project. */
  readonly contents: readonly string[];
  readonly recipients: readonly NamedRecipient[];
  readonly name: string | null;
  readonly message: string | null;
  readonly timeZone: string;
  readonly type: ShareType;
  readonly permissions: readonly SharePermission[];
  readonly durationHours: number | null;
  readonly expiresAt: Date | null;
  /** Never the token nor the password themselves. */
  readonly tokenHash: Buffer;
  readonly passwordHash: string | null;
  /** Of the job that makes it, if any. */
  readonly jobId?: string;
  readonly now: Date;
  /** The mail that invites somebody, which is queued with the share. */
  readonly invitation: (share: ShareRecord, email: string) => MailOrder;
}

/** Why nothing was written. `at`: places in `contents` or `recipients`. */
export type ShareRefusal =
  | { readonly kind: 'asset_gone' }
  | { readonly kind: 'contents_missing'; readonly at: readonly number[] }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'recipients_unknown'; readonly at: readonly number[] }
  | { readonly kind: 'recipients_missing' }
  | { readonly kind: 'revoked' };

export type ShareOutcome = { readonly kind: 'done'; readonly share: ShareRecord; readonly changed: boolean } | ShareRefusal; // prettier-ignore

/**
 * Makes a share with all that belongs to it (history, sync event, invitations) in one transaction, be it the caller's, or
 * nothing.
 */
export async function createShare(db: Database, order: NewShare): Promise<ShareOutcome> {
  if (db.isTransaction) return await create(db, order);
  return await runAgain(db, () => db.transaction().execute((tx) => create(tx, order)));
}

async function create(tx: Database, order: NewShare): Promise<ShareOutcome> {
  const { owner, asset, now } = order;
  const contents = await lockContents(tx, [asset.uuid, ...order.contents], asset.projectId, owner);
  if (contents.kind !== 'found') return contents.kind === 'missing' ? missingBehindFirst(contents.at) : contents;
  const found = await resolveRecipients(tx, order.recipients);
  const recipients = found.filter((one) => one !== null);
  const refusal = refuseRecipients(order.type, found);
  if (refusal !== null) return refusal;
  const { rows } = await sql<{ id: string }>`
    with share as (
      insert into shares (uuid, project_id, asset_id, owner_id, name, message, time_zone, type, permissions, duration_hours,
        token_hash, password_hash, expires_at, notice_at, created_at, updated_at)
      values (${order.uuid}, ${asset.projectId}::bigint, ${contents.ids[0]}, ${owner.id}, ${order.name}, ${order.message},
        ${order.timeZone}, ${order.type}, ${order.permissions}::text[], ${order.durationHours}, ${order.tokenHash},
        ${order.passwordHash}, ${order.expiresAt}, ${noticeAt(order.expiresAt, now)}, ${now}, ${now})
      returning id
    ), shown as (
      insert into share_assets (share_id, no, asset_id)
      select share.id, w.no, w.id from share cross join unnest(${contents.ids}::bigint[]) with ordinality w (id, no)
    )
    select id from share`.execute(tx);
  const [made] = rows;
  if (made === undefined) throw new Error(`share ${order.uuid} was not made`);
  if (recipients.length > 0) await setRecipients(tx, made.id, recipients, now);
  const share = await readShare(tx, made.id);
  const mails = share.recipients.map(({ email }) => order.invitation(share, email));
  await queueMails(tx, mails, now);
  await tellOfShare(tx, share, { kind: 'share_created', actorId: owner.id, jobId: order.jobId ?? null, at: now });
  return { kind: 'done', share, changed: true };
}

/** The first of the names is that of the path's asset: without it there is nothing to be asked of. */
export function missingBehindFirst(at: readonly number[]): ShareRefusal {
  if (at.includes(0)) return { kind: 'asset_gone' };
  return { kind: 'contents_missing', at: at.map((place) => place - 1) };
}

/** Who is named by id exists; a share of type `user` names somebody, and only users. */
export function refuseRecipients(
  type: ShareType,
  found: readonly ({ readonly userId: string | null } | null)[],
): ShareRefusal | null {
  const isUnknown = (one: (typeof found)[number]) => one === null || (type === 'user' && one.userId === null);
  const unknown = found.flatMap((one, at) => (isUnknown(one) ? [at] : []));
  if (unknown.length > 0) return { kind: 'recipients_unknown', at: unknown };
  return type === 'user' && found.length === 0 ? { kind: 'recipients_missing' } : null;
}
