import { toKey } from '../../../src/domain/names';
import type { DagActionRecord } from '../../../src/store/dag-actions';
import { createNode } from '../../support/dag-actions';
import { applyAction } from '../../support/dag-runs';
import { createFolder } from '../../support/fixtures';
import { createDagLibrary, type DagLibrary, told } from './dag-library';

let library: DagLibrary;
let action: DagActionRecord;

const INPUTS = { quality: { type: 'integer', default: 80 }, note: { type: 'string' } } as const;

beforeAll(async () => {
  library = await createDagLibrary();
  action = await applyAction(library.database.store.db, { name: 'Publish it', inputs: INPUTS });
});
afterAll(() => library.close());

const actionsOf = (asset = library.asset.key) => `/api/v2/assets/${asset}/dag_actions`;
const runsOf = (asset = library.asset.key) => `/api/v2/assets/${asset}/dag_action_runs`;
const start = (name: string, body?: unknown, headers?: Record<string, string>) =>
  library.call('POST', `${actionsOf()}/${encodeURIComponent(name)}`, body, headers);
const NOTE = { inputs: { note: 'x' } };

interface Started {
  readonly dag_action_run: { readonly id: number; readonly dag_action: { readonly id: number } };
}

const runIdOf = (answer: { json: () => unknown }) => (answer.json() as Started).dag_action_run.id;

test('an action is started by its id, uuid, key or name, and its job is named in the headers', async () => {
  for (const name of [action.id, action.uuid, toKey(action.uuid), action.name]) {
    const answer = await start(name, NOTE);
    expect(answer.statusCode).toBe(200);
    expect(answer.json<Started>().dag_action_run.dag_action.id).toBe(Number(action.id));
    const token = String(answer.headers['job-token']);
    expect(answer.headers['location']).toBe(`/api/jobs/${token}`);
    expect(library.facade.dispatched.at(-1)).toMatchObject({ token, kind: 'dag_action_run' });
  }
});

test('runs are told newest first, and in pages for who asks for them', async () => {
  const asset = await library.addAsset();
  const ids: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    ids.unshift(runIdOf(await library.call('POST', `${actionsOf(asset.key)}/${action.id}`, NOTE)));
  }
  const read = async (query: string) => (await library.call('GET', `${runsOf(asset.key)}${query}`)).json<{ dag_action_runs: { id: number }[]; next_cursor?: number | null }>(); // prettier-ignore
  const all = await read('');
  expect([all.dag_action_runs.map(({ id }) => id), Object.keys(all)]).toEqual([ids, ['dag_action_runs']]);
  const first = await read('?limit=2');
  expect([first.dag_action_runs.map(({ id }) => id), first.next_cursor]).toEqual([ids.slice(0, 2), ids[1]]);
  const rest = await read(`?limit=2&cursor=${String(first.next_cursor)}`);
  expect([rest.dag_action_runs.map(({ id }) => id), rest.next_cursor]).toEqual([ids.slice(2), null]);
});

test('the actions come by category and name', async () => {
  const { db } = library.database.store;
  for (const [category, name] of [['Zoo', 'A'], ['Art', 'B'], ['Art', 'A2']] as const) await applyAction(db, { category, name }); // prettier-ignore
  const { dag_actions: listed } = (await library.call('GET', actionsOf())).json<{ dag_actions: { name: string }[] }>();
  const names = listed.map(({ name }) => name);
  expect(names.filter((name) => name.length < 3)).toEqual(['A2', 'B', 'A']);
});

test.each([
  [{ inputs: {} }, 'Missing parameter inputs.note'],
  [undefined, 'Missing parameter inputs.note'],
  [{ inputs: { note: 5 } }, `Invalid parameter 'inputs.note' value 5: Must be a String`],
  [{ inputs: { note: null } }, `Invalid parameter 'inputs.note' value null: Must be a String`],
  [{ inputs: { note: 'x', quality: '90' } }, `Invalid parameter 'inputs.quality' value "90": Must be an Integer`],
  [{ inputs: { note: 'x', size: 1 } }, `Invalid parameter 'inputs.size' value 1: Is not an input of this action`],
  [{ inputs: [] }, `Invalid parameter 'inputs' value []: Must be an Object`],
  [{ inputs: 'x' }, `Invalid parameter 'inputs' value "x": Must be an Object`],
  [{ inputs: null }, `Invalid parameter 'inputs' value null: Must be an Object`],
])('the body %j is refused with %s', async (body, error) => {
  expect(told(await start(action.id, body))).toEqual([422, error]);
});

test.each([[[]], ['text'], [1], [true]])('the body %j is no object', async (body) => {
  expect(told(await start(action.id, body))).toEqual([400, 'the body must be a JSON object']);
});

test('what is wrong is told in this order: credentials, asset, permission, action, parameters', async () => {
  const url = (asset: string, name: string) => `${actionsOf(asset)}/${name}`;
  const bad = { inputs: 1 };
  const { asset, readerKey } = library;
  const as = (key: string) => ({ 'x-api-key': key });
  expect(told(await library.call('POST', url('nothing', 'nothing'), bad, as('lh_no')))).toEqual([401, 'Unauthorized']);
  expect(told(await library.call('POST', url('nothing', 'nothing'), bad, as(readerKey)))).toEqual([404, 'asset not found']); // prettier-ignore
  expect(told(await library.call('POST', url(asset.key, 'nothing'), bad, as(readerKey)))).toEqual([403, 'Permission denied. Must have ACTIONS_START permissions.']); // prettier-ignore
  expect(told(await library.call('POST', url(asset.key, 'nothing'), bad))).toEqual([404, "Couldn't find DagAction with 'id'=nothing"]); // prettier-ignore
  expect(told(await library.call('POST', url(asset.key, action.id), bad))[0]).toBe(422);
  for (const path of [actionsOf(), runsOf(), `${runsOf()}?limit=x`]) {
    expect(told(await library.call('GET', path, undefined, as(readerKey)))).toEqual([403, 'Permission denied. Must have ACTIONS_VIEW permissions.']); // prettier-ignore
    expect(told(await library.call('GET', path, undefined, as(library.strangerKey)))).toEqual([404, 'asset not found']);
  }
});

test.each([
  ['limit=0', `Invalid parameter 'limit' value "0": Must be a number from 1 to 1000.`],
  ['limit=1001', `Invalid parameter 'limit' value "1001": Must be a number from 1 to 1000.`],
  ['limit=x', `Invalid parameter 'limit' value "x": Must be a number from 1 to 1000.`],
  ['cursor=x', `Invalid parameter 'cursor' value "x": Invalid cursor`],
  ['cursor=-1', `Invalid parameter 'cursor' value "-1": Invalid cursor`],
  ['cursor=99999999999999999999', `Invalid parameter 'cursor' value "99999999999999999999": Invalid cursor`],
])('the query %s is refused', async (query, error) => {
  expect(told(await library.call('GET', `${runsOf()}?${query}`))).toEqual([422, error]);
});

test('the same Idempotency-Key makes one run, also at once, and is refused for another request', async () => {
  const key = { 'idempotency-key': 'once' };
  const answers = await Promise.all([1, 2, 3, 4].map(() => start(action.id, NOTE, key)));
  expect(new Set(answers.map(runIdOf)).size).toBe(1);
  expect(new Set(answers.map(({ headers }) => headers['job-token'])).size).toBe(1);
  expect(runIdOf(await start(action.name, NOTE, key))).toBe(runIdOf(answers[0] as never));
  const other = await start(action.id, { inputs: { note: 'y' } }, key);
  expect(told(other)).toEqual([422, 'this Idempotency-Key was used for another request']);
  expect(told(await start(action.id, NOTE, { 'idempotency-key': 'a b' }))[0]).toBe(400);
});

test('an action that takes no second run on an asset refuses it, and knows its own again by the key', async () => {
  const { db } = library.database.store;
  const alone = await applyAction(db, { concurrency: 'reject', nodes: [createNode('a')] });
  const key = { 'idempotency-key': 'alone' };
  const first = await start(alone.id, undefined, key);
  const second = await start(alone.id);
  expect(told(second)).toEqual([
    409,
    `Run ${String(runIdOf(first))} of this action on the asset is under way, and it takes no second one`,
  ]);
  expect(second.json()).toMatchObject({ code: 'run_under_way' });
  expect(runIdOf(await start(alone.id, undefined, key))).toBe(runIdOf(first));
  const elsewhere = await library.addAsset();
  expect((await library.call('POST', `${actionsOf(elsewhere.key)}/${alone.id}`)).statusCode).toBe(200);
});

test('of many at once that action takes one', async () => {
  const alone = await applyAction(library.database.store.db, { concurrency: 'reject' });
  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => start(alone.id)));
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409, 409, 409]);
});

test('an asset in the trash bin takes no action, but still tells its runs; a folder is an asset like any other', async () => {
  const { db } = library.database.store;
  const asset = await library.addAsset();
  await library.call('POST', `${actionsOf(asset.key)}/${action.id}`, NOTE);
  expect((await library.call('POST', `/api/v2/assets/${asset.key}/trash_bin`)).statusCode).toBe(200);
  const answer = await library.call('POST', `${actionsOf(asset.key)}/${action.id}`, NOTE);
  expect(told(answer)).toEqual([400, 'Can not start actions on Assets that is in trash bin']);
  expect(answer.json()).toMatchObject({ code: 'in_trash' });
  const { dag_action_runs: runs } = (await library.call('GET', runsOf(asset.key))).json<{ dag_action_runs: unknown[] }>(); // prettier-ignore
  expect(runs).toHaveLength(1);
  const folder = await createFolder(db, { projectId: library.project.id, ownerId: library.ann.id });
  expect((await library.call('POST', `${actionsOf(folder.key)}/${action.id}`, NOTE)).statusCode).toBe(200);
});

test('an administrator has every permission', async () => {
  const { pool } = library.database.store;
  await pool.query('delete from permissions where user_id = $1', [library.ann.id]);
  expect((await library.call('GET', actionsOf())).statusCode).toBe(403);
  await pool.query('update users set admin = true where id = $1', [library.ann.id]);
  expect((await library.call('GET', actionsOf())).statusCode).toBe(200);
  expect((await start(action.id, NOTE)).statusCode).toBe(200);
});
