import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { buildTestApp, postText } from '../test-app';

let app: FastifyInstance;

beforeAll(async () => {
  app = await buildTestApp({
    own: async (scope) => {
      const query = z.strictObject({ q: z.string().optional(), limit: z.string().optional() });
      const params = z.object({ id: z.string() });
      scope.get('/api/own/things/:id', { schema: { querystring: query, params } }, (request) => request.query);
      scope.get('/api/own/no-query', () => ({}));
      scope.post('/api/own/echo', { schema: { body: z.unknown() } }, (request) => ({ got: request.body ?? null }));
      scope.post('/api/own/action', (request) => ({ got: request.body ?? null }));
      scope.post('/api/own/deep', { config: { maxJsonDepth: 200 }, schema: { body: z.unknown() } }, () => ({
        ok: true,
      }));
      scope.post(
        '/api/own/bulk',
        { bodyLimit: 8 * 1024 * 1024, schema: { body: z.strictObject({ ids: z.array(z.unknown()) }) } },
        (request) => ({ count: request.body.ids.length }),
      );
    },
  });
});
afterAll(() => app.close());

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

async function fieldOf(body: string): Promise<unknown> {
  const answer = await postText(app, '/api/own/echo', body);
  expect(answer.statusCode).toBe(400);
  return answer.json<{ errors: { field: string }[] }>().errors[0]?.field;
}

describe('texts of a body', () => {
  test.each([
    ['{"a":"\\u0000"}', 'a'],
    ['{"a":{"b":["x","\\u0001"]}}', 'a.b[1]'],
    ['{"a":"\\u0000","b":"\\n"}', 'a'],
    ['{"a":"\\b"}', 'a'],
    ['{"a":"\\f"}', 'a'],
    ['{"a":"\\u001f"}', 'a'],
    ['{"a":"\\ud800"}', 'a'],
    ['{"a":"x\\uDFFFy"}', 'a'],
    ['{"a":"\\udc00\\ud800"}', 'a'],
    ['{"\\u0000":1}', '?'],
    ['"\\u0000"', 'body'],
    ['[[["\\u0000"]]]', '[0][0][0]'],
  ])('%s is refused, naming the field', async (body, field) => {
    expect(await fieldOf(body)).toBe(field);
  });

  test.each([
    ['tab and line ends', '{"a":"\\t\\n\\r"}', { a: '\t\n\r' }],
    ['a pair of surrogates', '{"a":"\\ud83d\\ude00"}', { a: '😀' }],
    ['an escaped backslash before u0000', '{"a":"\\\\u0000"}', { a: '\\u0000' }],
    ['quotes and slashes', '{"a":"\\"\\/\\\\"}', { a: '"/\\' }],
    ['an escaped letter', '{"a":"\\u0041"}', { a: 'A' }],
    ['text beyond ASCII', '{"a":"żółw 你好 \u0085"}', { a: 'żółw 你好 \u0085' }],
    ['a byte order mark', '\ufeff{"a":1}', { a: 1 }],
    ['the words as values', '{"a":["__proto__","constructor"]}', { a: ['__proto__', 'constructor'] }],
    ['the last of equal keys', '{"a":1,"a":2}', { a: 2 }],
  ])('%s passes', async (_case, body, value) => {
    const answer = await postText(app, '/api/own/echo', body);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ got: value });
  });

  test.each(['{"a":"\u0000"}', '{"a":"\u0001"}', '{"a":1}\u0000', '{a:1}', "{'a':1}", 'NaN', '[1,]', '\\', '"\\'])(
    'no JSON: %j',
    async (body) => {
      const answer = await postText(app, '/api/own/echo', body);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ code: 'invalid_json' });
    },
  );

  test.each([
    ['a lone continuation byte', [0x22, 0x80, 0x22]],
    ['an overlong form', [0x22, 0xc0, 0x80, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['UTF-16', [...Buffer.from('\ufeff{}', 'utf16le')]],
  ])('%s is no UTF-8', async (_case, bytes) => {
    const answer = await postText(app, '/api/own/echo', Buffer.from(bytes));
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'invalid_utf8' });
  });
});

describe('keys of a body', () => {
  test.each([
    ['{"__proto__":{"admin":true}}', '__proto__'],
    ['{"\\u005f_proto__":1}', '__proto__'],
    ['{"constructor":{"prototype":{"admin":true}}}', 'constructor'],
    ['{"a":[{"__proto__":1}]}', 'a[0].__proto__'],
    ['{"prototype":1}', 'prototype'],
  ])('%s is refused', async (body, field) => {
    expect(await fieldOf(body)).toBe(field);
  });
});

describe('depth of a body', () => {
  test.each([
    ['/api/own/echo', 64, 200],
    ['/api/own/echo', 65, 400],
    ['/api/own/deep', 200, 200],
    ['/api/own/deep', 201, 400],
    ['/api/own/echo', 5_000, 400],
    ['/api/own/echo', 500_000, 400],
  ])('%s with %i levels is %i', async (url, depth, status) => {
    const answer = await postText(app, url, nested(depth));
    expect(answer.statusCode).toBe(status);
    if (status === 400) expect(answer.json()).toMatchObject({ code: 'json_too_deep' });
  });

  test('objects count, brackets in texts do not', async () => {
    const objects = '{"a":'.repeat(65) + '1' + '}'.repeat(65);
    expect((await postText(app, '/api/own/echo', objects)).statusCode).toBe(400);
    expect((await postText(app, '/api/own/echo', JSON.stringify({ a: '[{'.repeat(100) + '\\"[' }))).statusCode).toBe(
      200,
    );
  });
});

describe('content types', () => {
  test.each([
    ['application/json', 200],
    ['Application/JSON', 200],
    ['application/json; charset=utf-8', 200],
    ['application/json;charset="UTF-8"', 200],
    ['application/json; charset=utf-16', 415],
    ['application/json; charset=latin1', 415],
    ['text/plain', 415],
    ['text/json', 415],
    ['application/jsonp', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application', 415],
    [';', 415],
  ])('%s is %i', async (type, status) => {
    expect((await postText(app, '/api/own/echo', '{}', { 'content-type': type })).statusCode).toBe(status);
  });

  test('a body without a type is 415', async () => {
    const headers = { 'x-api-key': 'k' };
    const answer = await app.inject({ method: 'POST', url: '/api/own/echo', headers, payload: Buffer.from('{}') });
    expect(answer.statusCode).toBe(415);
  });

  test.each(['gzip', 'br', 'deflate', 'x'])('a body coded with %s is 415', async (coding) => {
    const answer = await postText(app, '/api/own/echo', '{}', { 'content-encoding': coding });
    expect(answer.statusCode).toBe(415);
  });

  test('a route that needs no body takes none, an empty one and an object', async () => {
    const headers = { 'x-api-key': 'k' };
    expect((await app.inject({ method: 'POST', url: '/api/own/action', headers })).json()).toEqual({ got: null });
    expect((await postText(app, '/api/own/action', '')).json()).toEqual({ got: null });
    expect((await postText(app, '/api/own/action', '{}')).json()).toEqual({ got: {} });
  });
});

describe('the address', () => {
  const get = (url: string) => app.inject({ url, headers: { 'x-api-key': 'k' } });

  test.each([
    ['/api/own/things/1?q=a&q=b', 'q', 'must be given once'],
    ['/api/own/things/1?q=a&%71=b', 'q', 'must be given once'],
    ['/api/own/things/1?other=1', 'other', 'is not known in the query'],
    ['/api/own/things/1?q=%00', 'q', 'must not hold control characters'],
    ['/api/own/things/1?q=%0a', 'q', 'must not hold control characters'],
    ['/api/own/things/1?%00=1', '?', 'must not hold control characters'],
    ['/api/own/things/1?q=%zz', 'q', 'must be percent-encoded UTF-8'],
    ['/api/own/things/1?%zz=a', 'query', 'must be percent-encoded UTF-8'],
    ['/api/own/things/1?q=%ff', 'q', 'must be percent-encoded UTF-8'],
    ['/api/own/things/1?q=%ed%a0%80', 'q', 'must be percent-encoded UTF-8'],
    ['/api/own/things/1?__proto__=1', '__proto__', 'is not an allowed name'],
    ['/api/own/things/1?constructor=1', 'constructor', 'is not an allowed name'],
    ['/api/own/no-query?q=1', 'q', 'is not known in the query'],
    ['/api/own/things/%00', 'id', 'must not hold control characters'],
    ['/api/own/things/a%0d%0ab', 'id', 'must not hold control characters'],
  ])('%s is 400', async (url, field, message) => {
    const answer = await get(url);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'invalid_request', errors: [{ field, message }] });
  });

  test.each([
    ['?q=a+b%20c&limit=', { q: 'a b c', limit: '' }],
    ['?q=%E4%BD%A0&&', { q: '你' }],
    ['?q', { q: '' }],
    ['?q=a=b', { q: 'a=b' }],
    ['', {}],
  ])('%s is read', async (query, value) => {
    expect((await get(`/api/own/things/1${query}`)).json()).toEqual(value);
  });
});

test('a million numbers in one body are taken within the limit, and 413 beyond it', async () => {
  const ids = Array.from({ length: 1_000_000 }, (_, index) => 1_000_000 + index);
  const answer = await postText(app, '/api/own/bulk', JSON.stringify({ ids }));
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({ count: 1_000_000 });
  const more = JSON.stringify({ ids: ids.map((id) => id + 100_000_000) });
  expect((await postText(app, '/api/own/bulk', more)).statusCode).toBe(413);
});
