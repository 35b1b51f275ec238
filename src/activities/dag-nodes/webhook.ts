import { toRetryAfterMs } from '../../domain/download-answer';
import { MAX_WEBHOOK_PAYLOAD_BYTES } from '../../domain/webhook-event';
import type { WithOf } from '../../schemas/dag-nodes';
import { signEvent } from '../signed-event';
import type { CallingDependencies } from './http-request';
import { failed } from './named-asset';
import type { NodeResult, OutsideNodeHandler } from './node-handler';
import { callOutside, nameHost } from './outside-call';

export interface WebhookDependencies extends CallingDependencies {
  /** Signs what is sent. */
  readonly webhookKey: Uint8Array;
}

const GONE = 410;

/** Posts a signed event in the form of Standard Webhooks (https://www.standardwebhooks.com), of one id over all attempts. */
export function createWebhookHandler({
  outbound,
  webhookKey,
  now,
}: WebhookDependencies): OutsideNodeHandler<WithOf<'webhook'>> {
  return {
    place: 'outside',

    async run({ with: { url, type, data }, node, idempotencyKey: id, at }, signal) {
      const body = JSON.stringify({ type, timestamp: at.toISOString(), data });
      if (Buffer.byteLength(body) > MAX_WEBHOOK_PAYLOAD_BYTES) {
        return failed('payload_too_large', `the event must have ${String(MAX_WEBHOOK_PAYLOAD_BYTES)} bytes at most`);
      }
      const headers = { ...signEvent({ id, at: now(), body, keys: [webhookKey] }), 'idempotency-key': id };
      const call = { url, method: 'POST', headers, body, redirects: 0, signal, timeoutMs: node.timeoutMs };
      return callOutside(outbound, call, ({ status, headers: answered }) => {
        if (status >= 200 && status <= 299) return Promise.resolve({ kind: 'done', output: { status, id } });
        return Promise.resolve(toFailure(status, nameHost(url), toRetryAfterMs(answered['retry-after'], now().getTime()))); // prettier-ignore
      });
    },
  };
}

/** Whoever listens no more says so by 410; anything else may pass. */
function toFailure(status: number, host: string, retryAfterMs: number | undefined): NodeResult {
  const message = `${host} answered ${String(status)}`;
  if (status === GONE) return failed('gone', message, { output: { status } });
  const result = { ...failed('bad_status', message, { output: { status } }), retryable: true };
  return retryAfterMs === undefined ? result : { ...result, retryAfterMs };
}
