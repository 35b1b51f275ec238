import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { addApiKey } from '../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createUser, grantAccess } from '../support/fixtures';
import { digestStore } from '../support/store-digest';
import { buildMediaPocketApp, type MediaPocketApp } from './media-pocket-app';
import { EXAMPLES } from './media-pocket-examples/examples';
import {
  addProject,
  addSampleAction,
  addSampleAsset,
  addSampleComment,
  addSampleMedia,
  addSampleRun,
  permitOnly,
} from './media-pocket-examples/library';
import { type Operation, readOperations } from './media-pocket-operations';

let database: TestDatabase;
let facade: MediaPocketApp;
let key: string;
let strangerKey: string;
/** Of somebody who may read the asset `readable`, and no more. */
let readerKey: string;
let readable: string;
let operations: readonly Operation[];
/** What is there, so that nothing but the bad part of a request can be what it is refused for. */
let real: Readonly<Record<string, string>>;
let before: Readonly<Record<string, string>>;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db, pool } = database.store;
  facade = await buildMediaPocketApp(database.store);
  const [caller, other] = [await createUser(db), await createUser(db)];
  [key, strangerKey] = [await addApiKey(db, caller.id), await addApiKey(db, other.id)];
  const library = { db, facade, caller, callerKey: key, other };
  const asset = await addSampleAsset(library);
  const comment = await addSampleComment(library, asset, caller);
  const [media, project] = [await addSampleMedia(library, asset), await addProject(library)];
  const action = await addSampleAction(library, 1);
  const run = await addSampleRun(library, asset, action);
  await permitOnly(library, ['ACTIONS_VIEW', 'ACTIONS_START']);
  real = {
    dag_action_id: action.id,
    run_id: run,
    node: 'a',
    asset_id: asset.key,
    comment_id: comment,
    media_id: media,
    project_id: project.key,
    cursor: '0',
  };
  const reader = await createUser(db);
  await grantAccess(db, project.id, reader.ownTeamId);
  readerKey = await addApiKey(db, reader.id);
  readable = (await addSampleAsset(library, { projectId: project.id })).key;
  operations = await readOperations(facade);
  before = await digestStore(pool);
});
afterEach(async () => {
  expect(await digestStore(database.store.pool)).toEqual(before);
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

type Case = (operation: Operation) => InjectOptions;

const WITH_BODY = new Set(['POST', 'PUT', 'DELETE']);
const MEBIBYTE = 1024 * 1024;
const takesBody = ({ method }: Operation) => WITH_BODY.has(method);
const readsBody = ({ members }: Operation) => members.length > 0;
const namesAsset = ({ parts }: Operation) => parts.includes('asset_id');

const sending =
  (payload: string, type = 'application/json'): Case =>
  (operation) => ({ url: operation.pathWith(real), payload, headers: { 'content-type': type } });

const naming =
  (name: string): Case =>
  (operation) => ({ url: operation.pathWith({ ...real, asset_id: name }) });

/** Statuses by route: what the operations that `concerns` picks answer to a request. */
async function answersOf(concerns: (operation: Operation) => boolean, request: Case, as: string | null = key) {
  const concerned = operations.filter(concerns);
  expect(concerned.length).toBeGreaterThan(1);
  const answers: [string, LightMyRequestResponse][] = [];
  for (const operation of concerned) {
    const { headers, ...options } = request(operation);
    const credentials = as === null ? {} : { 'x-api-key': as };
    const given = { method: operation.method, ...options, headers: { ...credentials, ...headers } };
    answers.push([operation.route, await facade.app.inject(given)]);
  }
  return answers;
}

type Answers = readonly (readonly [string, LightMyRequestResponse])[];

/** Every one is refused with this status, in the form of the dialect. */
function expectRefused(answers: Answers, status: number, text: string | RegExp = /./) {
  const error: unknown = text instanceof RegExp ? expect.stringMatching(text) : text;
  for (const [route, answer] of answers) {
    const body: unknown = JSON.parse(answer.body);
    expect([route, answer.statusCode, answer.headers['content-type'], body]).toEqual([route, status, 'application/json; charset=utf-8', { error }]); // prettier-ignore
  }
}

it('knows every route that has an example on the page', () => {
  const routes = operations.map(({ route }) => route);
  const built = EXAMPLES.map(({ route }) => route.replace(/:(\w+)/g, '{$1}'));
  expect(new Set(built).size).toBeGreaterThan(15);
  expect(routes).toEqual(expect.arrayContaining(built));
});

it('asks for credentials, whatever is sent besides', async () => {
  const all = () => true;
  expectRefused(await answersOf(all, sending('{}'), null), 401, 'Unauthorized');
  expectRefused(await answersOf(all, sending('{'), 'lh_no-such-key'), 401, 'Unauthorized');
  expectRefused(await answersOf(namesAsset, naming('nothing'), null), 401, 'Unauthorized');
});

it.each([
  'not-found-id',
  '0',
  '-1',
  '1.5',
  '1e3',
  '999999999',
  '9223372036854775808',
  '12345678901234567890',
  '01a1fe3b-d692-7dc5-859d-ed698620050d',
  '01a1fe3b-d692-4dc5-859d-ed698620050d',
  'F-Ihco1txSEhkiRsU4H0',
  'null',
  '%20',
  "'%20or%20'1'='1",
  '%F0%9F%98%80',
])('knows no asset %s', async (name) => {
  expectRefused(await answersOf(namesAsset, naming(name)), 404, 'asset not found');
});

it("does not know somebody else's asset, by any of its names", async () => {
  const { rows } = await database.store.pool.query<{ id: string; uuid: string }>(
    'select id, uuid from assets where project_id is null',
  );
  const [asset] = rows;
  for (const name of [asset?.id, asset?.uuid, real['asset_id']]) {
    expectRefused(await answersOf(namesAsset, naming(name ?? ''), strangerKey), 404, 'asset not found');
  }
});

it('lets who may only read change nothing but comments, whatever is sent', async () => {
  const changes = (operation: Operation) =>
    takesBody(operation) && namesAsset(operation) && !/comments|dag_action/.test(operation.route);
  const request: Case = (operation) => ({ ...naming(readable)(operation), payload: {} });
  expectRefused(await answersOf(changes, request, readerKey), 403, 'Not allowed to perform this action');
});

it.each([
  ['text/plain', 415],
  ['application/x-www-form-urlencoded', 415],
  ['multipart/form-data; boundary=x', 415],
  ['application/json; charset=utf-16', 415],
])('does not read a body of %s', async (type, status) => {
  expectRefused(await answersOf(takesBody, sending('{"comment":"x","title":"x"}', type)), status);
});

it.each([
  ['broken JSON', '{"comment":', /not valid JSON/],
  ['two values', '{} {}', /not valid JSON/],
  ['NUL', String.raw`{"comment":"a\u0000b"}`, /comment must not hold control characters/],
  ['a bare NUL', '{"title":"\0"}', /not valid JSON/],
  ['a lone surrogate', String.raw`{"title":"\ud800"}`, /title must not hold lone surrogates/],
  ['a lone surrogate in a list', String.raw`{"tags":["a","\udc00"]}`, /tags\[1\] must not hold lone surrogates/],
  ['NUL in a name', String.raw`{"\u0000":1}`, /control characters/],
  ['__proto__', '{"__proto__":{"admin":true}}', /__proto__/],
  ['5,000 levels', '['.repeat(5_000) + ']'.repeat(5_000), /deep/],
])('refuses a body of %s', async (_what, body, text) => {
  expectRefused(await answersOf(takesBody, sending(body)), 400, text);
});

it.each(['[]', '[{"comment":"x","title":"x","to_project_id":"x"}]', '"title"', '1', 'true'])(
  'refuses the body %s where it reads an object',
  async (body) => {
    expectRefused(await answersOf(readsBody, sending(body)), 400, /JSON object/);
  },
);

it('names the first required parameter that is missing', async () => {
  for (const body of ['{}', '', 'null', '{"other":1}']) {
    for (const operation of operations.filter(({ required }) => required.length > 0)) {
      const answers = await answersOf((one) => one === operation || one.required.length > 0, sending(body));
      const its = answers.filter(([route]) => route === operation.route);
      expectRefused(its, 422, `Missing parameter ${operation.required[0] ?? ''}`);
    }
  }
});

/** Parameters that are objects. */
const OBJECTS: ReadonlySet<string> = new Set(['values']);

it('refuses an object as any parameter', async () => {
  const concerned = operations.filter(readsBody);
  for (const { route, members, required, method, pathWith } of concerned) {
    for (const member of members.filter((name) => !OBJECTS.has(name))) {
      const body = { ...Object.fromEntries(required.map((name) => [name, 'x'])), [member]: { a: 1 } };
      const answer = await facade.call(key, method, pathWith(real), body);
      expectRefused([[`${route} ${member}`, answer]], 422, new RegExp(`^Invalid parameter '${member}' value {"a":1}: Must be `)); // prettier-ignore
    }
  }
});

it('takes a body of a mebibyte and no byte more', async () => {
  const frame = JSON.stringify({ comment: 1, title: 1, to_project_id: 1, pad: '' });
  const padded = (bytes: number) => frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`);
  expectRefused(await answersOf(takesBody, sending(padded(MEBIBYTE + 1))), 413);
  expectRefused(await answersOf(readsBody, sending(padded(MEBIBYTE))), 422);
});

it.each([
  ['NUL', '%00', 400],
  ['NUL inside', 'a%00b', 400],
  ['line ends', 'a%0d%0ab', 400],
  ['a lone surrogate', '%ed%a0%80', 400],
  ['a byte that is no UTF-8', '%ff', 400],
  ['a broken escape', '%zz', 400],
  ['a part of 129 characters', 'x'.repeat(129), 414],
  ['a part of 4,000 digits', '9'.repeat(4_000), 414],
])('refuses %s in each part of a path', async (_what, text, status) => {
  for (const part of new Set(operations.flatMap(({ parts }) => parts))) {
    const concerned = operations.filter(({ parts }) => parts.includes(part));
    for (const operation of concerned) {
      const url = operation.pathWith({ ...real, [part]: text });
      expectRefused([[`${operation.route} ${part}`, await facade.call(key, operation.method, url)]], status);
    }
  }
});

it.each(['a=1&a=2', '%zz=1', 'a=%00', '__proto__=1', 'a=%ed%a0%80'])('refuses the query %s', async (query) => {
  expectRefused(await answersOf(() => true, (operation) => ({ url: `${operation.pathWith(real)}?${query}` })), 400); // prettier-ignore
});

it('knows no other route and no other method below its prefix', async () => {
  for (const [method, url] of [['GET', '/api/v2'], ['GET', '/api/v2/nothing'], ['PATCH', `/api/v2/assets/${real['asset_id'] ?? ''}`], ['PUT', '/api/v2/assets']] as const) {
    const answer = await facade.app.inject({ method, url, headers: { 'x-api-key': key } });
    expectRefused([[`${method} ${url}`, answer]], 404);
  } // prettier-ignore
});
