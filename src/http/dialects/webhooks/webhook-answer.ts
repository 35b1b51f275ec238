import { z } from 'zod';
import type { AttemptRecord, DeliveryRecord } from '../../../store/webhook-log';
import type { WebhookRecord } from '../../../store/webhooks';
import { WEBHOOK_DELIVERY_STATES } from '../../../domain/webhook-delivery';

const instant = z.iso.datetime();

const shown = {
  id: z.uuid(),
  url: z.string().nullable().describe('Null: it was sealed with another DATA_SECRET, and has to be given anew'),
  events: z.array(z.string()),
  disabled: z.boolean(),
  disabled_reason: z
    .enum(['by_user', 'gone', 'failing'])
    .nullable()
    .describe('gone: the receiver answered 410; failing: for three days nothing arrived'),
  disabled_at: instant.nullable(),
  failures_in_row: z.int().describe('Attempts that found the endpoint out of order, since the last one that did not'),
  resting_until: instant.nullable().describe('Nothing is sent before: the endpoint asked for it, or is out of order'),
  last_delivered_at: instant.nullable(),
  missed_at: instant
    .nullable()
    .describe('Before this instant events were lost, for nobody collected them for too long'),
  secret_rotated_at: instant.nullable(),
  previous_secret_until: instant.nullable().describe('Until then the secret before signs too'),
  created_by: z.string(),
  created_at: instant,
  updated_at: instant,
};

export const webhookAnswer = z.object(shown).meta({ id: 'Webhook' });
export const webhookWithSecret = z
  .object({ ...shown, secret: z.string().nullable().describe('Shown this once: verify what arrives with it') })
  .meta({ id: 'WebhookWithSecret' });
export const webhooksAnswer = z.object({ webhooks: z.array(webhookAnswer) }).meta({ id: 'WebhookList' });

const attemptAnswer = z.object({
  no: z.int(),
  started_at: instant,
  duration_ms: z.int().nullable().describe('Null: under way'),
  status: z.int().nullable().describe('Of the answer; null when there was none'),
  fault: z.string().nullable().describe('Why it did not arrive; null when it did'),
});

const delivery = {
  id: z.uuid().describe('The webhook-id that the receiver sees, the same over all attempts'),
  type: z.string(),
  state: z.enum(WEBHOOK_DELIVERY_STATES),
  attempts: z.int(),
  last_status: z.int().nullable(),
  last_fault: z.string().nullable(),
  next_attempt_at: instant.nullable(),
  created_at: instant,
  ended_at: instant.nullable(),
  attempt_log: z.array(attemptAnswer).describe('The newest 50'),
};

export const deliveryAnswer = z.object(delivery).meta({ id: 'WebhookDelivery' });
export const deliveryWithPayload = z
  .object({ ...delivery, payload: z.unknown().describe('What was sent') })
  .meta({ id: 'WebhookDeliveryWithPayload' });
export const deliveriesAnswer = z
  .object({ deliveries: z.array(deliveryAnswer), nextCursor: z.string().nullable() })
  .meta({ id: 'WebhookDeliveryList' });

const iso = (at: Date | null) => at?.toISOString() ?? null;

export function toWebhookAnswer(webhook: WebhookRecord): z.infer<typeof webhookAnswer> {
  return {
    id: webhook.uuid,
    url: webhook.url,
    events: [...webhook.events],
    disabled: webhook.disabledAt !== null,
    disabled_reason: webhook.disabledReason,
    disabled_at: iso(webhook.disabledAt),
    failures_in_row: webhook.failuresInRow,
    resting_until: iso(webhook.restingUntil),
    last_delivered_at: iso(webhook.deliveredAt),
    missed_at: iso(webhook.missedAt),
    secret_rotated_at: iso(webhook.secretRotatedAt),
    previous_secret_until: iso(webhook.previousSecretUntil),
    created_by: webhook.createdBy,
    created_at: webhook.createdAt.toISOString(),
    updated_at: webhook.updatedAt.toISOString(),
  };
}

export function toDeliveryAnswer(record: DeliveryRecord): z.infer<typeof deliveryAnswer> {
  return {
    id: record.uuid,
    type: record.type,
    state: record.state,
    attempts: record.attempts,
    last_status: record.lastStatus,
    last_fault: record.lastFault,
    next_attempt_at: iso(record.nextAttemptAt),
    created_at: record.createdAt.toISOString(),
    ended_at: iso(record.endedAt),
    attempt_log: record.log.map(toAttemptAnswer),
  };
}

function toAttemptAnswer({ no, startedAt, durationMs, status, fault }: AttemptRecord) {
  return { no, started_at: startedAt.toISOString(), duration_ms: durationMs, status, fault };
}
