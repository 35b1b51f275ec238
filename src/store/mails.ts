import { sql } from 'kysely';
import type { Database } from './database';
import { newUuids } from './ids';

/** A mail that is to go out. */
export interface MailOrder {
  /** Names the event and the recipient: of one name there is one mail, however often it is asked for. */
  readonly eventKey: string;
  readonly template: string;
  readonly recipient: string;
  /** What its template tells of. A link that opens a share is a secret: it is in here sealed, and only until it is sent. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Puts mails into the outbox, in the caller's transaction; what is there already stays as it is. One statement. */
export async function queueMails(db: Database, orders: readonly MailOrder[], now: Date): Promise<void> {
  if (orders.length === 0) return;
  const of = <T>(pick: (order: MailOrder) => T) => orders.map(pick);
  await sql`
    insert into mails (uuid, event_key, template, recipient, data, next_attempt_at, created_at)
    select uuid, event_key, template, recipient, data, ${now}, ${now}
    from unnest(${newUuids(orders.length)}::uuid[], ${of(({ eventKey }) => eventKey)}::text[],
      ${of(({ template }) => template)}::text[], ${of(({ recipient }) => recipient)}::text[],
      ${of(({ data }) => JSON.stringify(data))}::jsonb[]) as o (uuid, event_key, template, recipient, data)
    on conflict (event_key) do nothing`.execute(db);
}
