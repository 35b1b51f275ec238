import type { IncomingMessage, ServerResponse } from 'node:http';
import { createHttpRequestHandler } from '../../../src/activities/dag-nodes/http-request';
import type { NodeContext, NodeResult } from '../../../src/activities/dag-nodes/node-handler';
import type { JsonObject } from '../../../src/domain/dag-action';
import { NODE_SCHEMAS } from '../../../src/schemas/dag-nodes';
import { AT, contextOf } from '../../support/dag-nodes';
import { HOSTILE_BEHAVIOURS, type HostileServer, startHostileServer } from '../../support/hostile-server';
import { createLocalOutbound } from '../../support/local-outbound';
import { type RangeServer, startRangeServer } from '../../support/range-server';

const timeouts = { connectMs: 500, headersMs: 500, idleMs: 500 };
const things = { user: { id: '1', uuid: 'u', email: 'a@example.test', ownTeamId: '1' }, asset: { id: '1', uuid: 'a', key: 'k' } }; // prettier-ignore
const run = { runId: '1', jobId: '1', token: 'token' };
const SECRET = 'hunter2';

interface Seen {
  readonly method: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: RangeServer;
let hostile: HostileServer;
const seen: Seen[] = [];

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
  answerWith(200, { 'content-type': 'application/json' }, '{"ok": true}');
});

/** What the server answers from now on; it notes what it was asked. */
function answerWith(status: number, headers: Record<string, string | string[]>, body: string | Buffer): void {
  server.file.answer = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({ method: request.method, headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(status, headers).end(body);
    });
  };
}

const context = (given: JsonObject, more: Partial<NodeContext> = {}) =>
  contextOf(things, run, 'http_request', { url: server.url, ...given }, more);
const createHandler = () => {
  const allow = [`127.0.0.1:${String(server.port)}`, `127.0.0.1:${String(hostile.port)}`];
  return createHttpRequestHandler({ outbound: createLocalOutbound(allow, { timeouts }), now: () => AT });
};
const ask = (given: JsonObject, signal = new AbortController().signal, more: Partial<NodeContext> = {}) =>
  createHandler().run(context(given, more), signal);

it('asks with what it is told, and answers status, headers and body', async () => {
  answerWith(201, { 'Content-Type': 'application/json', 'X-Id': '7', 'Set-Cookie': ['a=b'] }, '{"id": 7}');
  const result = await ask({ method: 'POST', headers: { 'X-Token': 't', Accept: 'a/b' }, body: { title: 'é' } });
  expect(result).toMatchObject({
    kind: 'done',
    output: { status: 201, headers: { 'content-type': 'application/json', 'x-id': '7' }, body: { id: 7 } },
  });
  expect(JSON.stringify(result)).not.toContain('a=b');
  expect(seen).toMatchObject([
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-token': 't', accept: 'a/b', 'idempotency-key': 'token:step' },
      body: '{"title":"é"}',
    },
  ]);
});

it('sends the same Idempotency-Key in every attempt, whatever the user says of it', async () => {
  const given = { method: 'POST', headers: { 'idempotency-KEY': 'mine' } };
  await ask(given);
  await ask(given, undefined, { attempt: 2 });
  expect(seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['token:step', 'token:step']);
});

it.each<[JsonObject, string, string | undefined]>([
  [{ body: 'plain' }, 'plain', 'text/plain; charset=utf-8'],
  [{ body: '<a/>', headers: { 'Content-Type': 'application/xml' } }, '<a/>', 'application/xml'],
  [{ body: [1, null], headers: { 'content-type': 'application/vnd.x+json' } }, '[1,null]', 'application/vnd.x+json'],
  [{ body: false }, 'false', 'application/json'],
  [{ body: null }, '', undefined],
  [{}, '', undefined],
])('%j sends %j', async (given, body, type) => {
  await ask({ method: 'PUT', ...given });
  expect(seen[0]?.body).toBe(body);
  expect(seen[0]?.headers['content-type']).toBe(type);
});

it('reads no body of HEAD', async () => {
  answerWith(200, { 'content-type': 'application/json', 'content-length': '9999999' }, '');
  expect(await ask({ method: 'HEAD' })).toMatchObject({ kind: 'done', output: { status: 200, body: null } });
});

it('says why it keeps nothing of a picture', async () => {
  answerWith(200, { 'content-type': 'image/png' }, Buffer.from([1, 2, 3]));
  expect(await ask({})).toMatchObject({
    kind: 'done',
    output: { body: null },
    message: 'the body of 3 bytes is not kept: it is image/png',
  });
});

it.each([408, 425, 429, 500, 503])('%d fails the attempt, and another one may be made', async (status) => {
  answerWith(status, { 'content-type': 'application/json', 'retry-after': '7' }, '{"why": "busy"}');
  expect(await ask({})).toMatchObject({
    kind: 'failed',
    code: 'bad_status',
    message: `127.0.0.1:${String(server.port)} answered ${String(status)}`,
    retryable: true,
    retryAfterMs: 7_000,
    output: { status, body: { why: 'busy' } },
  });
});

it.each([304, 400, 401, 404, 409, 410, 422])('%d fails for good', async (status) => {
  answerWith(status, {}, '');
  expect(await ask({})).toMatchObject({ kind: 'failed', code: 'bad_status', retryable: false, output: { status } });
});

it('keeps within bounds how long a server asks to be left alone', async () => {
  expect(await ask({ url: hostile.url('429-for-a-year') })).toMatchObject({ retryAfterMs: 120_000 });
  expect(await ask({ url: hostile.url('503') })).toMatchObject({ retryAfterMs: 1_000 });
});

it('follows redirects of GET, and answers them for anything that changes', async () => {
  expect(await ask({ url: hostile.url('307') })).toMatchObject({ kind: 'done', output: { status: 200 } });
  const result = await ask({ url: hostile.url('307'), method: 'POST', body: { a: 1 } });
  expect(result).toMatchObject({ kind: 'failed', code: 'bad_status', retryable: false, output: { status: 307 } });
  expect(await ask({ url: hostile.url('to-metadata') })).toMatchObject({ kind: 'failed', code: 'url_address' });
});

it('fails when the answer is too large, and reads no more of it', async () => {
  answerWith(200, { 'content-type': 'text/plain' }, 'x'.repeat(256 * 1024 + 1));
  expect(await ask({})).toMatchObject({ kind: 'failed', code: 'answer_too_large', retryable: false });
  // Small on the wire, and too large once it is written as JSON.
  answerWith(200, { 'content-type': 'text/plain' }, '"'.repeat(200_000));
  expect(await ask({})).toMatchObject({ kind: 'failed', code: 'answer_too_large' });
  answerWith(500, { 'content-type': 'text/plain' }, 'x'.repeat(300_000));
  expect(await ask({})).toMatchObject({ kind: 'failed', code: 'bad_status', retryable: true, output: { body: null } });
  answerWith(200, { 'content-type': 'text/plain' }, 'x'.repeat(250_000));
  expect(await ask({})).toMatchObject({ kind: 'done' });
});

it('sends no body of more than a megabyte', async () => {
  expect(await ask({ method: 'POST', body: 'x'.repeat(1_048_577) })).toMatchObject({ kind: 'failed', code: 'body_too_large', retryable: false }); // prettier-ignore
  expect(seen).toEqual([]);
});

it.each([
  ['http://127.0.0.1:1/', 'url_address'],
  ['http://169.254.169.254/latest', 'url_address'],
  ['http://localhost/', 'url_host'],
  ['http://user:hunter2@example.test/', 'url_userinfo'],
  ['ftp://example.test/', 'url_invalid'],
  ['not a url', 'url_invalid'],
  [' http://example.test/', 'url_invalid'],
  ['http://example.test/\r\nX: y', 'url_invalid'],
])('goes nowhere with %j', async (url, code) => {
  const result = await ask({ url });
  expect(result).toMatchObject({ kind: 'failed', code, retryable: false });
  expect(JSON.stringify(result)).not.toContain(SECRET);
});

it('an address where nobody listens may be tried again', async () => {
  const closed = await startRangeServer(Buffer.alloc(0), {});
  await closed.close();
  const outbound = createLocalOutbound([`127.0.0.1:${String(closed.port)}`], { timeouts });
  const handler = createHttpRequestHandler({ outbound, now: () => AT });
  const result = await handler.run(context({ url: `${closed.url}?key=${SECRET}` }), new AbortController().signal);
  expect(result).toMatchObject({ kind: 'failed', code: 'connect_failed', retryable: true });
  expect(JSON.stringify(result)).not.toContain(SECRET);
});

it('ends at once, with its reason, when it is stopped', async () => {
  const stop = new AbortController();
  const asked = ask({ url: hostile.url('stalled') }, stop.signal);
  setTimeout(() => stop.abort(new Error('cancelled')), 50);
  await expect(asked).rejects.toThrow('cancelled');
  await expect(ask({}, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  expect(seen).toEqual([]);
});

it('comes to an end with every hostile server, tells no secret, and keeps what can be kept', async () => {
  const ends: [string, NodeResult | 'stopped'][] = [];
  const waiting = [...HOSTILE_BEHAVIOURS];
  const work = async () => {
    for (let behaviour = waiting.pop(); behaviour !== undefined; behaviour = waiting.pop()) {
      const url = `${hostile.url(behaviour)}?key=${SECRET}`;
      const end = await ask({ url }, AbortSignal.timeout(3_000)).catch((error: unknown) => {
        if ((error as Error).name !== 'TimeoutError') throw error;
        return 'stopped' as const;
      });
      ends.push([behaviour, end]);
    }
  };
  // More at once would keep each other from being read in time.
  await Promise.all(Array.from({ length: 6 }, work));
  expect(ends).toHaveLength(HOSTILE_BEHAVIOURS.length);
  for (const [behaviour, end] of ends) {
    const text = JSON.stringify(end);
    expect([behaviour, text.includes(SECRET), text.includes('\\u0000')]).toEqual([behaviour, false, false]);
    expect(Buffer.byteLength(text)).toBeLessThan(300_000);
    if (end === 'stopped') expect(['slow', 'endless-trailers']).toContain(behaviour);
  }
  const kinds = Object.fromEntries(ends.map(([behaviour, end]) => [behaviour, end === 'stopped' ? end : end.kind === 'failed' ? end.code : end.kind])); // prettier-ignore
  expect(kinds).toMatchObject({
    good: 'done',
    chunked: 'done',
    '204': 'done',
    endless: 'answer_too_large',
    'endless-chunks': 'answer_too_large',
    'declared-too-large': 'answer_too_large',
    'reset-in-body': 'connection_lost',
    'silent-in-headers': 'header_timeout',
    stalled: 'idle_timeout',
    'large-header': 'headers_too_large',
    loop: 'too_many_redirects',
    'to-localhost': 'url_host',
  });
});

it.each<[JsonObject]>([
  [{ method: 'TRACE' }],
  [{ method: 'CONNECT' }],
  [{ url: '' }],
  [{ url: 5 }],
  [{ body: 'x' }],
  [{ method: 'HEAD', body: {} }],
  [{ headers: { Host: 'example.test' } }],
  [{ headers: { 'CONTENT-LENGTH': '1' } }],
  [{ headers: { 'Transfer-Encoding': 'chunked' } }],
  [{ headers: { connection: 'close' } }],
  [{ headers: { Upgrade: 'h2c' } }],
  [{ headers: { 'Proxy-Authorization': 'x' } }],
  [{ headers: { 'X-A': 'b\r\nX-B: c' } }],
  [{ headers: { 'X-A': 'b\0' } }],
  [{ headers: { 'X-A': '€' } }],
  [{ headers: { 'X A': 'b' } }],
  [{ headers: { 'X-A:': 'b' } }],
  [{ headers: { 'x-a': 'b', 'X-A': 'c' } }],
  [{ headers: { 'X-A': 5 } }],
  [{ headers: Object.fromEntries(Array.from({ length: 51 }, (_, no) => [`x-${String(no)}`, ''])) }],
  [{ verify: false }],
])('its schema refuses %j', (given) => {
  expect(NODE_SCHEMAS.http_request.with.safeParse({ url: 'https://example.test/', ...given }).success).toBe(false);
});
