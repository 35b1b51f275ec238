import { sql } from 'kysely';
import { type LoggedChange, toWebhookEvents, wantsEvent, type WebhookEvent } from '../domain/webhook-event';
import type { Database } from './database';
import { newUuids } from './ids';

/** A webhook, as its workflow is started with. */
export interface WebhookRef {
  readonly webhook: string;
  readonly project: string;
}

/** What one look has found. */
export interface CollectedEvents {
  /** Those that have something new to deliver. */
  readonly webhooks: readonly WebhookRef[];
  readonly deliveries: number;
  /** Webhooks of which events had been removed before they were looked at. */
  readonly missed: number;
  /** Something is left to look at. */
  readonly more: boolean;
}

/** Webhooks of one look, and sync events of each. */
const WEBHOOKS = 50;
const SPAN = 2_000;

interface BehindRow {
  readonly id: string;
  readonly uuid: string;
  readonly project_id: string;
  readonly project_uuid: string;
  readonly events: string[];
  readonly cursor: string;
  readonly current: string;
  readonly oldest: string;
}

/**
 * Turns what the sync events of projects tell into deliveries of the webhooks that want it, and moves the cursors of those
 * webhooks past it, in one transaction of four statements. Several may do so at once: each takes other webhooks.
 */
export async function collectWebhookEvents(db: Database, span = SPAN): Promise<CollectedEvents> {
  return db.transaction().execute(async (tx) => {
    const { rows: behind } = await sql<BehindRow>`
      select w.id, w.uuid, w.project_id, p.uuid as project_uuid, w.events, w.cursor, c.cursor as current, c.oldest
      from webhooks w join sync_cursors c on c.project_id = w.project_id join projects p on p.id = w.project_id
      where w.disabled_at is null and w.cursor < c.cursor
      order by w.id limit ${WEBHOOKS} for update of w skip locked`.execute(tx);
    if (behind.length === 0) return { webhooks: [], deliveries: 0, missed: 0, more: false };
    const looks = behind.map((row) => {
      const from = Math.max(Number(row.cursor), Number(row.oldest));
      return { ...row, from, to: Math.min(Number(row.current), from + span), isMissed: from > Number(row.cursor) };
    });
    const changes = await readChanges(tx, looks);
    const wanted = looks.flatMap(({ id, events, project_uuid: project }) =>
      toWebhookEvents(changes.get(id) ?? [], project)
        .filter(({ type }) => wantsEvent(events, type))
        .map((event) => ({ id, event })),
    );
    const made = await insertDeliveries(tx, wanted);
    await sql`
      update webhooks w set cursor = o.target, missed_at = case when o.missed then clock_timestamp() else w.missed_at end
      from unnest(${looks.map(({ id }) => id)}::bigint[], ${looks.map(({ to }) => to)}::bigint[],
        ${looks.map(({ isMissed }) => isMissed)}::boolean[]) as o (id, target, missed)
      where w.id = o.id`.execute(tx);
    const told = new Set(made);
    return {
      webhooks: looks.filter(({ id }) => told.has(id)).map(({ uuid, project_uuid: project }) => ({ webhook: uuid, project })), // prettier-ignore
      deliveries: made.length,
      missed: looks.filter(({ isMissed }) => isMissed).length,
      more: behind.length === WEBHOOKS || looks.some(({ to, current }) => to < Number(current)),
    };
  });
}

interface ChangeRow {
  readonly webhook_id: string;
  readonly cursor: string;
  readonly action: string;
  readonly data_type: string;
  readonly data_key: string;
  readonly data: unknown;
  readonly created_at: Date;
}

/** What may become an event, by webhook: of the many that tell of progress none is read. */
async function readChanges(
  tx: Database,
  looks: readonly { readonly id: string; readonly project_id: string; readonly from: number; readonly to: number }[],
): Promise<ReadonlyMap<string, readonly LoggedChange[]>> {
  const { rows } = await sql<ChangeRow>`
    select o.id as webhook_id, s.cursor, s.action, s.data_type, s.data_key, s.data, s.created_at
    from unnest(${looks.map(({ id }) => id)}::bigint[], ${looks.map((look) => look.project_id)}::bigint[],
        ${looks.map(({ from }) => from)}::bigint[], ${looks.map(({ to }) => to)}::bigint[]) as o (id, project_id, after, upto)
      join sync_events s on s.project_id = o.project_id and s.cursor > o.after and s.cursor <= o.upto
    where case s.data_type
      when 'jobs' then s.data -> 'info' ->> 'state' in ('done', 'failed', 'cancelled', 'rejected')
      when 'shares' then s.action = 'INSERT' or s.data ->> 'status' in ('expired', 'revoked')
      when 'reviews' then s.data ->> 'open' = 'false'
      when 'trash' then s.action = 'DELETE'
      else false end
    order by o.id, s.cursor`.execute(tx);
  const changes = new Map<string, LoggedChange[]>();
  for (const row of rows) {
    const { action, data, data_type: dataType, data_key: dataKey, created_at: at } = row;
    const change = { cursor: Number(row.cursor), action, dataType, dataKey, data, at };
    const known = changes.get(row.webhook_id);
    if (known === undefined) changes.set(row.webhook_id, [change]);
    else known.push(change);
  }
  return changes;
}

/** Puts events into the log of webhooks, to be sent at once; answers the webhook of each that was not there before. */
export async function insertDeliveries(
  tx: Database,
  wanted: readonly { readonly id: string; readonly event: WebhookEvent }[],
): Promise<readonly string[]> {
  if (wanted.length === 0) return [];
  const of = (pick: (event: WebhookEvent) => string) => wanted.map(({ event }) => pick(event));
  const { rows } = await sql<{ webhook_id: string }>`
    insert into webhook_deliveries (uuid, webhook_id, event_key, type, payload, tried_since, next_attempt_at, created_at)
    select uuid, webhook_id, event_key, type, payload, at, at, at
    from (select date_trunc('milliseconds', clock_timestamp()) as at) clock cross join unnest(
      ${newUuids(wanted.length)}::uuid[], ${wanted.map(({ id }) => id)}::bigint[], ${of(({ key }) => key)}::text[],
      ${of(({ type }) => type)}::text[], ${of(({ payload }) => payload)}::text[])
      with ordinality as o (uuid, webhook_id, event_key, type, payload, n)
    order by n
    on conflict (webhook_id, event_key) do nothing returning webhook_id`.execute(tx);
  return rows.map((row) => row.webhook_id);
}
