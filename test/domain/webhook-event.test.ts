import {
  type LoggedChange,
  MAX_WEBHOOK_PAYLOAD_BYTES,
  toTestEvent,
  toWebhookEvents,
  wantsEvent,
  WEBHOOK_EVENT_PATTERNS,
} from '../../src/domain/webhook-event';
import { JOB_KINDS } from '../../src/domain/job';

const AT = new Date('2026-11-29T12:00:00.000Z');
const PROJECT = '01985f2e-6b1c-7c3a-8d4e-5f60718293a4';
const change = (over: Partial<LoggedChange>): LoggedChange => ({ cursor: 7, action: 'UPDATE', dataType: 'jobs', dataKey: 'token', data: {}, at: AT, ...over }); // prettier-ignore
const COUNTS = { total: 3, succeeded: 2, skipped: 1, failed: 0, remaining: 0 };
const job = (kind: string, state: string, counts = COUNTS) =>
  change({ data: { project_gid: PROJECT, job: kind, info: { ...counts, state, outcome: 'succeeded' } } });
const typesOf = (changes: readonly LoggedChange[]) => toWebhookEvents(changes, PROJECT).map(({ type }) => type);
const dataOf = (payload: string | undefined) => (JSON.parse(payload ?? '{}') as { data: Record<string, unknown> }).data;

it.each([
  ['bulk_move_assets', 'done', ['job.done', 'assets.moved']],
  ['bulk_move_assets', 'cancelled', ['job.cancelled', 'assets.moved']],
  ['trash_assets', 'done', ['job.done', 'assets.trashed']],
  ['restore_assets', 'done', ['job.done', 'assets.restored']],
  ['assign_assets', 'done', ['job.done', 'assets.assigned']],
  ['delete_assets', 'done', ['job.done', 'assets.purged']],
  ['set_shared', 'done', ['job.done', 'assets.shared']],
  ['ingest_media', 'done', ['job.done', 'media.ingested']],
  ['bulk_ingest_media', 'failed', ['job.failed', 'media.ingested']],
  ['review_request', 'done', ['job.done', 'review.requested']],
  ['force_approve', 'done', ['job.done']],
  ['dag_action_run', 'failed', ['job.failed', 'action_run.failed']],
  ['dag_action_run', 'rejected', ['job.rejected']],
  ['bulk_move_assets', 'running', []],
  ['bulk_move_assets', 'paused', []],
])('a job %s that is %s makes %j', (kind, state, types) => {
  expect(typesOf([job(kind, state)])).toEqual(types);
});

it('a job that did nothing has ended, and moved nothing', () => {
  expect(typesOf([job('bulk_move_assets', 'done', { ...COUNTS, succeeded: 0 })])).toEqual(['job.done']);
});

it('what is told of a job is its token, how it ended and its counts, at the instant of the log', () => {
  const [event] = toWebhookEvents([job('bulk_move_assets', 'done')], PROJECT);
  expect(JSON.parse(event?.payload ?? '')).toEqual({
    type: 'job.done',
    timestamp: AT.toISOString(),
    data: { project: PROJECT, job: 'token', kind: 'bulk_move_assets', state: 'done', outcome: 'succeeded', counts: COUNTS }, // prettier-ignore
  });
});

it('every kind of job that ends is told of', () => {
  for (const kind of JOB_KINDS) expect(typesOf([job(kind, 'done')])[0]).toBe('job.done');
});

it('a job that is told of twice is one event; one that ends otherwise is another', () => {
  const keys = (changes: LoggedChange[]) => new Set(toWebhookEvents(changes, PROJECT).map(({ key }) => key));
  expect(keys([job('force_approve', 'done'), job('force_approve', 'done')]).size).toBe(1);
  expect(keys([job('force_approve', 'done'), job('force_approve', 'failed')]).size).toBe(2);
});

it.each([
  ['INSERT', { status: 'active', expires_at: null }, ['share.created']],
  ['UPDATE', { status: 'expired', expires_at: AT.toISOString() }, ['share.expired']],
  ['UPDATE', { status: 'revoked', expires_at: null }, ['share.revoked']],
  ['UPDATE', { status: 'active', expires_at: null }, []],
])('a share: %s %j makes %j', (action, data, types) => {
  expect(typesOf([change({ action, data, dataType: 'shares' })])).toEqual(types);
});

it('a share that expires again is another event', () => {
  const expired = (instant: string) => change({ dataType: 'shares', data: { status: 'expired', expires_at: instant } });
  const keys = toWebhookEvents([expired('a'), expired('b'), expired('b')], PROJECT).map(({ key }) => key);
  expect(new Set(keys).size).toBe(2);
});

it('reviews that were completed side by side share an event for each state, of 200 assets at most; open ones make none', () => {
  const review = (n: number, status: string, open = false) =>
    change({ cursor: n, dataType: 'reviews', dataKey: `asset-${String(n)}`, data: { status, open } });
  const approved = Array.from({ length: 450 }, (_, n) => review(n + 1, 'approved'));
  const events = toWebhookEvents([...approved, review(900, 'needs_revision'), review(901, 'pending', true)], PROJECT);
  expect(events.map(({ type, payload }) => [type, dataOf(payload)['state'], dataOf(payload)['counts']])).toEqual([
    ['review.completed', 'approved', { assets: 200 }],
    ['review.completed', 'approved', { assets: 200 }],
    ['review.completed', 'approved', { assets: 50 }],
    ['review.completed', 'needs_revision', { assets: 1 }],
  ]);
  expect(new Set(events.map(({ key }) => key)).size).toBe(4);
});

it('no event is larger than what Standard Webhooks recommends, whatever the log holds', () => {
  const uuid = '01985f2e-6b1c-7c3a-8d4e-5f60718293a4';
  const reviews = Array.from({ length: 2_000 }, (_, n) => change({ cursor: n, dataType: 'reviews', dataKey: `${String(n).padStart(8, '0')}${uuid.slice(8)}`, data: { status: 'approved', open: false } })); // prettier-ignore
  const huge = Number.MAX_SAFE_INTEGER;
  const counts = { total: huge, succeeded: huge, skipped: huge, failed: huge, remaining: huge };
  const events = toWebhookEvents([...reviews, job('bulk_ingest_media', 'done', counts)], PROJECT);
  expect(events.length).toBeGreaterThan(10);
  for (const { payload } of [...events, toTestEvent(uuid, uuid, uuid, AT)]) {
    expect(Buffer.byteLength(payload)).toBeLessThan(MAX_WEBHOOK_PAYLOAD_BYTES / 2);
  }
});

it('what the log says beside that reaches nobody', () => {
  const data = {
    status: 'revoked',
    expires_at: null,
    token: 'SECRET',
    link: 'https://x/s/SECRET',
    url: 'https://SECRET',
  };
  const secretive = { project_gid: PROJECT, job: 'ingest_media', info: { ...COUNTS, state: 'done', outcome: 'succeeded', url: 'https://SECRET' }, url: 'https://SECRET' }; // prettier-ignore
  const events = toWebhookEvents([change({ dataType: 'shares', data }), change({ data: secretive })], PROJECT);
  expect(events).toHaveLength(3);
  expect(JSON.stringify(events)).not.toContain('SECRET');
});

it('other changes make no event', () => {
  expect(typesOf([change({ dataType: 'assets' }), change({ dataType: 'dag_action_run_messages' })])).toEqual([]);
});

it.each([
  [['*'], 'job.done', true],
  [['job.*'], 'job.done', true],
  [['job.*'], 'share.expired', false],
  [['job.failed', 'share.*'], 'share.expired', true],
  [['job.failed'], 'job.done', false],
])('%j wants %s: %s', (patterns, type, wants) => {
  expect(wantsEvent(patterns, type)).toBe(wants);
});

it('knows its groups', () => {
  expect(WEBHOOK_EVENT_PATTERNS.filter((pattern) => pattern.endsWith('*'))).toEqual([
    '*', 'job.*', 'assets.*', 'media.*', 'review.*', 'share.*', 'action_run.*',
  ]); // prettier-ignore
});
