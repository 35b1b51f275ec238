import { type RawBuilder, sql } from 'kysely';
import type { Name } from '../domain/names';
import type { WebhookDeliveryState } from '../domain/webhook-delivery';
import { toTestEvent } from '../domain/webhook-event';
import type { Database } from './database';
import { newUuid } from './ids';
import type { PageRange } from './share-reading';
import { insertDeliveries } from './webhook-collecting';

/** One attempt at a delivery, as its log has it; without a duration it is under way. */
export interface AttemptRecord {
  readonly no: number;
  readonly startedAt: Date;
  readonly durationMs: number | null;
  readonly status: number | null;
  readonly fault: string | null;
}

export interface DeliveryRecord {
  readonly id: string;
  /** The `webhook-id` of all its attempts. */
  readonly uuid: string;
  readonly type: string;
  readonly payload: string;
  readonly state: WebhookDeliveryState;
  readonly attempts: number;
  /** The newest ones, in their order. */
  readonly log: readonly AttemptRecord[];
  readonly lastStatus: number | null;
  readonly lastFault: string | null;
  /** Null when nobody tries it any more. */
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** Attempts that are shown of one delivery; there are some eighteen in three days, and more only after redeliveries. */
const SHOWN_ATTEMPTS = 50;

/** The deliveries of a webhook, newest first; `state` null: of any. */
export function listDeliveries(
  db: Database,
  webhookId: string,
  { state, before, limit }: PageRange & { readonly state: WebhookDeliveryState | null },
): Promise<readonly DeliveryRecord[]> {
  const ofState = state === null ? sql`true` : sql`d.state = ${state}`;
  const older = before === null ? sql`true` : sql`d.id < ${before}`;
  return readDeliveries(db, sql`d.webhook_id = ${webhookId} and ${ofState} and ${older}`, limit);
}

export async function findDelivery(db: Database, webhookId: string, name: Name): Promise<DeliveryRecord | null> {
  const named = name.by === 'id' ? sql`d.id = ${name.id}` : sql`d.uuid = ${name.uuid}`;
  const [found] = await readDeliveries(db, sql`d.webhook_id = ${webhookId} and ${named}`, 1);
  return found ?? null;
}

/** `under_way`: it is being sent at this very moment. */
export type Redelivery = 'due' | 'under_way' | 'disabled' | 'gone';

/** Has a delivery be sent at once, under its id, and tried for three days again, whatever became of it before. */
export async function redeliver(db: Database, webhookId: string, deliveryId: string): Promise<Redelivery> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ disabled: boolean; state: WebhookDeliveryState | null }>`
      select w.disabled_at is not null as disabled, d.state from webhooks w
        left join webhook_deliveries d on d.webhook_id = w.id and d.id = ${deliveryId}
      where w.id = ${webhookId} for update of w`.execute(tx);
    const [found] = rows;
    if (found?.state === undefined || found.state === null) return 'gone';
    if (found.disabled) return 'disabled';
    const { numAffectedRows } = await sql`
      update webhook_deliveries set state = 'waiting', tries = 0, tried_since = clock_timestamp(),
        next_attempt_at = date_trunc('milliseconds', clock_timestamp()), ended_at = null
      where id = ${deliveryId} and state <> 'sending'`.execute(tx);
    return numAffectedRows === 1n ? 'due' : 'under_way';
  });
}

/** Puts a test event into the log of a webhook; null when it is disabled or gone. */
export async function queueTestEvent(
  db: Database,
  { id, uuid, projectUuid }: { readonly id: string; readonly uuid: string; readonly projectUuid: string },
  now: Date,
): Promise<DeliveryRecord | null> {
  const event = toTestEvent(uuid, projectUuid, newUuid(), now);
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql`select from webhooks where id = ${id} and disabled_at is null for update`.execute(tx);
    if (rows.length === 0) return null;
    await insertDeliveries(tx, [{ id, event }]);
    const [made] = await readDeliveries(tx, sql`d.webhook_id = ${id} and d.event_key = ${event.key}`, 1);
    return made ?? null;
  });
}

/** Removes up to `batch` deliveries that ended before the instant, with their attempts; answers how many. */
export async function deleteOldDeliveries(db: Database, olderThan: Date, batch: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from webhook_deliveries where id in (
      select id from webhook_deliveries where ended_at < ${olderThan} order by ended_at limit ${batch} for update skip locked)`.execute(db); // prettier-ignore
  return Number(numAffectedRows ?? 0n);
}

interface DeliveryRow {
  readonly id: string;
  readonly uuid: string;
  readonly type: string;
  readonly payload: string;
  readonly state: WebhookDeliveryState;
  readonly attempts: number;
  readonly last_status: number | null;
  readonly last_fault: string | null;
  readonly next_attempt_at: Date;
  readonly created_at: Date;
  readonly ended_at: Date | null;
  readonly log: readonly (Omit<AttemptRecord, 'startedAt'> & { readonly startedAt: string })[];
}

async function readDeliveries(
  db: Database,
  where: RawBuilder<unknown>,
  limit: number,
): Promise<readonly DeliveryRecord[]> {
  const { rows } = await sql<DeliveryRow>`
    select d.*, coalesce((
      select json_agg(json_build_object('no', a.no, 'startedAt', a.started_at, 'durationMs', a.duration_ms,
        'status', a.status, 'fault', a.fault) order by a.no)
      from (select * from webhook_attempts where delivery_id = d.id order by no desc limit ${SHOWN_ATTEMPTS}) a
    ), '[]') as log
    from webhook_deliveries d where ${where} order by d.id desc limit ${limit}`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    uuid: row.uuid,
    type: row.type,
    payload: row.payload,
    state: row.state,
    attempts: row.attempts,
    log: row.log.map((attempt) => ({ ...attempt, startedAt: new Date(attempt.startedAt) })),
    lastStatus: row.last_status,
    lastFault: row.last_fault,
    nextAttemptAt: row.state === 'waiting' ? row.next_attempt_at : null,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  }));
}
