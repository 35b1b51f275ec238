import { type RawBuilder, sql } from 'kysely';
import { type Name } from '../domain/names';
import type { SharePermission, ShareStatus, ShareType } from '../domain/share';
import type { Database } from './database';

/** A share as its owner sees it. Ids are of the store. */
export interface ShareRecord {
  readonly id: string;
  readonly uuid: string;
  readonly projectId: string | null;
  readonly projectUuid: string | null;
  readonly projectName: string | null;
  readonly assetId: string;
  /** Null when the asset was deleted for good. */
  readonly assetUuid: string | null;
  readonly ownerId: string;
  readonly ownerUuid: string;
  readonly ownerEmail: string;
  /** First and last name; null without both. */
  readonly ownerName: string | null;
  readonly name: string | null;
  readonly message: string | null;
  readonly timeZone: string;
  readonly type: ShareType;
  readonly status: ShareStatus;
  readonly permissions: readonly SharePermission[];
  readonly durationHours: number | null;
  readonly passwordHash: string | null;
  readonly version: number;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly contents: readonly ShareContent[];
  readonly recipients: readonly ShareRecipient[];
}

export interface ShareContent {
  readonly id: string;
  /** Null when the asset was deleted for good. */
  readonly uuid: string | null;
  /** RFC 3339; null while it is shown. */
  readonly withdrawnAt: string | null;
  /** trashed, unshared or removed. */
  readonly withdrawnReason: string | null;
}

export interface ShareRecipient {
  readonly email: string;
  readonly userUuid: string | null;
}

/** Of what is off a share the newest are told: a folder may have lost a hundred thousand files to an unshare. */
const MAX_WITHDRAWN = 1_000;

const SHARE = sql`s.id, s.uuid, s.project_id as "projectId", p.uuid as "projectUuid", p.name as "projectName", s.asset_id as "assetId",
  base.uuid as "assetUuid", s.owner_id as "ownerId", o.uuid as "ownerUuid", o.email as "ownerEmail",
  nullif(concat_ws(' ', o.first_name, o.last_name), '') as "ownerName", s.name, s.message,
  s.time_zone as "timeZone", s.type, s.status, s.permissions, s.duration_hours as "durationHours", s.password_hash as "passwordHash", s.version,
  s.expires_at as "expiresAt", s.revoked_at as "revokedAt", s.created_at as "createdAt", s.updated_at as "updatedAt",
  (select coalesce(json_agg(json_build_object('id', c.asset_id::text, 'uuid', ca.uuid, 'withdrawnAt', c.withdrawn_at,
      'withdrawnReason', c.withdrawn_reason) order by c.no, c.asset_id), '[]')
    from (
      select * from share_assets where share_id = s.id and withdrawn_at is null union all (
      select * from share_assets where share_id = s.id and withdrawn_at is not null
      order by withdrawn_at desc, asset_id limit ${MAX_WITHDRAWN})) c
    left join assets ca on ca.id = c.asset_id) as contents,
  (select coalesce(json_agg(json_build_object('email', r.email, 'userUuid', ru.uuid) order by r.email), '[]')
    from share_recipients r left join users ru on ru.id = r.user_id where r.share_id = s.id) as recipients`;

const FROM_SHARES = sql`from shares s join users o on o.id = s.owner_id
  left join projects p on p.id = s.project_id left join assets base on base.id = s.asset_id`;

/** Who reads shares; null: whoever has the database at hand, who sees all. */
export type ShareReader = { readonly id: string } | null;

/** The share `s` is the user's own, or of a project that the user manages; administrators may read all. */
const readableBy = (user: ShareReader): RawBuilder<unknown> =>
  user === null
    ? sql`true`
    : sql`exists (
  select from users u where u.id = ${user.id} and u.deleted_at is null and (u.admin or s.owner_id = u.id or exists (
    select from team_members m join team_access t on t.team_id = m.team_id and t.can_manage
    where m.user_id = u.id and t.project_id = s.project_id)))`;

/** The share of that name if the user may read it, else null. */
export async function findShare(db: Database, name: Name, user: ShareReader): Promise<ShareRecord | null> {
  const { rows } = await sql<ShareRecord>`select ${SHARE} ${FROM_SHARES}
    where ${name.by === 'id' ? sql`s.id = ${name.id}` : sql`s.uuid = ${name.uuid}`} and ${readableBy(user)}`.execute(
    db,
  );
  return rows[0] ?? null;
}

/** A share in the caller's transaction, whoever may read it. */
export async function readShare(tx: Database, shareId: string): Promise<ShareRecord> {
  const { rows } = await sql<ShareRecord>`select ${SHARE} ${FROM_SHARES} where s.id = ${shareId}`.execute(tx);
  const [share] = rows;
  if (share === undefined) throw new Error(`share ${shareId} is not there`);
  return share;
}

/** Where a page of a list begins: below the id `before`, at the newest where there is none. */
export interface PageRange {
  readonly before: string | null;
  readonly limit: number;
}

/** Shares that show an asset, or did so, and that the user may read; newest first. */
export async function listSharesOf(
  db: Database,
  assetId: string,
  user: { readonly id: string },
  { before, limit }: PageRange,
): Promise<readonly ShareRecord[]> {
  const { rows } = await sql<ShareRecord>`select ${SHARE} ${FROM_SHARES}
    where s.id in (select share_id from share_assets where asset_id = ${assetId}) and ${readableBy(user)}
      and (${before}::bigint is null or s.id < ${before}::bigint)
    order by s.id desc limit ${limit}`.execute(db);
  return rows;
}

/** Which shares are wanted; what is undefined is not asked for. Ids are of the store. */
export interface ShareFilter {
  readonly projectId?: string | undefined;
  /** Shown by it, or once so. */
  readonly assetId?: string | undefined;
  /** As it is at the instant `now`, whatever the store has noted by then. */
  readonly status?: ShareStatus | undefined;
  readonly now: Date;
}

/** Shares of everybody, newest first. */
export async function listShares(
  db: Database,
  { projectId, assetId, status, now }: ShareFilter,
  limit: number,
): Promise<readonly ShareRecord[]> {
  const { rows } = await sql<ShareRecord>`select ${SHARE} ${FROM_SHARES}
    where ${projectId === undefined ? sql`true` : sql`s.project_id = ${projectId}`}
      and ${assetId === undefined ? sql`true` : sql`s.id in (select share_id from share_assets where asset_id = ${assetId})`}
      and ${status === undefined ? sql`true` : sql`${status} = case when s.status = 'active' and s.expires_at <= ${now} then 'expired' else s.status end`}
    order by s.id desc limit ${limit}`.execute(db);
  return rows;
}

export interface ShareVisit {
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  /** Null for a visit of the page, and for an asset that was deleted for good. */
  readonly assetUuid: string | null;
  readonly addressHash: Buffer;
}

/** Visits of a share, newest first. */
export async function listVisits(
  db: Database,
  shareId: string,
  { before, limit }: PageRange,
): Promise<readonly ShareVisit[]> {
  const { rows } = await sql<ShareVisit>`
    select v.id, v.at, v.kind, a.uuid as "assetUuid", v.address_hash as "addressHash"
    from share_visits v left join assets a on a.id = v.asset_id
    where v.share_id = ${shareId} and (${before}::bigint is null or v.id < ${before}::bigint)
    order by v.id desc limit ${limit}`.execute(db);
  return rows;
}
