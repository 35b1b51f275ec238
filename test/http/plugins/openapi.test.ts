import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { unicatDialect } from '../../../src/http/dialects/unicat/errors';
import { problemDialect } from '../../../src/http/problem';
import { buildTestApp } from '../test-app';

interface Operation {
  readonly responses: Record<string, { content?: Record<string, { schema: unknown }> }>;
  readonly security?: unknown[];
  readonly parameters?: { name: string; in: string }[];
}
interface Document {
  readonly openapi: string;
  readonly servers: unknown;
  readonly security: unknown;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> };
}

let app: FastifyInstance;
let document: Document;

beforeAll(async () => {
  app = await buildTestApp({
    unicat: async (scope) => {
      const schema = { body: z.strictObject({ a: z.string() }), response: unicatDialect.errors(403) };
      scope.post('/api/p/:gid/move', { schema }, () => ({}));
    },
    own: async (scope) => {
      scope.get('/api/own/a', { schema: { response: problemDialect.errors(404) } }, () => ({}));
    },
  });
  document = (await app.inject('/openapi.json')).json();
});
afterAll(() => app.close());

test('the document is OpenAPI 3.1, open to everybody, with the public address', () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(document.servers).toEqual([{ url: 'http://facade.example.test' }]);
});

test('credentials are asked for everywhere but on public routes', () => {
  expect(document.security).toEqual([{ apiKey: [] }, { bearer: [] }]);
  expect(document.components.securitySchemes).toMatchObject({
    apiKey: { type: 'apiKey', in: 'header', name: 'X-API-KEY' },
    bearer: { type: 'http', scheme: 'bearer' },
  });
  expect(document.paths['/health/live']?.['get']?.security).toEqual([]);
  expect(document.paths['/api/own/a']?.['get']?.security).toBeUndefined();
});

test('each route documents what it can answer, in the form of its dialect', () => {
  const move = document.paths['/api/p/{gid}/move']?.['post'];
  expect(Object.keys(move?.responses ?? {})).toEqual(['400', '401', '403', '413', '414', '415', '500', '503']);
  expect(move?.responses['403']?.content).toEqual({
    'application/json': { schema: { $ref: '#/components/schemas/UnicatError' } },
  });
  const read = document.paths['/api/own/a']?.['get'];
  expect(Object.keys(read?.responses ?? {})).toEqual(['400', '401', '404', '500', '503']);
  expect(read?.responses['404']?.content).toEqual({
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  });
});

test('every reference leads somewhere, and no schema is left over', () => {
  const names = Object.keys(document.components.schemas);
  const used = new Set(
    [...JSON.stringify(document).matchAll(/#\/components\/schemas\/([^"]+)/g)].map(([, name]) => name),
  );
  expect([...used].sort()).toEqual([...names].sort());
  expect(names).toEqual(expect.arrayContaining(['Problem', 'UnicatError']));
});

test('the document lists only what is meant for callers', () => {
  expect(Object.keys(document.paths).sort()).toEqual([
    '/api/own/a',
    '/api/p/{gid}/move',
    '/health/live',
    '/health/ready',
  ]);
});

test('the reference page loads everything from here', async () => {
  const page = await app.inject('/docs');
  expect(page.statusCode).toBe(200);
  expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  const assets = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
  expect(assets.length).toBeGreaterThan(3);
  for (const asset of assets) {
    expect(asset).toMatch(/^\/docs\/static\//);
    expect((await app.inject(asset)).statusCode).toBe(200);
  }
  expect(page.body).not.toMatch(/<script(?![^>]*src=)/);
  expect(page.body).not.toMatch(/ on[a-z]+="/);
  expect((await app.inject('/docs/json')).statusCode).toBe(200);
});

test('nothing outside of the reference pages is served by them', async () => {
  for (const url of ['/docs/static/../../package.json', '/docs/static/..%2f..%2fpackage.json', '/docs/static/none']) {
    expect((await app.inject(url)).statusCode).toBeGreaterThanOrEqual(400);
  }
});
