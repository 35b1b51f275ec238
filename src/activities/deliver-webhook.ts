import { Context } from '@temporalio/activity';
import type { Logger } from 'pino';
import type { WebhookDeliveryActivities } from '../contract/webhook';
import { toRetryAfterMs } from '../domain/download-answer';
import { DownloadFault } from '../domain/download-fault';
import { decideWebhookAttempt, LONGEST_RETRY_AFTER_MS, WEBHOOK_TIMEOUT_MS, type WebhookAttempt } from '../domain/webhook-delivery'; // prettier-ignore
import { parseWebhookSecret } from '../domain/webhook-secret';
import { isHttps } from '../domain/webhook-url';
import type { Outbound } from '../outbound/outbound';
import { deliverWebhookInput } from '../schemas/webhook';
import type { Database, Store } from '../store/database';
import { claimDelivery, type ClaimedDelivery, isFailing, releaseDelivery, settleLostDeliveries } from '../store/webhook-claims'; // prettier-ignore
import { readWaitingDeliveries } from '../store/webhook-due';
import { type AttemptNote, markDelivered, markFailed } from '../store/webhook-outcomes';
import type { WebhookSeals } from '../store/webhooks';
import { parseInput } from './opening';
import { signEvent } from './signed-event';
import { workSlice } from './slice';

/** What the delivery of webhooks needs. */
export interface WebhookDeliveryDependencies {
  readonly store: Store;
  readonly outbound: Pick<Outbound, 'request'>;
  readonly webhookSeals: WebhookSeals;
  /** In production nothing is sent that could be read on the way. */
  readonly requiresHttps: boolean;
  readonly log: Logger;
  readonly now: () => Date;
}

/** Requests under way at one endpoint; one that does not work is asked with one at a time. */
const LANES = 4;
const NOBODY_READS = () => Promise.resolve();

/** The activity that delivers what is due at one webhook. */
export function createWebhookDeliveryActivities(dependencies: WebhookDeliveryDependencies): WebhookDeliveryActivities {
  const { store, log, now } = dependencies;
  return {
    async deliverWebhook(input) {
      const { webhook, at } = parseInput(deliverWebhookInput, input);
      const signal = Context.current().cancellationSignal;
      const clock = startClock(at, now);
      const lost = await settleLostDeliveries(store.db, webhook);
      if (lost > 0) log.warn({ webhook, lost }, 'a worker was lost while it sent events: they are sent again');
      const did = { delivered: 0, failed: 0 };
      const deliverNext = async () => {
        const claimed = signal.aborted ? null : await claimDelivery(store.db, webhook, clock());
        if (claimed === null) return 'idle';
        const outcome = await deliver(dependencies, claimed, clock, signal);
        if (outcome === 'stopped') return 'idle';
        did[outcome] += 1;
        return 'worked';
      };
      const lanes = (await isFailing(store.db, webhook)) ? 1 : LANES;
      const more = await workSlice(deliverNext, NOBODY_READS, { lanes });
      return { ...did, more, ...(await readWaitingDeliveries(store.db, webhook, clock())) };
    },
  };
}

/** The time of the workflow as it goes on here, but never behind the clock of this worker: what is new is due. */
function startClock(at: string, now: () => Date): () => Date {
  const begunMs = performance.now();
  return () => new Date(Math.max(Date.parse(at) + performance.now() - begunMs, now().getTime()));
}

/** Makes one attempt and writes down what came of it. */
async function deliver(
  dependencies: WebhookDeliveryDependencies,
  claimed: ClaimedDelivery,
  clock: () => Date,
  signal: AbortSignal,
): Promise<'delivered' | 'failed' | 'stopped'> {
  const { db } = dependencies.store;
  const begunMs = performance.now();
  const durationMs = () => Math.round(performance.now() - begunMs);
  let attempt: WebhookAttempt;
  try {
    attempt = await send(dependencies, claimed, signal);
  } catch (error) {
    await releaseDelivery(db, claimed, durationMs());
    if (signal.aborted) return 'stopped';
    throw error;
  }
  const note = { status: attempt.kind === 'answered' ? attempt.status : null, durationMs: durationMs() };
  return writeDown(db, claimed, attempt, note, clock());
}

async function writeDown(db: Database, claimed: ClaimedDelivery, attempt: WebhookAttempt, note: AttemptNote, at: Date) {
  const { tries, triedSince, failuresInRow } = claimed;
  const standing = { tries, triedSinceMs: triedSince.getTime(), failuresInRow };
  const verdict = decideWebhookAttempt(attempt, standing, at.getTime(), Math.random());
  if (verdict.kind === 'delivered') {
    await markDelivered(db, claimed, note, at);
    return 'delivered';
  }
  await markFailed(db, claimed, note, verdict, at);
  return 'failed';
}

/** Only the head of the answer is looked at: what a receiver writes is of no interest here, and shown to nobody. */
async function send(
  { outbound, webhookSeals: seals, requiresHttps, now }: WebhookDeliveryDependencies,
  { uuid: id, webhookUuid, payload: body, urlSealed, secretSealed, previousSecretSealed }: ClaimedDelivery,
  signal: AbortSignal,
): Promise<WebhookAttempt> {
  const url = seals.url.open(urlSealed, webhookUuid);
  const keys = [secretSealed, previousSecretSealed].flatMap((sealed) => {
    const secret = sealed === null ? null : seals.secret.open(sealed, webhookUuid);
    const key = secret === null ? null : parseWebhookSecret(secret);
    return key === null ? [] : [key];
  });
  if (url === null || keys.length === 0) return { kind: 'unanswered', fault: 'seal_broken' };
  if (requiresHttps && !isHttps(url)) return { kind: 'unanswered', fault: 'https_required' };
  const headers = signEvent({ id, at: now(), body, keys });
  try {
    const answer = await outbound.request({ url, method: 'POST', headers, body, redirects: 0, totalMs: WEBHOOK_TIMEOUT_MS, signal }); // prettier-ignore
    answer.close();
    const { status } = answer;
    const retryAfterMs = toRetryAfterMs(answer.headers['retry-after'], now().getTime(), LONGEST_RETRY_AFTER_MS);
    return { kind: 'answered', status, retryAfterMs };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof DownloadFault)) throw error;
    return { kind: 'unanswered', fault: error.code };
  }
}
