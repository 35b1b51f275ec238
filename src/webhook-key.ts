import { deriveKey } from './secrets';
import { createUrlSeal } from './store/url-seal';
import type { WebhookSeals } from './store/webhooks';

export { toWebhookSecret } from './domain/webhook-secret';

/** What the webhooks that the nodes of actions send are signed with, all over this installation. */
export function deriveWebhookKey(dataSecret: string): Buffer {
  return deriveKey(dataSecret, 'webhooks');
}

/** What façade, worker and command line seal the addresses and secrets of the webhooks of projects with. */
export function createWebhookSeals(dataSecret: string): WebhookSeals {
  return {
    url: createUrlSeal(deriveKey(dataSecret, 'addresses of webhooks')),
    secret: createUrlSeal(deriveKey(dataSecret, 'secrets of webhooks')),
  };
}
