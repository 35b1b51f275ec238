import { sql } from 'kysely';
import type { WebhookFault, WebhookVerdict } from '../domain/webhook-delivery';
import type { Database } from './database';
import { queueMails } from './mails';
import { disableWebhook } from './webhook-change';
import type { ClaimedDelivery } from './webhook-claims';

/** What is written down of an attempt. */
export interface AttemptNote {
  readonly status: number | null;
  readonly durationMs: number;
}

/**
 * Ends a claimed delivery that has arrived. When the endpoint did not work before, all that waits for it is due now: it
 * is not to wait for hours for an endpoint that is back.
 */
export async function markDelivered(
  db: Database,
  claimed: ClaimedDelivery,
  note: AttemptNote,
  at: Date,
): Promise<void> {
  // prettier-ignore
  await db.transaction().execute(async (tx) => {
    const recovered = await sql<{ failures_in_row: number }>`
      update webhooks w set delivered_at = greatest(w.delivered_at, ${at}), failures_in_row = 0, resting_until = null
      from webhooks old where w.id = ${claimed.webhookId} and old.id = w.id
      returning old.failures_in_row`.execute(tx);
    await noteAttempt(tx, claimed, note, null);
    await sql`
      update webhook_deliveries set state = 'delivered', last_status = ${note.status}, last_fault = null,
        claimed_at = null, ended_at = ${at}
      where id = ${claimed.id} and state = 'sending'`.execute(tx);
    if ((recovered.rows[0]?.failures_in_row ?? 0) > 0) {
      await sql`update webhook_deliveries set next_attempt_at = ${at}
        where webhook_id = ${claimed.webhookId} and state = 'waiting' and next_attempt_at > ${at}`.execute(tx);
    }
  });
}

/** What the owner of a webhook is told when it is disabled. */
const DISABLED_MAIL = 'webhook_disabled';

/**
 * Puts a claimed delivery that has not arrived back, or gives it up. A receiver that is gone disables its webhook, and so
 * does one at which nothing has arrived for as long as an event is tried.
 */
export async function markFailed(
  db: Database,
  claimed: ClaimedDelivery,
  note: AttemptNote,
  verdict: Exclude<WebhookVerdict, { readonly kind: 'delivered' }>,
  at: Date,
): Promise<void> {
  const { id, webhookId, triedSince } = claimed;
  await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ disabled: boolean; delivered_at: Date | null }>`
      select disabled_at is not null as disabled, delivered_at from webhooks where id = ${webhookId} for update`.execute(tx); // prettier-ignore
    const [webhook] = rows;
    if (webhook === undefined) return;
    await noteAttempt(tx, claimed, note, verdict.fault);
    const again = verdict.kind === 'again' && !webhook.disabled ? new Date(verdict.atMs) : null;
    await sql`
      update webhook_deliveries set claimed_at = null, last_status = ${note.status}, last_fault = ${verdict.fault},
        state = ${again === null ? 'failed' : 'waiting'}, ended_at = ${again === null ? at : null},
        next_attempt_at = coalesce(${again}::timestamptz, next_attempt_at)
      where id = ${id} and state = 'sending'`.execute(tx);
    if (webhook.disabled) return;
    if (verdict.kind !== 'gone' && verdict.restMs !== null) {
      await sql`update webhooks set failures_in_row = failures_in_row + 1,
        resting_until = greatest(resting_until, ${new Date(at.getTime() + verdict.restMs)}) where id = ${webhookId}`.execute(tx); // prettier-ignore
    }
    const isDead = verdict.kind === 'given_up' && (webhook.delivered_at === null || webhook.delivered_at < triedSince);
    if (verdict.kind !== 'gone' && !isDead) return;
    const reason = verdict.kind === 'gone' ? 'gone' : 'failing';
    await disableWebhook(tx, webhookId, reason, at);
    await tellOwner(tx, claimed, reason, at);
  });
}

async function noteAttempt(
  tx: Database,
  { id, attempt }: ClaimedDelivery,
  { status, durationMs }: AttemptNote,
  fault: WebhookFault | null,
): Promise<void> {
  await sql`update webhook_attempts set status = ${status}, duration_ms = ${durationMs}, fault = ${fault}
    where delivery_id = ${id} and no = ${attempt}`.execute(tx);
}

async function tellOwner(
  tx: Database,
  { webhookId, webhookUuid }: ClaimedDelivery,
  reason: 'gone' | 'failing',
  at: Date,
): Promise<void> {
  const { rows } = await sql<{ email: string; name: string; project: string }>`
    select u.email, p.name, p.uuid as project
    from webhooks w join users u on u.id = w.created_by and u.deleted_at is null join projects p on p.id = w.project_id
    where w.id = ${webhookId}`.execute(tx);
  const mails = rows.map(({ email: recipient, name, project }) => ({
    eventKey: `webhook:${webhookUuid}:disabled:${at.toISOString()}`,
    template: DISABLED_MAIL,
    recipient,
    data: { webhook: webhookUuid, reason, project: { name, uuid: project } },
  }));
  await queueMails(tx, mails, at);
}
