import { join } from 'node:path';
import { sql } from 'kysely';
import { renderMail } from '../src/mail/render';
import { createFileMail } from '../src/mail/transport';
import type { Store } from '../src/store/database';
import { settleDueShares } from '../src/store/share-expiry';

/** What each loop of SQL writes for an expiry: status, history, sync event with its cursor, and the mail as sent. */
const STATEMENTS = {
  share: `update shares set status = 'expired', expired_at = expires_at, notice_at = null, updated_at = now() where id = $1 and status = 'active'`,
  history: `insert into history (asset_id, project_id, kind, actor_id, details, created_at)
    select a.id, a.project_id, 'share_expired', null,
      jsonb_build_object('share', jsonb_build_object('id', s.id, 'uuid', s.uuid, 'name', s.name)), now()
    from shares s join share_assets sa on sa.share_id = s.id join assets a on a.id = sa.asset_id where s.id = $1`,
  mail: `insert into mails (uuid, event_key, template, recipient, data, state, attempts, sent_at)
    select uuidv7(), 'share:' || s.uuid || ':expired:' || to_char(s.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'share_expired', u.email, jsonb_build_object('share', jsonb_build_object('uuid', s.uuid, 'name', s.name),
      'expiredAt', s.expires_at, 'timeZone', s.time_zone), 'sent', 1, now()
    from shares s join users u on u.id = s.owner_id where s.id = $1`,
  event: `with bump as (
      insert into sync_cursors as c (project_id, cursor) select project_id, 1 from shares where id = $1
        on conflict (project_id) do update set cursor = c.cursor + 1 returning project_id, cursor)
    insert into sync_events (project_id, cursor, action, data_type, data_key, data, created_at)
      select b.project_id, b.cursor, 'UPDATE', 'shares', s.uuid::text,
        json_build_object('project_gid', p.uuid, 'status', s.status, 'expires_at', s.expires_at), now()
      from bump b join projects p on p.id = b.project_id cross join shares s where s.id = $1`,
} as const;

/** A transaction for each share, on one connection, with prepared statements. Answers ms. */
export async function loopByRows({ pool }: Store): Promise<number> {
  const client = await pool.connect();
  try {
    const begun = performance.now();
    const { rows } = await client.query<{ id: string }>('select id from shares where due_at <= clock_timestamp() order by due_at, id'); // prettier-ignore
    for (const { id } of rows) {
      await client.query('begin');
      for (const [name, text] of Object.entries(STATEMENTS)) await client.query({ name, text, values: [id] });
      await client.query('commit');
    }
    return performance.now() - begun;
  } finally {
    client.release();
  }
}

const CHUNK = 1_000;

/** Our own transactions of a thousand, on one connection, then the mails as sent by one statement. Answers ms. */
export async function loopByChunks({ db }: Store): Promise<number> {
  const begun = performance.now();
  while ((await settleDueShares(db, CHUNK)).expired > 0);
  await sql`update mails set state = 'sent', attempts = 1, sent_at = now() where state = 'waiting'`.execute(db);
  return performance.now() - begun;
}

const AT_ONCE = 16;

/** Makes and writes the files of so many mails as ours does, without the store. Answers ms. */
export async function writeFiles(directory: string, count: number): Promise<number> {
  const transport = createFileMail(join(directory), 'Longhaul <longhaul@example.com>');
  const date = new Date();
  const data = (no: number) => ({
    ...{ share: { name: `Rough cut ${String(no)}` }, expiredAt: date.toISOString(), timeZone: 'Europe/Berlin' },
  });
  let begunFiles = 0;
  const begun = performance.now();
  const lane = async () => {
    while (begunFiles < count) {
      const no = (begunFiles += 1);
      const content = renderMail({ template: 'share_expired', data: data(no), publicUrl: 'http://127.0.0.1', link: null }); // prettier-ignore
      await transport.send({ ...content, uuid: `file-${String(no)}`, to: 'owner@example.com', date });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return performance.now() - begun;
}
