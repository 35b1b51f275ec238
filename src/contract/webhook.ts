import { defineSignal } from '@temporalio/workflow';

/** The Workflow Type that delivers what waits at one webhook. */
export const DELIVER_WEBHOOK_WORKFLOW = 'deliverWebhookWorkflow';
/** Runs on a schedule: collects what nobody has collected, makes sure that what is due is sent, and prunes the log. */
export const WATCH_WEBHOOKS_WORKFLOW = 'watchWebhooksWorkflow';

/** The Workflow Id of the deliveries of a webhook; of each there is at most one. */
export function toWebhookWorkflowId(webhook: string): string {
  return `longhaul-webhook-${webhook}`;
}

/** Both are uuids; the project has its share of the workers. */
export interface DeliverWebhookInput {
  readonly webhook: string;
  readonly project: string;
}

/** Whose deliveries, and what time the workflow has, as ISO text: they are due by that clock. */
export interface WebhookSliceRequest extends DeliverWebhookInput {
  readonly at: string;
}

/** One slice of about five seconds, and the answers that are still awaited then. */
export interface WebhookSlice {
  /** What this slice did. */
  readonly delivered: number;
  readonly failed: number;
  /** Something is due still. */
  readonly more: boolean;
  readonly waiting: number;
  /** Until the next attempt, in ms, at least 1; null when nothing waits. */
  readonly nextInMs: number | null;
}

/** What the watch did and found. */
export interface WebhooksWatch {
  readonly collected: number;
  readonly woken: number;
  readonly pruned: number;
}

/** What workflows may ask of a worker of the Task Queue for ingestion. May be repeated without harm. */
export interface WebhookDeliveryActivities {
  deliverWebhook(request: WebhookSliceRequest): Promise<WebhookSlice>;
}

/** What workflows may ask of the worker for webhooks. May be repeated without harm. */
export interface WebhookWatchActivities {
  watchWebhooks(): Promise<WebhooksWatch>;
}

/** Something is to be delivered: look into the store. Harmless at any time. */
export const webhookDueSignal = defineSignal('webhookDue');
