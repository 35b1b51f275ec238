import type { FastifyInstance, InjectOptions } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { buildApp } from '../../src/http/app';
import { createCredentialVerifier } from '../../src/http/credential-verifier';
import { createDagActionRoutes } from '../../src/http/dialects/actions/routes';
import { dagActionJsonSchema } from '../../src/schemas/dag-action-json-schema';
import { addApiKey } from '../../src/store/credentials';
import { grantPermissions } from '../../src/store/people';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createUser } from '../support/fixtures';

let database: TestDatabase;
let app: FastifyInstance;
const keys = { manager: '', viewer: '', nobody: '' };

beforeAll(async () => {
  database = await createTestDatabase();
  const { db, pool } = database.store;
  const rights = { manager: ['ACTIONS_MANAGE', 'ACTIONS_VIEW'], viewer: ['ACTIONS_VIEW'], nobody: [] };
  for (const [who, names] of Object.entries(rights)) {
    const user = await createUser(db);
    if (names.length > 0) await grantPermissions(db, user.id, names);
    keys[who as keyof typeof keys] = await addApiKey(db, user.id);
  }
  app = await buildApp({
    log: pino({ level: 'silent' }),
    publicUrl: 'http://facade.example.test',
    credentials: createCredentialVerifier(pool, () => Promise.resolve(null)),
    readiness: {},
    routes: [createDagActionRoutes({ db, now: () => new Date('2026-03-01T12:00:00Z') })],
    metrics: new Registry(),
  });
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

function put(name: string, payload: string | Buffer, type = 'application/yaml', key = keys.manager) {
  const url = `/api/dag_actions/${encodeURIComponent(name)}`;
  return app.inject({ method: 'PUT', url, payload, headers: { 'x-api-key': key, 'content-type': type } });
}

function get(url: string, headers: InjectOptions['headers'] = { 'x-api-key': keys.viewer }) {
  return app.inject({ method: 'GET', url, headers });
}

const text = (name: string, tag = 'x') =>
  `name: ${JSON.stringify(name)}\ncategory: Tests\nnodes:\n  - id: a # first\n    uses: update_asset\n    with: { add_tags: [${tag}] }\n`;

test('a first text makes an action, the same one changes nothing, another one makes a version; all are kept', async () => {
  const made = await put('Publish', text('Publish'));
  expect(made.statusCode).toBe(201);
  expect(made.headers.location).toBe('/api/dag_actions/Publish');
  const first = made.json<{ id: number; uuid: string }>();
  expect(first).toEqual({ id: first.id, uuid: first.uuid, name: 'Publish', version: 1, changed: true });
  const again = await put('Publish', text('Publish'));
  expect([again.statusCode, again.json()]).toEqual([200, { ...first, changed: false }]);
  const second = await put('Publish', text('Publish', 'y'));
  expect([second.statusCode, second.json()]).toEqual([200, { ...first, version: 2 }]);

  const newest = await get('/api/dag_actions/Publish');
  expect(newest.json()).toEqual({
    id: first.id,
    uuid: first.uuid,
    name: 'Publish',
    version: 2,
    newest_version: 2,
    description: '',
    category: 'Tests',
    created_at: '2026-03-01T12:00:00.000Z',
    inputs: {},
    concurrency: 'queue',
    fail_fast: false,
    max_parallel: 10,
    nodes: [
      {
        id: 'a',
        uses: 'update_asset',
        needs: [],
        if: null,
        with: { add_tags: ['y'] },
        retry: { max_attempts: 1, initial_interval_ms: 1_000, backoff: 2, max_interval_ms: 60_000, total_ms: null },
        timeout_ms: null,
        trigger: 'all_success',
        on_failure: 'fail',
      },
    ],
    source: text('Publish', 'y'),
  });
  for (const name of ['Publish', String(first.id), first.uuid]) {
    const old = await get(`/api/dag_actions/${name}?version=1`);
    expect(old.json()).toMatchObject({ version: 1, newest_version: 2, source: text('Publish') });
  }
  expect((await get('/api/dag_actions/Publish?version=3')).json()).toMatchObject({
    status: 404,
    code: 'version_not_found',
  });
});

test.each([
  ['text/yaml', 'YAML'],
  ['application/x-yaml; charset=utf-8', 'X YAML'],
])('%s is read', async (type, name) => {
  expect((await put(name, text(name), type)).statusCode).toBe(201);
});

test('JSON is read, and kept as it was sent', async () => {
  const json = '{ "name": "Of JSON",\n  "nodes": [{ "id": "a", "uses": "extract_metadata" }] }';
  expect((await put('Of JSON', json, 'application/json')).statusCode).toBe(201);
  expect((await get('/api/dag_actions/Of%20JSON')).json()).toMatchObject({ source: json });
});

test('names with slashes, spaces and letters of any script are fine', async () => {
  for (const name of ['Publish / archive', 'Veröffentlichen', '公開', 'a%20b', '100 %']) {
    expect((await put(name, text(name))).statusCode).toBe(201);
    expect((await get(`/api/dag_actions/${encodeURIComponent(name)}`)).json()).toMatchObject({ name });
  }
});

test('faults are told all at once, with field, line and column', async () => {
  const answer = await put(
    'Broken',
    'name: Broken\nnodes:\n  - id: a\n    uses: nothing\n    needs: [b]\n    if: 1 +\n',
  );
  expect(answer.statusCode).toBe(422);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.json()).toMatchObject({
    code: 'action_invalid',
    errors: [
      { field: 'nodes[0].uses', line: 4, column: 11, message: expect.stringContaining('must be one of') },
      { field: 'nodes[0].needs[0]', line: 5, column: 13, message: 'there is no node "b"' },
      { field: 'nodes[0].if', line: 6, column: 12, message: 'Unexpected token: EOF' },
    ],
  });
});

test('a text that calls itself something else than the path is refused', async () => {
  const answer = await put('One', text('Other'));
  expect(answer.json()).toMatchObject({ status: 422, errors: [{ field: 'name', line: 1, column: 7 }] });
  expect((await get('/api/dag_actions/One')).statusCode).toBe(404);
});

test('reading needs ACTIONS_VIEW, applying ACTIONS_MANAGE; administrators may do both', async () => {
  for (const url of ['/api/dag_actions', '/api/dag_actions/Publish']) {
    expect((await get(url, {})).statusCode).toBe(401);
    const denied = await get(url, { 'x-api-key': keys.nobody });
    expect(denied.json()).toMatchObject({
      status: 403,
      code: 'permission_denied',
      detail: 'Permission denied. Must have ACTIONS_VIEW permissions.',
    });
  }
  const denied = await put('Publish', 'garbage', 'application/yaml', keys.viewer);
  expect(denied.json()).toMatchObject({
    status: 403,
    detail: 'Permission denied. Must have ACTIONS_MANAGE permissions.',
  });
  expect((await put('Publish', text('Publish'), 'application/yaml', 'no-key')).statusCode).toBe(401);
  const { db } = database.store;
  const admin = await createUser(db);
  await db.updateTable('users').set({ admin: true }).where('id', '=', admin.id).execute();
  const key = await addApiKey(db, admin.id);
  expect((await put('By admin', text('By admin'), 'application/yaml', key)).statusCode).toBe(201);
  expect((await get('/api/dag_actions', { 'x-api-key': key })).statusCode).toBe(200);
});

test('the list has each action once, at its newest version, by category and name', async () => {
  await put('Another', text('Another'));
  const { dag_actions } = (await get('/api/dag_actions')).json<{ dag_actions: { name: string; version: number }[] }>();
  const names = dag_actions.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain('Another');
  expect(dag_actions.find(({ name }) => name === 'Publish')?.version).toBe(2);
});

test('the schema of the file is open to everybody', async () => {
  const answer = await get('/api/dag_actions/schema.json', {});
  expect([answer.statusCode, answer.json()]).toEqual([200, JSON.parse(JSON.stringify(dagActionJsonSchema()))]);
});

test.each<[string, string | Buffer, string, number]>([
  ['nothing', '', 'application/yaml', 422],
  ['too much', `name: Garbage\n${'#'.repeat(512 * 1024)}`, 'application/yaml', 413],
  ['another type', 'name: Garbage', 'text/plain', 415],
  ['another charset', 'name: Garbage', 'application/yaml; charset=utf-16', 415],
  ['no UTF-8', Buffer.from([0x6e, 0xff, 0xfe]), 'application/yaml', 400],
  ['NUL', 'name: "Garbage\0"', 'application/yaml', 422],
  ['broken JSON', '{"name":', 'application/json', 422],
  ['a deep text', '['.repeat(100_000), 'application/yaml', 422],
  ['prototype keys', '{"__proto__": {"name": "Garbage"}, "constructor": 1}', 'application/json', 422],
])('a body of %s is refused', async (_, payload, type, status) => {
  const answer = await put('Garbage', payload, type);
  expect(answer.statusCode).toBe(status);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect((await get('/api/dag_actions/Garbage')).statusCode).toBe(404);
});

test.each(['%00', '%ed%a0%80', 'a%0ab', '..%2f..%2fetc', 'x'.repeat(90), '%F0%9F%8E%9E'])(
  'the name %s is told to be no action, or is refused',
  async (name) => {
    expect([400, 404]).toContain((await get(`/api/dag_actions/${name}`)).statusCode);
  },
);

test('two texts at once make two versions', async () => {
  await put('Race', text('Race'));
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map((tag) => put('Race', text('Race', tag))));
  expect(answers.map((answer) => answer.json<{ version: number }>().version).sort()).toEqual([2, 3, 4, 5]);
});

test('the OpenAPI document describes the routes, with the bodies that they take', async () => {
  const { paths } = (await get('/openapi.json', {})).json<{ paths: Record<string, Record<string, { requestBody?: { content: object } }>> }>(); // prettier-ignore
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining(['/api/dag_actions', '/api/dag_actions/schema.json', '/api/dag_actions/{name}']),
  );
  expect(Object.keys(paths['/api/dag_actions/{name}']?.['put']?.requestBody?.content ?? {})).toEqual(
    expect.arrayContaining(['application/yaml', 'application/json', 'text/yaml']),
  );
});
