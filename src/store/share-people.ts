import { sql } from 'kysely';
import { parseName } from '../domain/names';
import type { Database } from './database';

/** A recipient as a caller names one: a user by any name, or an address. */
export type NamedRecipient = { readonly id: string } | { readonly email: string };

/** `userId` null: nobody of ours has the address. */
export interface Recipient {
  readonly email: string;
  readonly userId: string | null;
}

/** The recipients in their order; null where nobody live has that name. An address is always one. One statement. */
export async function resolveRecipients(
  db: Database,
  named: readonly NamedRecipient[],
): Promise<readonly (Recipient | null)[]> {
  if (named.length === 0) return [];
  const names = named.map((one) => ('id' in one ? parseName(one.id) : null));
  const emails = named.map((one) => ('email' in one ? one.email.toLowerCase() : null));
  const ids = names.map((name) => (name?.by === 'id' ? name.id : null));
  const uuids = names.map((name) => (name?.by === 'uuid' ? name.uuid : null));
  const { rows } = await sql<{ userId: string | null; email: string | null }>`
    select u.id as "userId", coalesce(lower(u.email), w.email) as email
    from unnest(${emails}::text[], ${ids}::bigint[], ${uuids}::uuid[]) with ordinality w (email, id, uuid, no)
      left join users u on u.deleted_at is null
        and (lower(u.email) = w.email or u.id = w.id or u.uuid = w.uuid)
    order by w.no`.execute(db);
  return rows.map(({ userId, email }) => (email === null ? null : { email, userId }));
}

/** Sets who is named by a share, in the caller's transaction; true when that changed. */
export async function setRecipients(
  tx: Database,
  shareId: string,
  recipients: readonly Recipient[],
  now: Date,
): Promise<{ readonly added: boolean; readonly removed: boolean }> {
  const emails = recipients.map(({ email }) => email);
  const userIds = recipients.map(({ userId }) => userId);
  const { rows } = await sql<{ added: boolean; removed: boolean }>`
    with gone as (
      delete from share_recipients where share_id = ${shareId} and not email = any(${emails}::text[]) returning 1
    ), come as (
      insert into share_recipients (share_id, email, user_id, created_at)
      select distinct on (r.email) ${shareId}::bigint, r.email, r.user_id, ${now}::timestamptz
      from unnest(${emails}::text[], ${userIds}::bigint[]) as r (email, user_id)
      on conflict (share_id, email) do update set user_id = excluded.user_id
        where share_recipients.user_id is distinct from excluded.user_id
      returning 1
    )
    select exists (select from come) as added, exists (select from gone) as removed`.execute(tx);
  return rows[0] ?? { added: false, removed: false };
}
