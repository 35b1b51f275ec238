import { sql } from 'kysely';
import type { Database } from './database';
import { type MailOrder, queueMails } from './mails';
import { appendSyncEventsOfProjects } from './sync';

/** What one chunk did; `noticed` and `expired` count shares. */
export interface SettledShares {
  readonly noticed: number;
  readonly expired: number;
}

/** When something is due next at any share, by the clock of the store. */
export interface NextDue {
  readonly at: Date | null;
  /** At least 1; null with `at`. */
  readonly inMs: number | null;
}

interface SettledRow {
  readonly id: string;
  readonly uuid: string;
  readonly name: string | null;
  readonly expires_at: Date;
  readonly time_zone: string;
  readonly expired: boolean;
  /** Null when the owner is no more. */
  readonly email: string | null;
}

/** What is due for longer than this is overdue. */
export const OVERDUE_SECONDS = 30;
/** What somebody else has locked is looked at again after this. */
const LOCKED_MS = 200;

/**
 * Does what is due at up to `limit` shares, in one transaction of a handful of statements whatever their number: the
 * status, history of the assets that are on their pages, sync events and mails of one share are there together or not
 * at all, and once. Several may work side by side. What somebody else has locked is left for later.
 *
 * `now`: for tests; without it the clock of the store decides. A share whose expiry has come gets no notice any more.
 */
export async function settleDueShares(db: Database, limit: number, now?: Date): Promise<SettledShares> {
  return db.transaction().execute(async (tx) => {
    const at = now ?? (await readClock(tx));
    const { rows } = await sql<SettledRow>`
      with due as (
        select id from shares where due_at <= ${at} order by due_at, id limit ${limit} for update skip locked
      ), settled as (
        update shares s set notice_at = null, updated_at = ${at},
          status = case when s.expires_at <= ${at} then 'expired' else s.status end,
          expired_at = case when s.expires_at <= ${at} then s.expires_at end
        from due where s.id = due.id
        returning s.id, s.uuid, s.name, s.expires_at, s.time_zone, s.status = 'expired' as expired, s.owner_id
      )
      select s.id, s.uuid, s.name, s.expires_at, s.time_zone, s.expired, u.email
      from settled s left join users u on u.id = s.owner_id and u.deleted_at is null
      order by s.id`.execute(tx);
    if (rows.length === 0) return { noticed: 0, expired: 0 };
    const expired = rows.filter((row) => row.expired);
    await queueMails(tx, rows.flatMap(toMailOrder), at);
    if (expired.length > 0) await tellOfExpiries(tx, expired.map(({ id }) => id), at); // prettier-ignore
    return { noticed: rows.length - expired.length, expired: expired.length };
  });
}

/** The earliest instant at which something is due, and how far away it is. */
export async function readNextDue(db: Database): Promise<NextDue> {
  const { rows } = await sql<{ at: Date | null; ms: string | null }>`
    select due_at as at, extract(epoch from due_at - clock_timestamp()) * 1000 as ms
    from (select min(due_at) as due_at from shares) due`.execute(db);
  const at = rows[0]?.at ?? null;
  if (at === null) return { at, inMs: null };
  const ms = Math.ceil(Number(rows[0]?.ms));
  return { at, inMs: ms <= 0 ? LOCKED_MS : ms };
}

/** Up to here live shares are counted, which takes some 2 ms. */
const COUNTED_LIVE = 10_000;

/**
 * Shares that are active: counted up to ten thousand, and beyond that what Postgres estimates, which its last ANALYZE
 * has found. Counting a million took 0.1 s and more, after each slice of the timer and at each scrape of each façade.
 */
export async function countLiveShares(db: Database): Promise<number> {
  const { rows } = await sql<{ count: string; estimate: number }>`
    select (select count(*) from (select from shares where status = 'active' limit ${COUNTED_LIVE + 1}) live) as count,
      (select reltuples from pg_class where oid = 'shares_live'::regclass) as estimate`.execute(db);
  const counted = Number(rows[0]?.count ?? 0);
  return counted <= COUNTED_LIVE ? counted : Math.max(counted, Math.round(rows[0]?.estimate ?? 0));
}

/** Shares at which something has been due for longer than `graceSeconds`, by the clock of the store. */
export async function countOverdueShares(db: Database, graceSeconds: number): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from shares
    where due_at < statement_timestamp() - make_interval(secs => ${graceSeconds})`.execute(db);
  return Number(rows[0]?.count ?? 0);
}

/** Cut to ms, as a Date has them: an instant is never taken for past before it is. */
async function readClock(db: Database): Promise<Date> {
  const { rows } = await sql<{ at: Date }>`select date_trunc('milliseconds', clock_timestamp()) as at`.execute(db);
  const at = rows[0]?.at;
  if (at === undefined) throw new Error('the store did not tell the time');
  return at;
}

function toMailOrder({ uuid, name, expires_at, time_zone: timeZone, expired, email }: SettledRow): MailOrder[] {
  if (email === null) return [];
  const instant = expires_at.toISOString();
  const share = { uuid, name };
  return [
    expired
      ? { eventKey: `share:${uuid}:expired:${instant}`, template: 'share_expired', recipient: email, data: { share, expiredAt: instant, timeZone } } // prettier-ignore
      : { eventKey: `share:${uuid}:expiring:${instant}`, template: 'share_expiring', recipient: email, data: { share, expiresAt: instant, timeZone } }, // prettier-ignore
  ];
}

/** Sync events last: other writers of the projects wait from there on. */
async function tellOfExpiries(tx: Database, shareIds: readonly string[], at: Date): Promise<void> {
  await sql`
    insert into history (asset_id, project_id, kind, actor_id, details, created_at)
    select a.id, a.project_id, 'share_expired', null,
      jsonb_build_object('share', jsonb_build_object('id', s.id, 'uuid', s.uuid, 'name', s.name)), ${at}::timestamptz
    from shares s
      join share_assets sa on sa.share_id = s.id and sa.withdrawn_at is null
      join assets a on a.id = sa.asset_id and a.deleted_at is null
    where s.id = any(${shareIds}::bigint[])
    order by s.id, sa.no`.execute(tx);
  await appendSyncEventsOfProjects(
    tx,
    sql`
    select s.project_id, 'UPDATE' as action, 'shares' as data_type, s.uuid::text as data_key,
      json_build_object('project_gid', p.uuid, 'status', s.status,
        'expires_at', to_char(s.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) as data,
      row_number() over (partition by s.project_id order by s.id) as n
    from shares s join projects p on p.id = s.project_id
    where s.id = any(${shareIds}::bigint[])`,
  );
}
