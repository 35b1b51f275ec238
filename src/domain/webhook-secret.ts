const PREFIX = 'whsec_';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/** For how long the secret before is used too: receivers have so long to take the new one. */
export const PREVIOUS_SECRET_MS = 24 * 60 * 60 * 1_000;

export const SECRET_RULE = `must be ${PREFIX} and ${String(LEAST_BYTES)} to ${String(MOST_BYTES)} bytes in base64`;

/** The key of a secret in the form of Standard Webhooks; null when it is none. */
export function parseWebhookSecret(text: string): Buffer | null {
  const encoded = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : '';
  if (encoded.length > 2 * MOST_BYTES || !BASE64.test(encoded)) return null;
  const key = Buffer.from(encoded, 'base64');
  // The last character may hold bits that are no part of any byte: two texts would be one secret.
  const isExact = key.toString('base64') === encoded;
  return isExact && key.length >= LEAST_BYTES && key.length <= MOST_BYTES ? key : null;
}

/** The text of a key. */
export function toWebhookSecret(key: Uint8Array): string {
  return `${PREFIX}${Buffer.from(key).toString('base64')}`;
}
