import type { WebhookSlice } from '../../src/contract/webhook';
import { createFakeActivities } from '../workflows/fake-activities';
import { ended, type Scene } from './scene';

const NOTHING: WebhookSlice = { delivered: 0, failed: 0, more: false, waiting: 0, nextInMs: null };

const nothingElse = () => createFakeActivities({ folders: 0, files: 0 }).activities;

/** Answers one slice after another; the last one again and again. */
function delivering(...slices: readonly WebhookSlice[]) {
  return () => {
    let looks = 0;
    return { deliverWebhook: async () => slices[Math.min(looks++, slices.length - 1)] ?? NOTHING };
  };
}

/** The deliveries of a webhook, and the watch over all. */
export const WEBHOOK_SCENES: readonly Scene[] = [
  {
    name: 'deliver-webhook-tried-again',
    type: 'deliverWebhookWorkflow',
    activities: nothingElse,
    webhooks: delivering(
      { ...NOTHING, delivered: 9, more: true, waiting: 3, nextInMs: 1 },
      { ...NOTHING, failed: 1, waiting: 1, nextInMs: 50 },
      { ...NOTHING, delivered: 1 },
    ),
  },
  {
    name: 'deliver-webhook-woken-while-it-slept',
    type: 'deliverWebhookWorkflow',
    activities: nothingElse,
    webhooks: delivering({ ...NOTHING, failed: 1, waiting: 1, nextInMs: 3_600_000 }, { ...NOTHING, delivered: 1 }),
    act: async (handle) => {
      while (((await handle.fetchHistory()).events ?? []).every(({ timerStartedEventAttributes: timer }) => !timer)) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await handle.signal('webhookDue');
      await ended(handle);
    },
  },
  {
    name: 'deliver-webhook-continued',
    type: 'deliverWebhookWorkflow',
    activities: nothingElse,
    webhooks: delivering(...Array<WebhookSlice>(12).fill({ ...NOTHING, more: true, waiting: 5, nextInMs: 1 }), NOTHING),
  },
  { name: 'watch-webhooks', type: 'watchWebhooksWorkflow', activities: nothingElse },
];
