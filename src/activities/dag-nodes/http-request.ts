import type { JsonValue } from '../../domain/dag-action';
import { toRetryAfterMs } from '../../domain/download-answer';
import { isPassingStatus, MAX_ANSWER_BYTES, readAnswerBody, toToldHeaders } from '../../domain/http-answer';
import type { Outbound, OutboundAnswer } from '../../outbound/outbound';
import type { WithOf } from '../../schemas/dag-nodes';
import { failed } from './named-asset';
import type { NodeContext, NodeResult, OutsideNodeHandler } from './node-handler';
import { callOutside, nameHost, readBounded } from './outside-call';

export interface CallingDependencies {
  readonly outbound: Pick<Outbound, 'request'>;
  readonly now: () => Date;
}

const MAX_BODY_BYTES = 1_048_576;

/** Asks an HTTP server, with the same Idempotency-Key in all attempts. */
export function createHttpRequestHandler({
  outbound,
  now,
}: CallingDependencies): OutsideNodeHandler<WithOf<'http_request'>> {
  return {
    place: 'outside',

    async run(context, signal) {
      const { url, method, body: given } = context.with;
      const body = typeof given === 'string' || given === undefined || given === null ? given : JSON.stringify(given);
      if (typeof body === 'string' && Buffer.byteLength(body) > MAX_BODY_BYTES) {
        return failed('body_too_large', `the body must have ${String(MAX_BODY_BYTES)} bytes at most`);
      }
      const call = { url, method, headers: toHeaders(context), signal, timeoutMs: context.node.timeoutMs };
      return callOutside(outbound, { ...call, ...(typeof body === 'string' && { body }) }, (answer) =>
        judge(answer, { method, host: nameHost(url) }, now()),
      );
    },
  };
}

/** By lower-case name: a header of ours must not stand beside one of the user's. */
function toHeaders({ with: given, idempotencyKey }: NodeContext<WithOf<'http_request'>>): Record<string, string> {
  const { headers, body } = given;
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    ...(body !== undefined && body !== null && { 'content-type': type }),
    ...(Object.fromEntries(named) as Record<string, string>),
    'idempotency-key': idempotencyKey,
  };
}

async function judge(
  answer: OutboundAnswer,
  { method, host }: { readonly method: string; readonly host: string },
  now: Date,
): Promise<NodeResult> {
  const { status, headers } = answer;
  const isSuccess = status >= 200 && status <= 299;
  const bytes = method === 'HEAD' ? Buffer.alloc(0) : await readBounded(answer, MAX_ANSWER_BYTES);
  const read = bytes === null ? null : readAnswerBody(headers, bytes);
  const output = { status, headers: toToldHeaders(headers), body: read?.body ?? null };
  const isTooLarge = read === null || Buffer.byteLength(JSON.stringify(output)) > MAX_ANSWER_BYTES;
  if (!isSuccess) {
    const told: JsonValue = isTooLarge ? { ...output, body: null } : output;
    const result = { ...failed('bad_status', `${host} answered ${String(status)}`, { output: told }), retryable: isPassingStatus(status) }; // prettier-ignore
    const retryAfterMs = toRetryAfterMs(headers['retry-after'], now.getTime());
    return retryAfterMs === undefined ? result : { ...result, retryAfterMs };
  }
  if (isTooLarge) {
    return failed('answer_too_large', `the answer of ${host} has more than ${String(MAX_ANSWER_BYTES)} bytes`);
  }
  return { kind: 'done', output, ...(read.note !== null && { message: read.note }) };
}
