import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { createWebhookDeliveryActivities } from '../../src/activities/deliver-webhook';
import { toIngestTaskQueue } from '../../src/contract/task-queues';
import { toWebhookWorkflowId } from '../../src/contract/webhook';
import { collectWebhookEvents } from '../../src/store/webhook-collecting';
import { listDeliveries } from '../../src/store/webhook-log';
import { findWebhook } from '../../src/store/webhooks';
import { createWebhookWaker } from '../../src/temporal-wakers';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { readTestVariable } from '../support/environment';
import { createLocalOutbound } from '../support/local-outbound';
import { startTimeSkippingServer } from '../support/time-skipping';
import { until } from '../support/until';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver';
import { createTestWebhook, tellJob, testSeals, type TestWebhook } from '../support/webhooks';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let database: TestDatabase;
let receiver: WebhookReceiver;
let server: TestWorkflowEnvironment;

Runtime.install({ logger: new DefaultLogger('ERROR') });
beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await startWebhookReceiver();
  server = await startTimeSkippingServer();
}, 300_000);
afterAll(async () => {
  await server?.teardown();
  await receiver.close();
  await database.drop();
});

const db = () => database.store.db;
const log = pino({ level: 'silent' });
const deliveriesOf = ({ webhook }: TestWebhook) => listDeliveries(db(), webhook.id, { state: null, before: null, limit: 50 }); // prettier-ignore
const standing = async ({ webhook }: TestWebhook) => findWebhook(db(), null, { by: 'id', id: webhook.id }, testSeals);

/** A worker of both queues, and what wakes the deliveries of what the log tells. */
async function withWorkers<T>(
  work: (tell: () => Promise<void>, taskQueue: string) => Promise<T>,
  allow = [receiver.host],
): Promise<T> {
  // prettier-ignore
  const { client, nativeConnection: connection } = server;
  const taskQueue = randomUUID();
  const activities = createWebhookDeliveryActivities({
    store: database.store,
    outbound: createLocalOutbound(allow),
    webhookSeals: testSeals,
    requiresHttps: false,
    log,
    now: () => new Date(),
  });
  const worker = await Worker.create({ connection, taskQueue, workflowBundle: { codePath: readTestVariable('TEST_WORKFLOW_BUNDLE') } }); // prettier-ignore
  const sender = await Worker.create({ connection, taskQueue: toIngestTaskQueue(taskQueue), activities });
  const waker = createWebhookWaker(client, taskQueue);
  const tell = async () => {
    for (const ref of (await collectWebhookEvents(db())).webhooks) await waker.wake(ref);
  };
  return worker.runUntil(() => sender.runUntil(() => work(tell, taskQueue)));
}

/** How long its workflow has run, by the time of the server. */
async function lastedMs({ webhook }: TestWebhook): Promise<number> {
  const handle = server.client.workflow.getHandle(toWebhookWorkflowId(webhook.uuid));
  await handle.result();
  const { startTime, closeTime } = await handle.describe();
  return (closeTime?.getTime() ?? 0) - startTime.getTime();
}

it('a receiver that is down for an hour gets the same id later, signed anew, and processes it once', async () => {
  const made = await createTestWebhook(db(), receiver.urlOf('/hour'), { events: ['job.done'] });
  receiver.trust('/hour', made.secret);
  receiver.answerWith('/hour', 503);
  await withWorkers(async (tell) => {
    await tellJob(db(), made.project);
    await tell();
    await until(() => receiver.of('/hour').length > 0);
    // Time runs on only while somebody waits for it.
    await server.sleep(HOUR_MS);
    receiver.answerWith('/hour');
    const ms = await lastedMs(made);
    expect(ms).toBeGreaterThan(HOUR_MS);
    expect(ms).toBeLessThan(4 * HOUR_MS);
  });
  const arrivals = receiver.of('/hour');
  const [delivery] = await deliveriesOf(made);
  expect(arrivals.length).toBeGreaterThan(6);
  expect(new Set(arrivals.map(({ id }) => id))).toEqual(new Set([delivery?.uuid]));
  expect(new Set(arrivals.map(({ body }) => body)).size).toBe(1);
  expect([...receiver.processed('/hour').keys()]).toEqual([delivery?.uuid]);
  expect(delivery).toMatchObject({ state: 'delivered', attempts: arrivals.length, lastStatus: 204, lastFault: null });
  expect(delivery?.log.map(({ status, fault }) => [status, fault])).toEqual([
    ...arrivals.slice(1).map(() => [503, 'bad_status']),
    [204, null],
  ]);

  const last = arrivals.at(-1);
  const headers = last?.headers as Record<string, string>;
  const resend = (more: Record<string, string>, body = last?.body ?? '') => fetch(receiver.urlOf('/hour'), { method: 'POST', headers: { ...pick(headers), ...more }, body }); // prettier-ignore
  // A replay is known by its id, an old one by its time, a forged one by its signature.
  expect((await resend({})).status).toBe(200);
  const old = String(Math.floor(Date.now() / 1_000) - 301);
  const signedThen = new Webhook(made.secret).sign('msg-old', new Date(Number(old) * 1_000), last?.body ?? '');
  expect((await resend({ 'webhook-id': 'msg-old', 'webhook-timestamp': old, 'webhook-signature': signedThen })).status).toBe(401); // prettier-ignore
  expect((await resend({ 'webhook-id': 'msg-other' })).status).toBe(401);
  expect((await resend({}, `${last?.body ?? ''} `)).status).toBe(401);
  expect(receiver.processed('/hour').size).toBe(1);
}, 180_000);

const pick = (headers: Record<string, string>) => Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('webhook-'))); // prettier-ignore

it('is tried for three days with growing pauses; then the webhook is disabled, and its owner is told', async () => {
  const made = await createTestWebhook(db(), receiver.urlOf('/never'));
  receiver.answerWith('/never', 500);
  await withWorkers(async (tell) => {
    await tellJob(db(), made.project, 'failed');
    await tell();
    const ms = await lastedMs(made);
    expect(ms).toBeGreaterThan(3 * DAY_MS - HOUR_MS);
    expect(ms).toBeLessThan(3 * DAY_MS + HOUR_MS);
  });
  const deliveries = await deliveriesOf(made);
  expect(deliveries.map(({ type, state }) => [type, state])).toEqual(
    expect.arrayContaining([['job.failed', 'failed'], ['assets.moved', 'failed']]), // prettier-ignore
  );
  for (const { attempts } of deliveries) expect(attempts).toBeLessThan(25);
  expect(await standing(made)).toMatchObject({ disabledReason: 'failing' });
  const mails = await db().selectFrom('mails').selectAll().where('recipient', '=', made.owner.email).execute();
  expect(mails.map(({ template, data }) => [template, data])).toEqual([
    ['webhook_disabled', expect.objectContaining({ reason: 'failing', webhook: made.webhook.uuid })],
  ]);
}, 180_000);

it('410 disables at once, a redirect is a failure that nobody follows, and a forbidden address is never asked', async () => {
  const [gone, moved, inside] = [
    await createTestWebhook(db(), receiver.urlOf('/gone'), { events: ['job.done'] }),
    await createTestWebhook(db(), receiver.urlOf('/moved'), { events: ['job.done'] }),
    await createTestWebhook(db(), 'http://127.0.0.2:80/inside', { events: ['job.done'] }),
  ];
  receiver.answerWith('/gone', 410);
  receiver.answerWith('/moved', 307, { location: receiver.urlOf('/elsewhere') });
  await withWorkers(async (tell) => {
    for (const { project } of [gone, moved, inside]) await tellJob(db(), project);
    await tell();
    await lastedMs(gone);
    await lastedMs(moved);
    await lastedMs(inside);
  });
  expect(await standing(gone)).toMatchObject({ disabledReason: 'gone' });
  expect((await deliveriesOf(gone))[0]).toMatchObject({ state: 'failed', attempts: 1, lastStatus: 410, lastFault: 'gone' }); // prettier-ignore
  expect(receiver.of('/elsewhere')).toEqual([]);
  expect((await deliveriesOf(moved))[0]).toMatchObject({ state: 'failed', lastStatus: 307, lastFault: 'redirected' });
  expect((await deliveriesOf(inside))[0]).toMatchObject({
    state: 'failed',
    lastStatus: null,
    lastFault: 'url_address',
  });
  expect(await standing(inside)).toMatchObject({ disabledReason: 'failing' });
}, 180_000);
