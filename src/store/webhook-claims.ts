import { type RawBuilder, sql } from 'kysely';
import type { WebhookFault } from '../domain/webhook-delivery';
import type { Database } from './database';

/** A delivery that is being sent by who claimed it. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly uuid: string;
  readonly webhookId: string;
  readonly webhookUuid: string;
  readonly payload: string;
  /** The number of this attempt, from 1. */
  readonly attempt: number;
  /** Attempts since `triedSince`, this one included. */
  readonly tries: number;
  readonly triedSince: Date;
  readonly failuresInRow: number;
  readonly urlSealed: Buffer;
  readonly secretSealed: Buffer;
  /** Null unless it signs too. */
  readonly previousSecretSealed: Buffer | null;
}

/** A delivery that was claimed longer ago than this belongs to a worker that is gone: no attempt takes as long. */
export const WEBHOOK_LOST_AFTER_MS = 30_000;

interface ClaimedRow {
  readonly id: string;
  readonly uuid: string;
  readonly webhook_id: string;
  readonly webhook_uuid: string;
  readonly payload: string;
  readonly attempts: number;
  readonly tries: number;
  readonly tried_since: Date;
  readonly failures_in_row: number;
  readonly url_sealed: Buffer;
  readonly secret_sealed: Buffer;
  readonly previous_secret_sealed: Buffer | null;
}

/**
 * Takes the delivery of a webhook that has been due for longest by `at`, and notes the attempt before it is made; null when
 * none is due, or the endpoint rests or is disabled.
 */
export async function claimDelivery(db: Database, webhookUuid: string, at: Date): Promise<ClaimedDelivery | null> {
  const { rows } = await sql<ClaimedRow>`
    with endpoint as (
      select * from webhooks
      where uuid = ${webhookUuid} and disabled_at is null and (resting_until is null or resting_until <= ${at})
    ), due as (
      select d.id from webhook_deliveries d join endpoint w on w.id = d.webhook_id
      where d.state = 'waiting' and d.next_attempt_at <= ${at}
      order by d.next_attempt_at, d.id limit 1 for update of d skip locked
    ), claimed as (
      update webhook_deliveries d
      set state = 'sending', claimed_at = clock_timestamp(), attempts = attempts + 1, tries = tries + 1,
        tried_since = case when tries = 0 then ${at} else tried_since end
      from due where d.id = due.id
      returning d.id, d.uuid, d.webhook_id, d.payload, d.attempts, d.tries, d.tried_since
    ), attempt as (
      insert into webhook_attempts (delivery_id, no) select id, attempts from claimed
    )
    select c.*, w.uuid as webhook_uuid, w.failures_in_row, w.url_sealed, w.secret_sealed,
      case when w.previous_secret_until > ${at} then w.previous_secret_sealed end as previous_secret_sealed
    from claimed c join endpoint w on w.id = c.webhook_id`.execute(db);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    id: row.id,
    uuid: row.uuid,
    webhookId: row.webhook_id,
    webhookUuid: row.webhook_uuid,
    payload: row.payload,
    attempt: row.attempts,
    tries: row.tries,
    triedSince: row.tried_since,
    failuresInRow: row.failures_in_row,
    urlSealed: row.url_sealed,
    secretSealed: row.secret_sealed,
    previousSecretSealed: row.previous_secret_sealed,
  };
}

/** Puts a claimed delivery back as if it had not been tried: the worker goes down in order. */
export async function releaseDelivery(
  db: Database,
  { id, attempt }: ClaimedDelivery,
  durationMs: number,
): Promise<void> {
  // prettier-ignore
  await putBack(db, sql`d.id = ${id} and d.attempts = ${attempt}`, 'worker_stopped', durationMs);
}

/** Puts back what a worker that is gone had claimed; answers how many. It may have arrived: it is sent again all the same. */
export async function settleLostDeliveries(db: Database, webhookUuid: string): Promise<number> {
  const lost = sql`d.webhook_id = (select id from webhooks where uuid = ${webhookUuid})
    and d.claimed_at < clock_timestamp() - make_interval(secs => ${WEBHOOK_LOST_AFTER_MS / 1_000})`;
  return putBack(db, lost, 'worker_lost', null);
}

async function putBack(
  db: Database,
  which: RawBuilder<unknown>,
  fault: WebhookFault,
  durationMs: number | null,
): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    with back as (
      update webhook_deliveries d set claimed_at = null, last_fault = ${fault}, tries = greatest(d.tries - 1, 0),
        state = case when w.disabled_at is null then 'waiting' else 'failed' end,
        ended_at = case when w.disabled_at is not null then clock_timestamp() end
      from webhooks w
      where w.id = d.webhook_id and d.state = 'sending' and ${which}
      returning d.id, d.attempts
    ), noted as (
      update webhook_attempts a set fault = ${fault}, duration_ms = ${durationMs}::int from back
      where a.delivery_id = back.id and a.no = back.attempts
    )
    select count(*) as count from back`.execute(db);
  return Number(rows[0]?.count);
}

/** True when the last attempt at that endpoint found it out of order. */
export async function isFailing(db: Database, webhookUuid: string): Promise<boolean> {
  const { rows } = await sql`select from webhooks where uuid = ${webhookUuid} and failures_in_row > 0`.execute(db);
  return rows.length > 0;
}
