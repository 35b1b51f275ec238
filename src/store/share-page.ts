import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database';
import { prepared } from './prepared';

/** A share that is open at this moment, as its page needs it. */
export interface OpenShare {
  /** Of the store. */
  readonly id: string;
  readonly uuid: string;
  readonly name: string | null;
  readonly message: string | null;
  readonly type: 'link' | 'user';
  readonly permissions: readonly string[];
  readonly passwordHash: string | null;
  /** Unlocks of another version do not count. */
  readonly version: number;
  /** Null: when it is revoked. */
  readonly expiresAt: Date | null;
  readonly timeZone: string;
  /** Whose share it is, in words. */
  readonly from: string;
}

/** The instant by which a read decides: null for the clock of the store, which is one for all façades. */
export type ReadAt = Date | null;

const clock = (at: ReadAt): RawBuilder<Date> => (at === null ? sql`clock_timestamp()` : sql`${at}::timestamptz`);
/** The share `s` is open: whatever the status says, nobody reads one at or after its expiry. */
export const isOpen = (at: ReadAt) => sql`s.status = 'active' and (s.expires_at is null or ${clock(at)} < s.expires_at)
  and exists (select from users u where u.id = s.owner_id and u.deleted_at is null)`;
const SHOWN = sql`from share_assets sa join assets a on a.id = sa.asset_id and a.deleted_at is null
  where sa.share_id = s.id and sa.withdrawn_at is null`;

/** The share that a link leads to; null when it is not open, shows nothing any more, or never was. */
export async function findOpenShare(db: Database, tokenHash: Buffer, at: ReadAt): Promise<OpenShare | null> {
  const { rows } = await sql<OpenShare>`${prepared}
    select s.id, s.uuid, s.name, s.message, s.type, s.permissions, s.password_hash as "passwordHash", s.version,
      s.expires_at as "expiresAt", s.time_zone as "timeZone",
      (select coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email) from users u
       where u.id = s.owner_id) as "from"
    from shares s
    where s.token_hash = ${tokenHash} and ${isOpen(at)} and exists (select ${SHOWN})`.execute(db);
  return rows[0] ?? null;
}

/** Whether the share (store id) is as open as it was at that version. */
export async function isShareOpen(db: Database, shareId: string, version: number, at: ReadAt): Promise<boolean> {
  const { rows } = await sql`${prepared}
    select from shares s where s.id = ${shareId} and s.version = ${version} and ${isOpen(at)}`.execute(db);
  return rows.length > 0;
}

/** Whether the user (store id) is one of those for whom the share (store id) is, or its owner. */
export async function isShareFor(db: Database, shareId: string, userId: string): Promise<boolean> {
  const { rows } = await sql`
    select from shares s where s.id = ${shareId} and (s.owner_id = ${userId} or exists (
      select from share_recipients r where r.share_id = s.id and r.user_id = ${userId}))`.execute(db);
  return rows.length > 0;
}

export interface ShareVisit {
  readonly shareId: string;
  readonly kind: 'view' | 'download' | 'download_all' | 'comment';
  readonly assetId: string | null;
  readonly userId: string | null;
  readonly addressHash: Buffer;
  /** Now, by the clock of the store, where it is not given. */
  readonly at?: Date;
}

export async function noteVisit(db: Database, visit: ShareVisit): Promise<void> {
  const { shareId, kind, assetId, userId, addressHash, at = null } = visit;
  await sql`
    insert into share_visits (share_id, kind, asset_id, user_id, address_hash, at)
    values (${shareId}, ${kind}, ${assetId}, ${userId}, ${addressHash}, coalesce(${at}::timestamptz, now()))`.execute(
    db,
  );
}
