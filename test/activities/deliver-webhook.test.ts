import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { createWebhookDeliveryActivities } from '../../src/activities/deliver-webhook';
import type { DeliverWebhookInput, WebhookSlice, WebhookSliceRequest } from '../../src/contract/webhook';
import type { OutboundOptions } from '../../src/outbound/outbound';
import { newUuid } from '../../src/store/ids';
import { changeWebhook } from '../../src/store/webhook-change';
import { listDeliveries, queueTestEvent } from '../../src/store/webhook-log';
import { findWebhook } from '../../src/store/webhooks';
import { startCanary } from '../support/canary';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createLocalOutbound } from '../support/local-outbound';
import { until } from '../support/until';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver';
import { createTestWebhook, type TestWebhook, testSeals } from '../support/webhooks';

let database: TestDatabase;
let receiver: WebhookReceiver;

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await startWebhookReceiver();
});
afterAll(async () => {
  await receiver.close();
  await database.drop();
});

const db = () => database.store.db;
const queue = ({ webhook }: TestWebhook) => queueTestEvent(db(), webhook, new Date());
const deliveriesOf = ({ webhook }: TestWebhook) => listDeliveries(db(), webhook.id, { state: null, before: null, limit: 50 }); // prettier-ignore

interface Sending {
  readonly allow?: readonly string[];
  readonly resolve?: OutboundOptions['resolve'];
  readonly requiresHttps?: boolean;
}

function slice(
  { webhook }: TestWebhook,
  { allow = [receiver.host], resolve, requiresHttps = false }: Sending = {},
  env = new MockActivityEnvironment(),
): Promise<WebhookSlice> {
  const { deliverWebhook } = createWebhookDeliveryActivities({
    store: database.store,
    outbound: createLocalOutbound(allow, resolve === undefined ? {} : { resolve }),
    webhookSeals: testSeals,
    requiresHttps,
    log: pino({ level: 'silent' }),
    now: () => new Date(),
  });
  return env.run(deliverWebhook, { webhook: webhook.uuid, project: newUuid(), at: new Date().toISOString() });
}

it('while the secret changes, receivers that know either one verify what arrives', async () => {
  const made = await createTestWebhook(db(), receiver.urlOf('/rotated'));
  receiver.answerWith('/rotated', 204);
  const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
  await changeWebhook(db(), made.webhook, { secret }, testSeals, new Date());
  const queued = await queue(made);
  expect(await slice(made)).toMatchObject({ delivered: 1, failed: 0, more: false, waiting: 0, nextInMs: null });
  const [arrival] = receiver.of('/rotated');
  expect(arrival?.id).toBe(queued?.uuid);
  expect(String(arrival?.headers['webhook-signature']).split(' ')).toHaveLength(2);
  for (const known of [made.secret, secret]) {
    const event = new Webhook(known).verify(arrival?.body ?? '', arrival?.headers as Record<string, string>);
    expect(event).toMatchObject({ type: 'webhook.test', data: { webhook: made.webhook.uuid } });
  }
  const stranger = new Webhook(`whsec_${Buffer.alloc(32, 6).toString('base64')}`);
  expect(() => stranger.verify(arrival?.body ?? '', arrival?.headers as Record<string, string>)).toThrow();
});

it('a name that leads inside by the time of sending is never asked, and nothing tells where it led', async () => {
  const canary = await startCanary();
  const { port } = new URL(canary.url);
  const made = await createTestWebhook(db(), 'http://hooks.example.com/');
  await queue(made);
  const asked: string[] = [];
  const resolve = (hostname: string) => {
    asked.push(hostname);
    return Promise.resolve(['127.0.0.1']);
  };
  expect(await slice(made, { allow: [], resolve })).toMatchObject({ delivered: 0, failed: 1 });
  expect(asked).toEqual(['hooks.example.com']);
  expect(canary.hits).toEqual([]);
  const [delivery] = await deliveriesOf(made);
  expect(delivery).toMatchObject({ state: 'waiting', lastFault: 'address_forbidden', lastStatus: null });
  expect(JSON.stringify(delivery)).not.toContain('127.0.0.1');
  expect(port).not.toBe('');
  await canary.close();
});

it('what was http before production is not sent there', async () => {
  const made = await createTestWebhook(db(), receiver.urlOf('/plain'));
  await queue(made);
  expect(await slice(made, { requiresHttps: true })).toMatchObject({ delivered: 0, failed: 1 });
  expect(receiver.of('/plain')).toEqual([]);
  expect((await deliveriesOf(made))[0]?.lastFault).toBe('https_required');
});

it('an endpoint that never answers holds up no other one, and is asked with one event at a time from then on', async () => {
  const [mute, good] = [await createTestWebhook(db(), receiver.urlOf('/mute')), await createTestWebhook(db(), receiver.urlOf('/good'))]; // prettier-ignore
  receiver.answerWith('/mute', null);
  receiver.trust('/good', good.secret);
  for (let n = 0; n < 10; n += 1) await queue(mute);
  await queue(good);
  // The limit of the head of an answer is 2 s here.
  const slow = slice(mute);
  await until(() => receiver.of('/mute').length === 4);
  expect(await slice(good)).toMatchObject({ delivered: 1 });
  expect(await slow).toMatchObject({ delivered: 0, failed: 4, waiting: 10 });
  expect((await findWebhook(db(), null, { by: 'id', id: mute.webhook.id }, testSeals))?.failuresInRow).toBe(4);
  expect(await slice(mute)).toMatchObject({ delivered: 0, failed: 0, waiting: 10 });
  expect(receiver.of('/mute')).toHaveLength(4);
}, 60_000);

it('a worker that goes down leaves what it was sending, to be sent again under its id', async () => {
  const made = await createTestWebhook(db(), receiver.urlOf('/held'));
  receiver.answerWith('/held', null);
  const queued = await queue(made);
  const env = new MockActivityEnvironment();
  const running = slice(made, {}, env).catch((error: unknown) => error);
  await until(() => receiver.of('/held').length === 1);
  env.cancel('WORKER_SHUTDOWN');
  await running;
  expect((await deliveriesOf(made))[0]).toMatchObject({ state: 'waiting', lastFault: 'worker_stopped' });
  receiver.trust('/held', made.secret);
  receiver.answerWith('/held');
  expect(await slice(made)).toMatchObject({ delivered: 1 });
  expect(receiver.of('/held').map(({ id }) => id)).toEqual([queued?.uuid, queued?.uuid]);
});

it('what was sealed with another secret of the data is told as that', async () => {
  const made = await createTestWebhook(db(), receiver.urlOf('/sealed'));
  await queue(made);
  await db().updateTable('webhooks').set({ secret_sealed: Buffer.alloc(64, 1) }).where('id', '=', made.webhook.id).execute(); // prettier-ignore
  expect(await slice(made)).toMatchObject({ delivered: 0, failed: 1 });
  expect((await deliveriesOf(made))[0]?.lastFault).toBe('seal_broken');
});

it.each([
  [undefined, 'webhook: is required; project: is required'],
  [{ webhook: 'nonsense', project: '' }, 'webhook: Invalid UUID; project: Invalid UUID'],
  [{ webhook: 7, project: newUuid() }, 'webhook: Invalid input: expected string, received number'],
  [{ webhook: newUuid(), project: newUuid(), secret: 'x' }, 'input: Unrecognized key: "secret"'],
])('what is started with %j is refused for good, with the field named', async (input, message) => {
  const { deliverWebhook } = createWebhookDeliveryActivities({
    store: database.store,
    outbound: createLocalOutbound([]),
    webhookSeals: testSeals,
    requiresHttps: false,
    log: pino({ level: 'silent' }),
    now: () => new Date(),
  });
  const request = {
    ...(input as DeliverWebhookInput | undefined),
    at: new Date().toISOString(),
  } as WebhookSliceRequest;
  const run = new MockActivityEnvironment().run(deliverWebhook, request);
  await expect(run).rejects.toMatchObject({ type: 'InputInvalid', nonRetryable: true, message });
});
