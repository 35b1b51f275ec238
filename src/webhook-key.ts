import { deriveKey } from './secrets';

/** What the webhooks of this installation are signed with. */
export function deriveWebhookKey(dataSecret: string): Buffer {
  return deriveKey(dataSecret, 'webhooks');
}

/** The same for whoever verifies them, in the form of Standard Webhooks. */
export function toWebhookSecret(key: Buffer): string {
  return `whsec_${key.toString('base64')}`;
}
