import type { DownloadCode } from './download-fault';

/** For how long an event is tried. */
export const WEBHOOK_TRIED_FOR_MS = 3 * 24 * 60 * 60 * 1_000;
/** From the look-up of the name to the end of the answer's head. */
export const WEBHOOK_TIMEOUT_MS = 15_000;
/** What a receiver asks for by `Retry-After` counts up to this. */
export const LONGEST_RETRY_AFTER_MS = 60 * 60 * 1_000;

const FIRST_DELAY_MS = 5_000;
const GROWTH = 3;
const LONGEST_DELAY_MS = 8 * 60 * 60 * 1_000;
/** An endpoint that does not work is asked with one event at a time, and so often at most. */
const FIRST_REST_MS = 5_000;
const LONGEST_REST_MS = 5 * 60 * 1_000;

const GONE = 410;
const REQUEST_TIMEOUT = 408;
const TOO_MANY_REQUESTS = 429;

export const WEBHOOK_DELIVERY_STATES = ['waiting', 'sending', 'delivered', 'failed'] as const;
export type WebhookDeliveryState = (typeof WEBHOOK_DELIVERY_STATES)[number];

/** Why a webhook is disabled: by who manages it, by its receiver (410), or because nothing reached it for three days. */
export type WebhookDisabledReason = 'by_user' | 'gone' | 'failing';

/** What came of one attempt. */
export type WebhookAttempt =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterMs?: number | undefined }
  | { readonly kind: 'unanswered'; readonly fault: UnansweredFault };

/** `seal_broken`: address or secret were sealed with another DATA_SECRET. */
type UnansweredFault = DownloadCode | 'https_required' | 'seal_broken';

/** Why an attempt did not deliver; stable, and nothing that the receiver has written. */
export type WebhookFault = UnansweredFault | 'bad_status' | 'redirected' | 'gone' | 'worker_lost' | 'worker_stopped' | 'webhook_disabled'; // prettier-ignore

export type WebhookVerdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'gone'; readonly fault: 'gone' }
  /** `restMs`: for so long nothing else is sent to this endpoint either; null when nothing speaks against that. */
  | { readonly kind: 'again'; readonly fault: WebhookFault; readonly atMs: number; readonly restMs: number | null }
  | { readonly kind: 'given_up'; readonly fault: WebhookFault; readonly restMs: number | null };

export interface WebhookStanding {
  /** Attempts since `triedSinceMs`, with the one at hand. */
  readonly tries: number;
  readonly triedSinceMs: number;
  /** Attempts at this endpoint that failed one after the other before this one, of whatever event. */
  readonly failuresInRow: number;
}

/**
 * What follows an attempt that ended at `nowMs`. The delays grow by three from 5 s up to 8 h, and the last attempt is three
 * days after the first. `chance` is from 0 to 1: events that failed together are not tried together.
 */
export function decideWebhookAttempt(
  attempt: WebhookAttempt,
  { tries, triedSinceMs, failuresInRow }: WebhookStanding,
  nowMs: number,
  chance: number,
): WebhookVerdict {
  if (attempt.kind === 'answered') {
    if (attempt.status >= 200 && attempt.status <= 299) return { kind: 'delivered' };
    if (attempt.status === GONE) return { kind: 'gone', fault: 'gone' };
  }
  const fault = faultOf(attempt);
  const askedMs = attempt.kind === 'answered' ? Math.min(attempt.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS) : 0;
  const restMs = isOutOfOrder(attempt) ? Math.max(askedMs, restOf(failuresInRow + 1, chance)) : null;
  const endMs = triedSinceMs + WEBHOOK_TRIED_FOR_MS;
  if (nowMs >= endMs) return { kind: 'given_up', fault, restMs };
  const delayMs = Math.max(askedMs, delayOf(tries, chance));
  return { kind: 'again', fault, atMs: Math.min(nowMs + delayMs, endMs), restMs };
}

/** True when the endpoint as a whole is in trouble, so that other events would fare no better. */
function isOutOfOrder(attempt: WebhookAttempt): boolean {
  if (attempt.kind === 'unanswered') return true;
  const { status } = attempt;
  return status >= 500 || status === TOO_MANY_REQUESTS || status === REQUEST_TIMEOUT;
}

function faultOf(attempt: WebhookAttempt): WebhookFault {
  if (attempt.kind === 'unanswered') return attempt.fault;
  return attempt.status >= 300 && attempt.status <= 399 ? 'redirected' : 'bad_status';
}

/** From 80 % to 120 % of 5 s, 15 s, 45 s … 8 h. */
function delayOf(tries: number, chance: number): number {
  const delay = Math.min(FIRST_DELAY_MS * GROWTH ** Math.min(tries - 1, 20), LONGEST_DELAY_MS);
  return Math.round(delay * (0.8 + 0.4 * chance));
}

function restOf(failures: number, chance: number): number {
  return Math.round(Math.min(FIRST_REST_MS * 2 ** Math.min(failures - 1, 20), LONGEST_REST_MS) * (0.8 + 0.2 * chance));
}

/** Where the deliveries of a webhook stand, for people: shown with its workflow. */
export function describeWebhookStanding({ waiting, nextInMs }: { waiting: number; nextInMs: number | null }): string {
  if (nextInMs === null) return 'nothing waits';
  return `${String(waiting)} waiting, next attempt in ${String(Math.ceil(nextInMs / 1_000))} s`;
}
