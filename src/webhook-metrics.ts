import type { Registry } from 'prom-client';
import { createScrapedMetrics } from './scraped';
import type { WebhookStatistics } from './store/webhook-due';

const GAUGES = [
  ['longhaul_webhook_deliveries_waiting', 'Events that wait to be delivered, or are being sent', 'waiting'],
  ['longhaul_webhook_deliveries_overdue', 'Events that should have been sent a minute ago and more: nobody works on them', 'overdue'],
  ['longhaul_webhook_deliveries_failed_last_hour', 'Events that were given up within the last hour', 'failedLately'],
  ['longhaul_webhook_endpoints_failing', 'Enabled webhooks whose endpoint did not work at the last attempt', 'failingEndpoints'],
  ['longhaul_webhook_endpoints_disabled', 'Webhooks that were disabled because their receiver is gone or failed for three days', 'disabledEndpoints'],
  ['longhaul_webhook_events_behind', 'Sync events that the webhook furthest behind is still to be told of', 'behind'],
] as const satisfies readonly (readonly [string, string, keyof WebhookStatistics])[]; // prettier-ignore

/** Gauges of the webhooks, read from the store when they are asked for; while it is away they tell no number. */
export function registerWebhookMetrics(registry: Registry, readStatistics: () => Promise<WebhookStatistics>): void {
  const metrics = createScrapedMetrics(registry, readStatistics);
  for (const [name, help, field] of GAUGES) {
    metrics.gauge({ name, help }, (statistics, set) => set({}, statistics[field]));
  }
}
