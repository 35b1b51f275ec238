import type { FastifyInstance } from 'fastify';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { z } from 'zod';
import { Refusal, selectionRefused } from '../../../src/http/refusal';
import { openStore } from '../../../src/store/database';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { buildTestApp, postText } from '../test-app';

const auth = { 'x-api-key': 'k' };
const refusedPort = 'postgres://nobody@127.0.0.1:1/none';

let database: TestDatabase;
let app: FastifyInstance;
let logged: string;
const faults = new Map<string, () => unknown>();

beforeAll(async () => {
  database = await createTestDatabase();
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged += chunk.toString();
      done();
    },
  });
  const fail = async (request: { params: unknown }): Promise<unknown> => {
    await faults.get((request.params as { fault: string }).fault)?.();
    return { ok: true };
  };
  const body = z.strictObject({ name: z.string(), list: z.array(z.strictObject({ size: z.int() })).optional() });
  app = await buildTestApp(
    {
      unicat: async (scope) => {
        scope.get('/api/p/fail/:fault', fail);
        scope.post('/api/p/body', { schema: { body } }, () => ({ ok: true }));
      },
      own: async (scope) => {
        scope.get('/api/own/fail/:fault', fail);
        scope.post('/api/own/body', { schema: { body }, bodyLimit: 2_000 }, () => ({ ok: true }));
        scope.get(
          '/api/own/wrong',
          { schema: { response: { 200: z.object({ n: z.int() }) } } },
          () => ({ n: 'x' }) as never,
        );
        scope.get(
          '/api/own/query',
          { schema: { querystring: z.strictObject({ a: z.string().optional() }) } },
          () => ({}),
        );
      },
    },
    { log: pino({ level: 'info' }, sink) },
  );
});
beforeEach(() => {
  logged = '';
  faults.clear();
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

async function failWith(
  fault: () => unknown,
): Promise<{ own: Awaited<ReturnType<typeof app.inject>>; unicat: Awaited<ReturnType<typeof app.inject>> }> {
  faults.set('it', fault);
  return {
    own: await app.inject({ url: '/api/own/fail/it', headers: auth }),
    unicat: await app.inject({ url: '/api/p/fail/it', headers: auth }),
  };
}

describe('our own form', () => {
  test('a refusal is a problem with a stable code, its fields and the request id', async () => {
    const { own } = await failWith(() => {
      throw new Refusal(409, 'job_ended', 'the job has ended', {
        fields: [{ field: 'token', message: 'has ended' }],
        headers: { 'retry-after': '7' },
      });
    });
    expect(own.statusCode).toBe(409);
    expect(own.headers['content-type']).toBe('application/problem+json');
    expect(own.headers['retry-after']).toBe('7');
    expect(own.json()).toEqual({
      type: 'urn:longhaul:problem:job_ended',
      title: 'Conflict',
      status: 409,
      code: 'job_ended',
      detail: 'the job has ended',
      errors: [{ field: 'token', message: 'has ended' }],
      request_id: own.headers['x-request-id'],
    });
  });

  test('every bad field of a body is named', async () => {
    const answer = await postText(app, '/api/own/body', '{"list":[{"size":1},{"size":"2"}],"other":1,"more":2}');
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'invalid_request',
      errors: [
        { field: 'name', message: 'is required' },
        { field: 'list[1].size', message: 'is not valid: expected number, received string' },
        { field: 'other', message: 'is not known in the body' },
        { field: 'more', message: 'is not known in the body' },
      ],
    });
  });

  test('a million bad fields are not all told', async () => {
    const answer = await postText(app, '/api/own/body', JSON.stringify({ list: Array.from({ length: 400 }, () => 1) }));
    const { errors, detail } = answer.json<{ errors: unknown[]; detail: string }>();
    expect(errors).toHaveLength(20);
    expect(detail.length).toBeLessThanOrEqual(300);
  });
});

describe("Unicat's form", () => {
  test.each([
    [400, 400, 'Bad request - no good'],
    [401, 401, 'Unauthorized - missing or expired JWT'],
    [403, 403, 'Forbidden - no good'],
    [404, 404, 'no good'],
    [422, 422, 'no good'],
  ])('status %i has the code %i', async (status, code, message) => {
    const { unicat } = await failWith(() => {
      throw new Refusal(status, 'some_code', 'no good');
    });
    expect(unicat.statusCode).toBe(status);
    expect(unicat.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(unicat.json()).toEqual({ success: false, result: { code, message }, data: {} });
  });

  test('a selection that cannot be used is code 1006 with status 400', async () => {
    const { unicat } = await failWith(() => {
      throw selectionRefused('selection[0] is empty');
    });
    expect(unicat.statusCode).toBe(400);
    expect(unicat.json()).toMatchObject({ result: { code: 1006, message: 'Selection error - selection[0] is empty' } });
  });

  test('bad fields are named in the message', async () => {
    const answer = await postText(app, '/api/p/body', '{"x":1}');
    expect(answer.json()).toMatchObject({
      result: { code: 400, message: 'Bad request - name is required; x is not known in the body' },
    });
  });

  test('a call without credentials is 401', async () => {
    const answer = await app.inject('/api/p/fail/it');
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toEqual({
      success: false,
      result: { code: 401, message: 'Unauthorized - missing or expired JWT' },
      data: {},
    });
  });
});

describe('what no route sees is worded by the owner of the path', () => {
  test.each([
    ['/api/p/none', 404],
    ['/api/p', 404],
    ['/api/p?x=1', 404],
    ['/api/p/%zz', 400],
    ['/api/p/fail/%ff', 400],
    [`/api/p/fail/${'x'.repeat(129)}`, 414],
  ])('%s is %i in the form of Unicat', async (url, status) => {
    const answer = await app.inject({ url, headers: auth });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ success: false, result: { code: status } });
    expect(answer.headers['x-request-id']).toBeDefined();
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  test.each([
    ['/', 404],
    ['/none', 404],
    ['/api/projects', 404],
    ['/api/own/fail/%zz', 400],
    [`/api/own/fail/${'x'.repeat(129)}`, 414],
  ])('%s is %i in our own form', async (url, status) => {
    const answer = await app.inject({ url, headers: auth });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ status, request_id: answer.headers['x-request-id'] });
  });
});

describe('faults of ours', () => {
  test('an unexpected error is told by its request id alone, and logged with its cause', async () => {
    const { own, unicat } = await failWith(() => {
      throw Object.assign(new Error('relation "secret" at 10.0.0.5', { cause: new Error('deeper') }), {
        code: '42P01',
        detail: 'select * from secret',
      });
    });
    for (const answer of [own, unicat]) {
      expect(answer.statusCode).toBe(500);
      expect(answer.body).toContain(String(answer.headers['x-request-id']));
      expect(answer.body).not.toMatch(/secret|10\.0|42P01|select|error-report|node_modules/);
    }
    expect(own.json()).toMatchObject({ code: 'internal_error', detail: 'internal error' });
    expect(logged).toContain('relation \\"secret\\"');
    expect(logged).toContain('deeper');
  });

  test.each([
    ['a text', 'boom'],
    ['null', null],
    ['nothing', undefined],
    ['an object', { statusCode: 200, code: 5 }],
  ])('what is thrown may be %s', async (_case, thrown) => {
    const { own } = await failWith(() => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- other code may do it
      throw thrown;
    });
    expect(own.statusCode).toBe(500);
    expect(own.json()).toMatchObject({ code: 'internal_error' });
  });

  test('an answer that does not fit its schema is 500', async () => {
    const answer = await app.inject({ url: '/api/own/wrong', headers: auth });
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'internal_error' });
  });

  test('an error of Postgres that is no outage is 500 and shows no SQL', async () => {
    const { own } = await failWith(() => database.store.pool.query('select * from no_such_table'));
    expect(own.statusCode).toBe(500);
    expect(own.body).not.toContain('no_such_table');
  });

  test('a store that refuses connections is 503, to be tried again', async () => {
    const store = openStore({
      databaseUrl: refusedPort,
      maxConnections: 1,
      applicationName: 't',
      onIdleError: () => undefined,
    });
    const { own, unicat } = await failWith(() => store.pool.query('select 1'));
    await store.close();
    expect([own.statusCode, unicat.statusCode]).toEqual([503, 503]);
    expect(own.headers['retry-after']).toBe('2');
    expect(own.json()).toMatchObject({ code: 'store_unavailable' });
    expect(own.body).not.toContain('127.0.0.1');
  });

  test('a connection that is cut under a query is 503', async () => {
    const { own } = await failWith(async () => {
      const client = await database.store.pool.connect();
      client.on('error', () => undefined);
      try {
        await client.query('select pg_terminate_backend(pg_backend_pid())');
      } finally {
        client.release(true);
      }
    });
    expect(own.statusCode).toBe(503);
  });

  test('text that Postgres cannot hold is 400 even where no check met it', async () => {
    const { own } = await failWith(() => database.store.pool.query('select $1::text', ['\u0000']));
    expect(own.statusCode).toBe(400);
    expect(own.json()).toMatchObject({ code: 'invalid_text' });
  });
});

describe('bodies', () => {
  test.each([
    ['/api/own/body', 'application/problem+json'],
    ['/api/p/body', 'application/json; charset=utf-8'],
  ])('at %s each bad body is refused in its form', async (url, form) => {
    const answers = [
      [413, await postText(app, url, JSON.stringify({ name: 'x'.repeat(1_048_600) }))],
      [415, await postText(app, url, 'name=x', { 'content-type': 'application/x-www-form-urlencoded' })],
      [415, await postText(app, url, '{}', { 'content-encoding': 'gzip' })],
      [400, await postText(app, url, '{"name":')],
      [400, await postText(app, url, '')],
    ] as const;
    for (const [status, answer] of answers) {
      expect(answer.statusCode).toBe(status);
      expect(answer.headers['content-type']).toBe(form);
    }
  });

  test('a route may take less than others', async () => {
    expect((await postText(app, '/api/own/body', JSON.stringify({ name: 'x'.repeat(2_000) }))).statusCode).toBe(413);
    expect((await postText(app, '/api/p/body', JSON.stringify({ name: 'x'.repeat(2_000) }))).statusCode).toBe(200);
  });

  test('broken JSON is not repeated to the caller', async () => {
    const answer = await postText(app, '/api/own/body', '{"name": secret}');
    expect(answer.json()).toMatchObject({ code: 'invalid_json' });
    expect(answer.body).not.toContain('secret');
  });
});
