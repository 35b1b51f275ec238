import { once } from 'node:events';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { buildTestApp, postText } from './test-app';

let app: FastifyInstance | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

const auth = { 'x-api-key': 'k' };

/** Sends bytes as they are and answers all that comes back. */
async function sendRaw(target: FastifyInstance, text: string): Promise<string> {
  const { port } = new URL(target.listeningOrigin);
  const socket = connect(Number(port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

describe('what is no request yet', () => {
  const long = `x-long: ${'a'.repeat(20_000)}`;
  const lengths = 'content-length: 1\r\ncontent-length: 2';
  test.each([
    ['headers of 20 KB', 431, 'application/problem+json', `GET /api/own/x HTTP/1.1\r\nhost: a\r\n${long}\r\n\r\n`],
    ['an address of 20 KB', 431, 'application/problem+json', `GET /api/own/${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`],
    ['headers of 20 KB for Unicat', 431, 'application/json', `GET /api/p/x HTTP/1.1\r\nhost: a\r\n${long}\r\n\r\n`],
    ['no HTTP', 400, 'application/problem+json', 'hello\r\n\r\n'],
    ['a NUL in a header', 400, 'application/problem+json', 'GET / HTTP/1.1\r\nhost: a\r\nx: a\0b\r\n\r\n'],
    ['two lengths', 400, 'application/json', `POST /api/p/x HTTP/1.1\r\nhost: a\r\n${lengths}\r\n\r\n`],
  ])('%s is answered by status %i as %s', async (_case, status, type, text) => {
    app = await buildTestApp({});
    await app.listen({ port: 0, host: '127.0.0.1' });
    const answer = await sendRaw(app, text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `));
    expect(answer).toContain(`content-type: ${type}`);
    expect(() => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as unknown).not.toThrow();
  });
});

describe('answers', () => {
  test('carry an id, and are neither guessed at nor stored', async () => {
    app = await buildTestApp({ own: async (scope) => void scope.get('/api/own/a', () => ({})) });
    for (const url of ['/api/own/a', '/api/own/none', '/api/own/%zz', '/health/live']) {
      const answer = await app.inject({ url, headers: auth });
      expect(answer.headers).toMatchObject({
        'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      });
    }
  });

  test.each([
    ['abc-123.X:4_5', true],
    ['a'.repeat(128), true],
    ['a'.repeat(129), false],
    ['a b', false],
    ['a"b', false],
    ['${jndi:x}', false],
    ['', false],
  ])('the id %j of the caller is kept: %s', async (id, kept) => {
    app = await buildTestApp({});
    const answer = await app.inject({ url: '/health/live', headers: { 'x-request-id': id } });
    expect(answer.headers['x-request-id'] === id).toBe(kept);
  });

  test('X-Forwarded-For counts only from a trusted proxy', async () => {
    const own = async (scope: FastifyInstance) => void scope.get('/api/own/ip', (request) => ({ ip: request.ip }));
    const headers = { ...auth, 'x-forwarded-for': '203.0.113.9' };
    app = await buildTestApp({ own });
    expect((await app.inject({ url: '/api/own/ip', headers })).json()).toEqual({ ip: '127.0.0.1' });
    await app.close();
    app = await buildTestApp({ own }, { trustProxy: ['127.0.0.1'] });
    expect((await app.inject({ url: '/api/own/ip', headers })).json()).toEqual({ ip: '203.0.113.9' });
  });
});

describe('the log', () => {
  let lines: Record<string, unknown>[];
  const log = () =>
    pino(
      { level: 'info' },
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
          done();
        },
      }),
    );
  beforeEach(() => {
    lines = [];
  });

  test('one line tells a request: who, what, the answer, how long', async () => {
    app = await buildTestApp({ own: async (scope) => void scope.get('/api/own/a/:id', () => ({})) }, { log: log() });
    await app.inject({ url: '/api/own/a/5', headers: { ...auth, 'x-request-id': 'r-1' } });
    expect(lines).toEqual([
      expect.objectContaining({
        request_id: 'r-1',
        method: 'GET',
        url: '/api/own/a/5',
        route: '/api/own/a/:id',
        status: 200,
        user: 'uuid-of-ada',
        took_ms: expect.any(Number),
      }),
    ]);
  });

  test('health checks make no lines', async () => {
    app = await buildTestApp({}, { log: log() });
    await app.inject('/health/live');
    expect(lines).toEqual([]);
  });

  test('no credential reaches it, wherever it is put', async () => {
    const secret = 'lh_SECRETSECRETSECRETSECRETSECRETSECRET';
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzZWNyZXQifQ.c2lnbmF0dXJl';
    app = await buildTestApp(
      {
        own: async (scope) =>
          void scope.get('/api/own/fail', (request) => {
            request.log.warn({ headers: request.headers, req: request.raw, authorization: jwt }, 'careless');
            throw Object.assign(new Error('careless'), { headers: request.headers });
          }),
      },
      { log: log() },
    );
    const headers = {
      'x-api-key': secret,
      authorization: `Bearer ${jwt}`,
      cookie: `session=${secret}`,
      'idempotency-key': secret,
    };
    await app.inject({ url: '/api/own/fail', headers });
    await app.inject({ url: `/api/own/fail?api_key=${secret}&access_token=plain-secret`, headers });
    await app.inject({ url: `/api/own/${jwt}`, headers });
    await app.inject({ url: `/api/own/${secret}`, headers });
    const text = JSON.stringify(lines);
    expect(lines.length).toBeGreaterThan(5);
    for (const part of [secret, jwt, 'plain-secret']) expect(text).not.toContain(part);
  });
});

describe('closing', () => {
  test('the shutdown signal ends what waits, and its answer still arrives', async () => {
    let waiting: () => void = () => undefined;
    const isWaiting = new Promise<void>((resolve) => {
      waiting = resolve;
    });
    app = await buildTestApp({
      own: async (scope) =>
        void scope.get('/api/own/wait', async () => {
          waiting();
          if (!scope.shutdownSignal.aborted) await once(scope.shutdownSignal, 'abort');
          return { ended: true };
        }),
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const call = fetch(`${app.listeningOrigin}/api/own/wait`, { headers: auth });
    await isWaiting;
    const closed = app.close();
    expect(await (await call).json()).toEqual({ ended: true });
    await closed;
    expect(app.shutdownSignal.aborted).toBe(true);
  });

  test('a connection that never ends is cut when the grace is over', async () => {
    let waiting: () => void = () => undefined;
    const isWaiting = new Promise<void>((resolve) => {
      waiting = resolve;
    });
    app = await buildTestApp(
      {
        own: async (scope) =>
          void scope.get('/api/own/hang', () => {
            waiting();
            return new Promise(() => undefined);
          }),
      },
      { shutdownGraceMs: 50 },
    );
    await app.listen({ port: 0, host: '127.0.0.1' });
    const call = fetch(`${app.listeningOrigin}/api/own/hang`, { headers: auth });
    const failed = expect(call).rejects.toThrow('fetch failed');
    await isWaiting;
    await app.close();
    await failed;
  });
});

test('a route that is registered later than the app is built belongs to no dialect and is refused', async () => {
  app = await buildTestApp({});
  const late = app;
  expect(() => late.get('/late', () => ({}))).toThrow();
});

test('half a million texts, one of them with an escape, are checked in a time that does not hurt', async () => {
  app = await buildTestApp({
    own: async (scope) =>
      void scope.post('/api/own/bulk', { bodyLimit: 8 * 1024 * 1024 }, (request) => ({
        n: (request.body as []).length,
      })),
  });
  const body = JSON.stringify(Array.from({ length: 500_000 }, (_, n) => String(n))).replace('"0"', '"\\u0041"');
  const startedAt = performance.now();
  expect((await postText(app, '/api/own/bulk', body)).json()).toEqual({ n: 500_000 });
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
