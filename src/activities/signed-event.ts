import { createHmac } from 'node:crypto';

/** What goes out in the form of Standard Webhooks 1.0.0. */
export interface SignedEvent {
  /** The same over all attempts; without a dot. */
  readonly id: string;
  /** Of this attempt: receivers refuse what was signed long ago. */
  readonly at: Date;
  readonly body: string;
  /** A signature of each is sent, so that receivers can change from one secret to the next. */
  readonly keys: readonly Uint8Array[];
}

/** The headers of a signed event (https://www.standardwebhooks.com): receivers verify the bytes of the body by them. */
export function signEvent({ id, at, body, keys }: SignedEvent): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const sign = (key: Uint8Array) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`; // prettier-ignore
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': keys.map(sign).join(' '),
  };
}
