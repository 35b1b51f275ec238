import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Database } from '../../../src/store/database';

/** What the expiry of some shares has left in the store. */
export interface Traces {
  readonly expired: number;
  readonly history: number;
  readonly events: number;
  readonly mails: number;
  /** Of the mails, those that count as sent. */
  readonly sent: number;
  /** Entries, events or mails of the share that has the most of one of them: never more than 1. */
  readonly most: number;
}

/** Makes so many more shares like that one, each with a token of its own; nobody is told of them. Answers the ids of all. */
export async function copyShare(db: Database, uuid: string, copies: number): Promise<readonly string[]> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ id: string }>`
      insert into shares (uuid, project_id, asset_id, owner_id, name, token_hash, expires_at, time_zone)
      select uuidv7(), project_id, asset_id, owner_id, name, sha256(gen_random_uuid()::text::bytea), expires_at, time_zone
      from shares cross join generate_series(1, ${copies}::int) where uuid = ${uuid}
      returning id`.execute(tx);
    const ids = rows.map(({ id }) => id);
    await sql`
      insert into share_assets (share_id, no, asset_id)
      select copy.id, sa.no, sa.asset_id from unnest(${ids}::bigint[]) as copy (id)
        join shares s on s.uuid = ${uuid} join share_assets sa on sa.share_id = s.id`.execute(tx);
    const first = await tx.selectFrom('shares').select('id').where('uuid', '=', uuid).executeTakeFirstOrThrow();
    return [first.id, ...ids];
  });
}

export async function readTraces(db: Database, ids: readonly string[]): Promise<Traces> {
  const { rows } = await sql<Record<keyof Traces, string>>`
    with share as (select id, uuid::text, status from shares where id = any(${ids}::bigint[])),
    history_of as (select details->'share'->>'uuid' as uuid, count(*) as n from history where kind = 'share_expired' group by 1),
    events_of as (select data_key as uuid, count(*) as n from sync_events
      where data_type = 'shares' and data->>'status' = 'expired' group by 1),
    mails_of as (select data->'share'->>'uuid' as uuid, count(*) as n, count(*) filter (where state = 'sent') as sent
      from mails where template = 'share_expired' group by 1)
    select count(*) filter (where share.status = 'expired') as expired, coalesce(sum(h.n), 0) as history,
      coalesce(sum(e.n), 0) as events, coalesce(sum(m.n), 0) as mails, coalesce(sum(m.sent), 0) as sent,
      coalesce(max(greatest(h.n, e.n, m.n)), 0) as most
    from share left join history_of h using (uuid) left join events_of e using (uuid) left join mails_of m using (uuid)`.execute(db); // prettier-ignore
  const found = Object.entries(rows[0] ?? {}).map(([name, value]) => [name, Number(value)]);
  return Object.fromEntries(found) as Traces;
}

/** How many mails lie on the disk for that address. */
export function countMailsTo(dataDir: string, address: string): number {
  const directory = join(dataDir, 'mail');
  const names = readdirSync(directory).filter((name) => name.endsWith('.eml'));
  return names.filter((name) => readFileSync(join(directory, name), 'utf8').includes(`To: ${address}`)).length;
}
