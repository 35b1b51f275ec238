import type { Command } from 'commander';
import { parseName } from '../domain/names';
import { findDelivery, type DeliveryRecord } from '../store/webhook-log';
import { findWebhook, type WebhookRecord, type WebhookSeals } from '../store/webhooks';
import type { Tool } from './command';
import { CommandFailure } from './failure';
import { readReference } from './option-values';
import { type StoreSession, withStore } from './session';

/** A webhook in an example. */
export const EXAMPLE_WEBHOOK = '01985f2e-6b1c-7c3a-8d4e-5f60718293a4';

/** Adds the argument that names a webhook. */
export function withWebhook(command: Command): Command {
  return command.argument('<webhook>', 'its id, uuid or key', readReference);
}

/** Adds the argument that names a delivery. */
export function withDelivery(command: Command): Command {
  return command.argument('<delivery>', 'its webhook-id (a uuid), or its id', readReference);
}

/** The store with what webhooks are sealed by. */
export interface WebhookSession extends StoreSession {
  readonly seals: WebhookSeals;
}

/** Runs work on the store with the seals of this installation. */
export function withWebhookStore<T>(tool: Tool, work: (session: WebhookSession) => Promise<T>): Promise<T> {
  return withStore(tool, async (session) => work({ ...session, seals: await tool.loadWebhookSeals(session.config) }));
}

/** @throws CommandFailure `webhook_not_found` */
export async function getWebhook({ store, seals }: WebhookSession, text: string): Promise<WebhookRecord> {
  const name = parseName(text);
  const webhook = name === null ? null : await findWebhook(store.db, null, name, seals);
  if (webhook === null) throw new CommandFailure('webhook_not_found', `there is no webhook ${JSON.stringify(text)}`);
  return webhook;
}

/** @throws CommandFailure `delivery_not_found` */
export async function getDelivery(
  { store }: WebhookSession,
  webhook: WebhookRecord,
  text: string,
): Promise<DeliveryRecord> {
  const name = parseName(text);
  const delivery = name === null ? null : await findDelivery(store.db, webhook.id, name);
  if (delivery !== null) return delivery;
  throw new CommandFailure('delivery_not_found', `the webhook has no delivery ${JSON.stringify(text)}`);
}
