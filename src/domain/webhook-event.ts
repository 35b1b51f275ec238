import type { Counts, JobKind, JobOutcome, JobState } from './job';

/** What a project's webhooks can be told of. */
export const WEBHOOK_EVENT_TYPES = [
  'job.done',
  'job.failed',
  'job.cancelled',
  'job.rejected',
  'assets.moved',
  'assets.trashed',
  'assets.restored',
  'assets.assigned',
  'assets.purged',
  'assets.shared',
  'media.ingested',
  'review.requested',
  'review.completed',
  'share.created',
  'share.expired',
  'share.revoked',
  'action_run.done',
  'action_run.failed',
  'action_run.cancelled',
] as const;
export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number];

/** Sent when somebody asks for it, to any webhook. */
export const WEBHOOK_TEST_TYPE = 'webhook.test';

/** What may stand in the `events` of a webhook: a type, all of a group (`job.*`), or everything (`*`). */
export const WEBHOOK_EVENT_PATTERNS: readonly string[] = [
  '*',
  ...new Set(WEBHOOK_EVENT_TYPES.map((type) => `${groupOf(type)}.*`)),
  ...WEBHOOK_EVENT_TYPES,
];

/** What Standard Webhooks recommends. */
export const MAX_WEBHOOK_PAYLOAD_BYTES = 20_000;

/** A sync event of a project, as far as webhooks are concerned. */
export interface LoggedChange {
  readonly cursor: number;
  readonly action: string;
  readonly dataType: string;
  readonly dataKey: string;
  readonly data: unknown;
  readonly at: Date;
}

/** What is to be sent. */
export interface WebhookEvent {
  /** Of one key there is one event, however often the log tells of it. */
  readonly key: string;
  readonly type: WebhookEventType | typeof WEBHOOK_TEST_TYPE;
  /** The JSON text of the body: the bytes that are signed and sent, of every attempt. */
  readonly payload: string;
}

/** True when a webhook with these patterns wants events of that type. */
export function wantsEvent(patterns: readonly string[], type: string): boolean {
  return patterns.some((pattern) => pattern === '*' || pattern === type || pattern === `${groupOf(type)}.*`);
}

/** So many ids one event names at most: with 36 characters each they stay far below the limit of the payload. */
const MAX_IDS = 200;

const TOPIC_OF_KIND: Readonly<Partial<Record<JobKind, WebhookEventType>>> = {
  bulk_move_assets: 'assets.moved',
  trash_assets: 'assets.trashed',
  restore_assets: 'assets.restored',
  assign_assets: 'assets.assigned',
  delete_assets: 'assets.purged',
  set_shared: 'assets.shared',
  ingest_media: 'media.ingested',
  bulk_ingest_media: 'media.ingested',
  review_request: 'review.requested',
};

/** The `data` of the sync event of a job, as far as it is read here. */
interface JobChange {
  readonly job: JobKind;
  readonly info: Counts & { readonly state: JobState; readonly outcome: JobOutcome | null };
}

/**
 * What the webhooks of a project are told of these changes, which are in the order of the log. A job makes one event of
 * each type, however many assets it worked on; reviews that were completed side by side share one.
 */
export function toWebhookEvents(changes: readonly LoggedChange[], projectUuid: string): readonly WebhookEvent[] {
  const events = changes.flatMap((change) => {
    switch (change.dataType) {
      case 'jobs':
        return toJobEvents(change, projectUuid);
      case 'shares':
        return toShareEvents(change, projectUuid);
      case 'trash':
        return toPurgeEvents(change, projectUuid);
      default:
        return [];
    }
  });
  return [...events, ...toReviewEvents(changes, projectUuid)];
}

/** The event by which somebody tries a webhook out. `nonce` tells it from others. */
export function toTestEvent(webhookUuid: string, projectUuid: string, nonce: string, at: Date): WebhookEvent {
  return toEvent(WEBHOOK_TEST_TYPE, nonce, at, { project: projectUuid, webhook: webhookUuid });
}

function toJobEvents({ dataKey: token, data, at }: LoggedChange, project: string): readonly WebhookEvent[] {
  const { job: kind, info } = data as JobChange;
  const { state, outcome, total, succeeded, skipped, failed, remaining } = info;
  if (state !== 'done' && state !== 'failed' && state !== 'cancelled' && state !== 'rejected') return [];
  const told = { project, job: token, kind, state, outcome, counts: { total, succeeded, skipped, failed, remaining } };
  const topic = TOPIC_OF_KIND[kind];
  return [
    toEvent(`job.${state}`, token, at, told),
    ...(topic === undefined || succeeded === 0 ? [] : [toEvent(topic, token, at, told)]),
    ...(kind !== 'dag_action_run' || state === 'rejected' ? [] : [toEvent(`action_run.${state}`, token, at, told)]),
  ];
}

function toShareEvents({ action, dataKey: share, data, at }: LoggedChange, project: string): readonly WebhookEvent[] {
  const { status: state, expires_at } = data as { readonly status: string; readonly expires_at: string | null };
  const told = { project, share, state, expires_at };
  if (action === 'INSERT') return [toEvent('share.created', share, at, told)];
  // A share that has expired can be opened again, and expire again.
  if (state === 'expired') return [toEvent('share.expired', `${share}:${expires_at ?? ''}`, at, told)];
  return state === 'revoked' ? [toEvent('share.revoked', share, at, told)] : [];
}

function toPurgeEvents({ dataKey, data, at }: LoggedChange, project: string): readonly WebhookEvent[] {
  const { purged } = data as { readonly purged: number };
  return [toEvent('assets.purged', dataKey, at, { project, purge: dataKey, state: 'done', counts: { succeeded: purged } })]; // prettier-ignore
}

function toReviewEvents(changes: readonly LoggedChange[], project: string): readonly WebhookEvent[] {
  const byState = new Map<string, LoggedChange[]>();
  for (const change of changes) {
    if (change.dataType !== 'reviews') continue;
    const { status, open } = change.data as { readonly status: string; readonly open: boolean };
    if (!open) byState.set(status, [...(byState.get(status) ?? []), change]);
  }
  return [...byState].flatMap(([state, closed]) =>
    inPieces(closed, MAX_IDS).map((piece) => {
      const assets = [...new Set(piece.map(({ dataKey }) => dataKey))];
      const [first] = piece;
      const told = { project, assets, state, counts: { assets: assets.length } };
      return toEvent('review.completed', `${String(first.cursor)}:${state}`, first.at, told);
    }),
  );
}

function inPieces<T>(items: readonly T[], size: number): readonly (readonly [T, ...T[]])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, piece) =>
    items.slice(piece * size, (piece + 1) * size),
  ).filter((piece): piece is [T, ...T[]] => piece.length > 0);
}

function toEvent(type: WebhookEvent['type'], name: string, at: Date, data: object): WebhookEvent {
  return { key: `${type}:${name}`, type, payload: JSON.stringify({ type, timestamp: at.toISOString(), data }) };
}

function groupOf(type: string): string {
  return type.split('.', 1)[0] ?? '';
}
