import type { IncomingMessage, ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import type { NodeContext } from '../../../src/activities/dag-nodes/node-handler';
import { createWebhookHandler } from '../../../src/activities/dag-nodes/webhook';
import type { JsonObject } from '../../../src/domain/dag-action';
import { NODE_SCHEMAS } from '../../../src/schemas/dag-nodes';
import { deriveWebhookKey, toWebhookSecret } from '../../../src/webhook-key';
import { AT, contextOf } from '../../support/dag-nodes';
import { HOSTILE_BEHAVIOURS, type HostileServer, startHostileServer } from '../../support/hostile-server';
import { createLocalOutbound } from '../../support/local-outbound';
import { type RangeServer, startRangeServer } from '../../support/range-server';

const things = { user: { id: '1', uuid: 'u', email: 'a@example.test', ownTeamId: '1' }, asset: { id: '1', uuid: 'a', key: 'k' } }; // prettier-ignore
const run = { runId: '1', jobId: '1', token: 'token' };
const webhookKey = deriveWebhookKey('secret of the data');

let server: RangeServer;
let hostile: HostileServer;
const seen: { readonly headers: Record<string, string>; readonly body: string }[] = [];

beforeAll(async () => {
  server = await startRangeServer(Buffer.alloc(0), {});
  hostile = await startHostileServer();
});
afterAll(async () => {
  await server.close();
  await hostile.close();
});
beforeEach(() => {
  seen.length = 0;
  answerWith(204);
});

function answerWith(status: number, headers: Record<string, string> = {}): void {
  server.file.answer = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks).toString() });
      response.writeHead(status, headers).end();
    });
  };
}

const send = (given: JsonObject = {}, more: Partial<NodeContext> = {}, signal = new AbortController().signal) => {
  const allow = [`127.0.0.1:${String(server.port)}`, `127.0.0.1:${String(hostile.port)}`];
  const outbound = createLocalOutbound(allow, { timeouts: { connectMs: 500, headersMs: 500, idleMs: 500 } });
  const handler = createWebhookHandler({ outbound, webhookKey, now: () => new Date() });
  return handler.run(
    contextOf(things, run, 'webhook', { url: server.url, type: 'asset.published', ...given }, more),
    signal,
  );
};

it('posts an event that the library of Standard Webhooks verifies with the secret of the installation', async () => {
  const data = { title: 'é', tags: ['a'] };
  expect(await send({ data })).toEqual({ kind: 'done', output: { status: 204, id: 'token:step' } });
  const [event] = seen;
  const secret = toWebhookSecret(webhookKey);
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const verified = new Webhook(secret).verify(event?.body ?? '', event?.headers ?? {});
  expect(verified).toEqual({ type: 'asset.published', timestamp: AT.toISOString(), data });
  expect(event?.headers).toMatchObject({ 'webhook-id': 'token:step', 'content-type': 'application/json' });
  const other = new Webhook(toWebhookSecret(deriveWebhookKey('another secret')));
  expect(() => other.verify(event?.body ?? '', event?.headers ?? {})).toThrow('No matching signature');
  const changed = (event?.body ?? '').replace('published', 'destroyed');
  expect(() => new Webhook(secret).verify(changed, event?.headers ?? {})).toThrow('No matching signature');
});

it('has the same id in all attempts, and each is signed at its own time', async () => {
  await send();
  await send({}, { attempt: 2 });
  expect(seen.map(({ headers }) => headers['webhook-id'])).toEqual(['token:step', 'token:step']);
});

it.each([301, 400, 404, 408, 429, 500, 503])('%d may be tried again', async (status) => {
  answerWith(status, { 'retry-after': '3', location: '/elsewhere' });
  expect(await send()).toMatchObject({ kind: 'failed', code: 'bad_status', retryable: true, retryAfterMs: 3_000, output: { status } }); // prettier-ignore
  expect(seen).toHaveLength(1);
});

it('is over for good where nobody listens any more', async () => {
  answerWith(410);
  expect(await send()).toMatchObject({ kind: 'failed', code: 'gone', retryable: false });
});

it('sends no event of more than 20 kB', async () => {
  expect(await send({ data: { text: 'x'.repeat(19_900) } })).toMatchObject({ kind: 'done' });
  expect(await send({ data: { text: 'x'.repeat(20_000) } })).toMatchObject({ kind: 'failed', code: 'payload_too_large', retryable: false }); // prettier-ignore
  expect(seen).toHaveLength(1);
});

it('goes nowhere that outbound requests may not go', async () => {
  expect(await send({ url: 'http://127.0.0.2/?key=hunter2' })).toMatchObject({ kind: 'failed', code: 'url_address', retryable: false }); // prettier-ignore
});

it('ends with its reason when it is stopped', async () => {
  await expect(send({}, {}, AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
});

it('comes to an end with every hostile server', async () => {
  for (const end of await Promise.all(
    HOSTILE_BEHAVIOURS.map((behaviour) => send({ url: `${hostile.url(behaviour)}?key=hunter2` })),
  )) {
    // prettier-ignore
    expect(['done', 'failed']).toContain(end.kind);
    expect(JSON.stringify(end)).not.toContain('hunter2');
  }
});

it.each<[JsonObject]>([
  [{ type: '' }],
  [{ type: 'a b' }],
  [{ data: [] }],
  [{ data: 'x' }],
  [{ secret: 'x' }],
  [{ url: 1 }],
])('its schema refuses %j', (given) => {
  const base = { url: 'https://example.test/', type: 'a' };
  expect(NODE_SCHEMAS.webhook.with.safeParse({ ...base, ...given }).success).toBe(false);
});
