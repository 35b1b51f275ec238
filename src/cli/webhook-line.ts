import type { DeliveryRecord } from '../store/webhook-log';
import type { WebhookRecord } from '../store/webhooks';
import { shortInstant } from './instant';
import { oneLine } from './screen';
import { toFacts, toTable } from './table';

/** The forms of the JSON below, for the help. */
export const WEBHOOK_JSON = '{"id", "project", "url", "events", "disabled", "disabled_reason", "failures_in_row", "resting_until", "last_delivered_at", "created_at"}'; // prettier-ignore
export const DELIVERY_JSON = '{"id", "type", "state", "attempts", "last_status", "last_fault", "next_attempt_at", "created_at", "ended_at"}'; // prettier-ignore

const iso = (at: Date | null) => at?.toISOString() ?? null;

/** A webhook for scripts; never with its secret. */
export function toWebhookJson(webhook: WebhookRecord) {
  return {
    id: webhook.uuid,
    project: webhook.projectUuid,
    url: webhook.url,
    events: webhook.events,
    disabled: webhook.disabledAt !== null,
    disabled_reason: webhook.disabledReason,
    failures_in_row: webhook.failuresInRow,
    resting_until: iso(webhook.restingUntil),
    last_delivered_at: iso(webhook.deliveredAt),
    created_at: webhook.createdAt.toISOString(),
  };
}

export function toDeliveryJson(delivery: DeliveryRecord) {
  return {
    id: delivery.uuid,
    type: delivery.type,
    state: delivery.state,
    attempts: delivery.attempts,
    last_status: delivery.lastStatus,
    last_fault: delivery.lastFault,
    next_attempt_at: iso(delivery.nextAttemptAt),
    created_at: delivery.createdAt.toISOString(),
    ended_at: iso(delivery.endedAt),
  };
}

const standingOf = ({ disabledReason, failuresInRow }: WebhookRecord): string => {
  if (disabledReason !== null) return `disabled: ${disabledReason}`;
  return failuresInRow > 0 ? 'failing' : 'active';
};
const urlOf = ({ url }: WebhookRecord): string => (url === null ? '(sealed with another secret)' : oneLine(url));

export function toWebhookLines(webhooks: readonly WebhookRecord[]): string[] {
  return toTable(
    ['webhook', 'standing', 'events', 'url'],
    webhooks.map((one) => [one.uuid, standingOf(one), one.events.join(','), urlOf(one)]),
  );
}

export function toWebhookFacts(webhook: WebhookRecord): string[] {
  const instant = (at: Date | null) => (at === null ? null : shortInstant(at));
  return toFacts([
    ['webhook', webhook.uuid],
    ['project', webhook.projectUuid],
    ['url', urlOf(webhook)],
    ['events', webhook.events.join(', ')],
    ['standing', standingOf(webhook)],
    ['rests until', instant(webhook.restingUntil)],
    ['delivered', instant(webhook.deliveredAt)],
    ['missed', instant(webhook.missedAt)],
    ['made by', webhook.createdBy],
  ]);
}

export function toDeliveryLines(deliveries: readonly DeliveryRecord[]): string[] {
  return toTable(
    ['delivery', 'type', 'state', 'attempts', 'last', 'made'],
    deliveries.map((one) => [
      one.uuid,
      one.type,
      one.state,
      String(one.attempts),
      one.lastFault ?? (one.lastStatus === null ? '' : String(one.lastStatus)),
      shortInstant(one.createdAt),
    ]),
  );
}
