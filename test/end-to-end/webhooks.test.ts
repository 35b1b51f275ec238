import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { toWebhookWorkflowId } from '../../src/contract/webhook';
import type { Store } from '../../src/store/database';
import { makeCertificate } from '../support/certificate';
import { grantAccess } from '../support/fixtures';
import { makeRunDirectory, removeRunDirectory } from '../support/run-directory';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver';
import { tellJob } from '../support/webhooks';
import { type Api, createApi } from './support/api';
import { createInstallation, type Installation } from './support/installation';
import { createLibrary, fillFolder, type Library } from './support/library';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { until } from './support/until';

const PATIENCE_MS = 180_000;
const EVENTS = 120;

interface Hook {
  readonly id: string;
  readonly secret: string;
  readonly disabled_reason: string | null;
}
interface Delivery {
  readonly id: string;
  readonly type: string;
  readonly state: string;
  readonly attempts: number;
  readonly attempt_log: readonly { readonly status: number | null; readonly fault: string | null }[];
}

const opened = createOpened();
const directory = makeRunDirectory();
let receiver: WebhookReceiver;
let installation: Installation;
let worker: RootProcess;
let store: Store;
let library: Library;
let api: Api;
let path: string;

beforeAll(async () => {
  // In production an address of a webhook has to begin with https.
  const certificate = makeCertificate('localhost');
  const trusted = join(directory, 'trusted.pem');
  writeFileSync(trusted, certificate.cert);
  receiver = opened.keep(await startWebhookReceiver(certificate));
  const env = { OUTBOUND_ALLOW: receiver.host, NODE_EXTRA_CA_CERTS: trusted };
  installation = opened.keep(await createInstallation(env));
  await installation.start('server');
  worker = await installation.start('worker');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  await grantAccess(store.db, library.project.id, library.user.ownTeamId, { canWrite: true, canManage: true });
  api = opened.keep(createApi(installation.url, library.apiKey));
  path = `/api/p/${library.project.uuid}/webhooks`;
});
afterAll(async () => {
  await opened.closeAll();
  removeRunDirectory(directory);
});

async function makeHook(at: string, events: readonly string[]): Promise<Hook> {
  const { status, body } = await api.post<Hook>(path, { url: receiver.urlOf(at), events });
  expect(status).toBe(201);
  receiver.trust(at, body.secret);
  return body;
}

const deliveriesOf = async ({ id }: Hook, limit = 200) =>
  (await api.get<{ deliveries: readonly Delivery[] }>(`${path}/${id}/deliveries?limit=${String(limit)}`)).body.deliveries; // prettier-ignore

test('a bulk move is told to a webhook, signed; a test event comes on demand, and a redelivery under the same id', async () => {
  const hook = await makeHook('/moves', ['assets.moved']);
  const { source, target } = await fillFolder(store.db, library, 2_500);
  const token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  await until('the move is told', () => receiver.processed('/moves').size === 1, PATIENCE_MS);
  const [[id, event] = ['', undefined]] = [...receiver.processed('/moves')];
  expect(event).toMatchObject({ type: 'assets.moved', data: { job: token, kind: 'bulk_move_assets', state: 'done', project: library.project.uuid } }); // prettier-ignore

  const tested = await api.post<Delivery>(`${path}/${hook.id}/test`, undefined);
  expect(tested.status).toBe(202);
  await until('the test arrives', () => receiver.processed('/moves').get(tested.body.id)?.type === 'webhook.test', PATIENCE_MS); // prettier-ignore

  expect((await api.post(`${path}/${hook.id}/deliveries/${id}/redeliver`, undefined)).status).toBe(202);
  await until('it arrives again', () => receiver.of('/moves').filter((one) => one.id === id).length === 2, PATIENCE_MS);
  expect(receiver.processed('/moves').size).toBe(2);
});

test('410 disables a webhook', async () => {
  const hook = await makeHook('/gone', ['*']);
  receiver.answerWith('/gone', 410);
  await api.post(`${path}/${hook.id}/test`, undefined);
  const reason = async () => (await api.get<Hook>(`${path}/${hook.id}`)).body.disabled_reason;
  await until('it is disabled', async () => (await reason()) === 'gone', PATIENCE_MS);
});

test('workers are killed while events are under way: all arrive, each under one id, and the log tells of each attempt', async () => {
  const hook = await makeHook('/kills', ['job.done']);
  const mute = await makeHook('/mute', ['job.done']);
  // It takes what it is sent and never answers: the other one does not wait for it.
  receiver.answerWith('/mute', null);
  receiver.answerWith('/kills', null);
  const tokens: string[] = [];
  for (let n = 0; n < EVENTS; n += 1) tokens.push(await tellJob(store.db, library.project));
  await until('some are under way', () => receiver.of('/kills').length >= 4, PATIENCE_MS);
  const held = receiver.of('/kills').map(({ id }) => id);
  await worker.end('SIGKILL');
  receiver.answerWith('/kills');
  worker = installation.spawn('worker');
  await until('some have arrived', () => receiver.processed('/kills').size >= EVENTS / 4, PATIENCE_MS);
  await worker.end('SIGKILL');
  worker = installation.spawn('worker');
  await until('all have arrived', () => receiver.processed('/kills').size >= EVENTS, PATIENCE_MS);
  await until('the log says so', async () => (await deliveriesOf(hook)).every(({ state }) => state === 'delivered'), PATIENCE_MS); // prettier-ignore

  const events = [...receiver.processed('/kills').values()];
  expect(new Set(events.map(({ data }) => data['job']))).toEqual(new Set(tokens));
  const deliveries = await deliveriesOf(hook);
  expect(deliveries).toHaveLength(EVENTS);
  expect(new Set(receiver.of('/kills').map(({ id }) => id))).toEqual(new Set(deliveries.map(({ id }) => id)));
  for (const { id, attempts, attempt_log: log } of deliveries) {
    expect(attempts).toBe(log.length);
    // 200 where it had arrived already when its worker was killed: the receiver knew it by its id.
    expect(log.at(-1)?.fault).toBeNull();
    expect([200, 204]).toContain(log.at(-1)?.status);
    if (held.includes(id)) expect(log.map(({ fault }) => fault)).toContain('worker_lost');
  }
  expect((await deliveriesOf(mute)).some(({ state }) => state === 'delivered')).toBe(false);
  await expectNoSecrets(hook);
});

/** What Temporal keeps of a webhook names it, and nothing else. */
async function expectNoSecrets({ id, secret }: Hook): Promise<void> {
  const { namespace } = installation;
  const connection = await Connection.connect({ address: installation.temporalServers()[0]?.address ?? '' });
  try {
    const handle = new Client({ connection, namespace }).workflow.getHandle(toWebhookWorkflowId(id));
    const history = JSON.stringify(await handle.fetchHistory());
    expect(history).toContain('deliverWebhook');
    const url = receiver.urlOf('/kills');
    for (const text of [secret, secret.slice('whsec_'.length), url]) {
      for (const form of [text, Buffer.from(text).toString('base64').slice(0, -4), encodeURIComponent(text)]) {
        expect(history).not.toContain(form);
      }
    }
  } finally {
    await connection.close();
  }
}
