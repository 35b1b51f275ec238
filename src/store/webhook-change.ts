import { sql } from 'kysely';
import type { WebhookDisabledReason } from '../domain/webhook-delivery';
import { PREVIOUS_SECRET_MS } from '../domain/webhook-secret';
import type { Database } from './database';
import type { WebhookSeals } from './webhooks';

/** What is to be changed; what is absent stays. */
export interface WebhookChange {
  readonly url?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly disabled?: boolean | undefined;
  /** The new secret; the one before goes on signing beside it for a day. */
  readonly secret?: string | undefined;
}

/**
 * Changes a webhook. One that is enabled again is told of what happens from then on: while it was disabled nothing was
 * collected for it. False when it is gone.
 */
export async function changeWebhook(
  db: Database,
  { id, uuid }: { readonly id: string; readonly uuid: string },
  { url, events, disabled, secret }: WebhookChange,
  seals: WebhookSeals,
  now: Date,
): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ disabled: boolean }>`
      select disabled_at is not null as disabled from webhooks where id = ${id} for update`.execute(tx);
    const [found] = rows;
    if (found === undefined) return false;
    if (url !== undefined) {
      // Another address is another endpoint: what the one before has earned does not hold for it.
      await sql`update webhooks set url_sealed = ${seals.url.seal(url, uuid)}, failures_in_row = 0, resting_until = null
        where id = ${id}`.execute(tx);
    }
    if (events !== undefined) await sql`update webhooks set events = ${events}::text[] where id = ${id}`.execute(tx);
    if (secret !== undefined) {
      await sql`update webhooks set previous_secret_sealed = secret_sealed, secret_sealed = ${seals.secret.seal(secret, uuid)},
        previous_secret_until = ${new Date(now.getTime() + PREVIOUS_SECRET_MS)}, secret_rotated_at = ${now}
        where id = ${id}`.execute(tx);
    }
    if (disabled === true && !found.disabled) await disableWebhook(tx, id, 'by_user', now);
    if (disabled === false && found.disabled) {
      await sql`update webhooks w set disabled_at = null, disabled_reason = null, failures_in_row = 0, resting_until = null,
        cursor = greatest(w.cursor, coalesce((select cursor from sync_cursors c where c.project_id = w.project_id), 0))
        where id = ${id}`.execute(tx);
    }
    await sql`update webhooks set updated_at = ${now} where id = ${id}`.execute(tx);
    return true;
  });
}

/** In a transaction that holds the row: nothing is collected for it or sent to it any more, and what waits has failed. */
export async function disableWebhook(
  tx: Database,
  webhookId: string,
  reason: WebhookDisabledReason,
  now: Date,
): Promise<void> {
  await sql`update webhooks set disabled_at = ${now}, disabled_reason = ${reason}, resting_until = null
    where id = ${webhookId} and disabled_at is null`.execute(tx);
  await sql`update webhook_deliveries set state = 'failed', last_fault = 'webhook_disabled', ended_at = ${now}
    where webhook_id = ${webhookId} and state = 'waiting'`.execute(tx);
}
