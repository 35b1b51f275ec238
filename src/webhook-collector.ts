import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { WebhookWaker } from './dispatch';
import type { Database } from './store/database';
import { collectWebhookEvents } from './store/webhook-collecting';

export interface WebhookCollector {
  /** Resolves when its last look is over. */
  close(): Promise<void>;
}

export interface WebhookCollectorDependencies {
  readonly db: Database;
  readonly webhooks: WebhookWaker;
  readonly log: Logger;
  /** Between two looks that found nothing more to do. */
  readonly pollMs?: number;
}

/**
 * Collects what happens for the webhooks of all projects, once a second, and wakes their deliveries. Every worker does so;
 * the watch of each minute stands behind them.
 */
export function startWebhookCollector(dependencies: WebhookCollectorDependencies): WebhookCollector {
  const { db, webhooks, log, pollMs = 1_000 } = dependencies;
  const closing = new AbortController();
  let isFailing = false;

  async function look(): Promise<boolean> {
    try {
      const { webhooks: found, more, missed } = await collectWebhookEvents(db);
      isFailing = false;
      if (missed > 0) log.error({ webhooks: missed }, 'events were removed before their webhooks were told of them');
      await Promise.all(found.map(wake));
      return more;
    } catch (error) {
      if (!isFailing) log.warn({ reason: String(error) }, 'the events of webhooks cannot be collected');
      isFailing = true;
      return false;
    }
  }

  const wake = (ref: { readonly webhook: string; readonly project: string }) =>
    webhooks.wake(ref).catch((error: unknown) => {
      log.warn({ webhook: ref.webhook, reason: String(error) }, 'the delivery of a webhook could not be woken; the watch will'); // prettier-ignore
    });

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      const more = await look();
      if (!more) await sleep(pollMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}
