import type { Logger } from 'pino';
import type { WebhookWatchActivities } from '../contract/webhook';
import type { WebhookWaker } from '../dispatch';
import type { Store } from '../store/database';
import { collectWebhookEvents } from '../store/webhook-collecting';
import { findOverdueWebhooks } from '../store/webhook-due';
import { deleteOldDeliveries } from '../store/webhook-log';
import { withHeartbeat } from './heartbeat';

/** What the watch over webhooks needs. */
export interface WebhookWatchDependencies {
  readonly store: Store;
  readonly webhooks: WebhookWaker;
  readonly log: Logger;
  readonly now: () => Date;
}

/** For so long it can be seen what became of an event, and it can be sent again. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1_000;
/** Webhooks that one watch wakes, and deliveries that one statement removes. */
const WOKEN = 500;
const PRUNED = 5_000;
const ROUNDS = 20;

/** The safety net below the collector of each worker, and the broom of the log. */
export function createWebhookWatchActivities(dependencies: WebhookWatchDependencies): WebhookWatchActivities {
  const { store, webhooks, log, now } = dependencies;

  async function collect(): Promise<number> {
    let collected = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const found = await collectWebhookEvents(store.db);
      collected += found.deliveries;
      for (const ref of found.webhooks) await webhooks.wake(ref);
      if (!found.more) break;
    }
    return collected;
  }

  async function prune(): Promise<number> {
    const before = new Date(now().getTime() - KEPT_MS);
    let pruned = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const removed = await deleteOldDeliveries(store.db, before, PRUNED);
      pruned += removed;
      if (removed < PRUNED) break;
    }
    return pruned;
  }

  return {
    watchWebhooks: () =>
      withHeartbeat(async () => {
        const collected = await collect();
        const overdue = await findOverdueWebhooks(store.db, WOKEN);
        for (const ref of overdue) await webhooks.wake(ref);
        if (overdue.length > 0) log.warn({ webhooks: overdue.length }, 'deliveries of webhooks were overdue');
        return { collected, woken: overdue.length, pruned: await prune() };
      }),
  };
}
