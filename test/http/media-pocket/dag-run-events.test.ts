import { createNode } from '../../support/dag-actions';
import { addRun, applyAction, bringRun, endRun, type TestRun } from '../../support/dag-runs';
import { createAssets } from '../../support/fixtures';
import { openEventStream, type StreamConnection } from '../sync-client';
import { createDagLibrary, type DagLibrary, told } from './dag-library';

let library: DagLibrary;
let address: string;

const db = () => library.database.store.db;
const NODES = [createNode('a'), createNode('b')];

beforeAll(async () => {
  library = await createDagLibrary();
  address = await library.facade.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => library.close());

interface Told {
  readonly status: string;
  readonly nodes: readonly { readonly id: string; readonly state: string }[];
  readonly dag_action_run_messages: readonly { readonly message: string }[];
}

async function next(stream: StreamConnection): Promise<Told> {
  const { value } = await stream.messages.next();
  if (value?.event !== 'message') throw new Error(`the stream said ${JSON.stringify(value)}`);
  return (JSON.parse(value.data) as { dag_action_run: Told }).dag_action_run;
}

const pathOf = (asset: string, { runId }: TestRun) => `/api/v2/assets/${asset}/dag_action_runs/${runId}/events`;

async function inProject() {
  const run = await library.run(await applyAction(db(), { nodes: NODES }));
  return { run, path: pathOf(library.asset.key, run) };
}

async function outsideAny() {
  const [asset] = await createAssets(db(), { projectId: null, ownerId: library.ann.id }, 1);
  if (asset === undefined) throw new Error('no asset');
  const run = await addRun(db(), await applyAction(db(), { nodes: NODES }), asset, library.ann);
  return { run, path: pathOf(asset.key, run) };
}

test.each([
  ['in a project', inProject],
  ['outside any project', outsideAny],
])('a run %s is told as it is, after each change, and at its end, which ends the stream', async (_where, make) => {
  const { run, path } = await make();
  const stream = await openEventStream(`${address}${path}`, { key: library.annKey });
  expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  expect((await next(stream)).nodes.map(({ state }) => state)).toEqual(['pending', 'pending']);
  await bringRun(db(), run, { a: { state: 'succeeded' } });
  let seen = await next(stream);
  while (seen.nodes[0]?.state !== 'succeeded') seen = await next(stream);
  await bringRun(db(), run, { b: { state: 'succeeded' } });
  await endRun(db(), run);
  while (seen.status === 'running') seen = await next(stream);
  expect(seen).toMatchObject({ status: 'succeeded', nodes: [{ state: 'succeeded' }, { state: 'succeeded' }] });
  expect(seen.dag_action_run_messages.map(({ message }) => message)).toEqual(['Set in queue...', 'Node a succeeded', 'Node b succeeded', 'Run ended: succeeded']); // prettier-ignore
  expect(await stream.messages.next()).toEqual({ done: true, value: undefined });
});

test('who has seen the end is told to stop; others are told the end', async () => {
  const { run, path } = await inProject();
  await bringRun(db(), run, { a: { state: 'succeeded' }, b: { state: 'failed' } });
  await endRun(db(), run);
  const first = await library.call('GET', path);
  expect([first.statusCode, first.body]).toEqual([200, expect.stringContaining('"status":"failed"')]);
  const [, id = ''] = /^id: (.*)$/m.exec(first.body) ?? [];
  expect((await library.call('GET', path, undefined, { 'last-event-id': id })).statusCode).toBe(204);
  expect((await library.call('GET', path, undefined, { 'last-event-id': '1' })).statusCode).toBe(200);
});

test('the messages of a run in a project are sync events, in their order', async () => {
  const { run } = await inProject();
  await bringRun(db(), run, { a: { state: 'succeeded' }, b: { state: 'failed' } });
  await endRun(db(), run);
  const { rows } = await library.database.store.pool.query<{ message: string }>(
    "select data ->> 'message' as message from sync_events where data_type = 'dag_action_run_messages' and data ->> 'job' = $1 order by cursor",
    [run.token],
  );
  expect(rows.map(({ message }) => message)).toEqual(['Set in queue...', 'Node a succeeded', 'Node b failed', 'Run ended: failed']); // prettier-ignore
});

test('a stream ends with a refusal when the permission is taken away', async () => {
  const { run, path } = await inProject();
  const answer = await library.call('GET', path, undefined, { 'x-api-key': library.readerKey });
  expect(told(answer)).toEqual([403, 'Permission denied. Must have ACTIONS_VIEW permissions.']);
  const stream = await openEventStream(`${address}${path}`, { key: library.annKey });
  await next(stream);
  await library.database.store.pool.query('delete from permissions where user_id = $1', [library.ann.id]);
  await bringRun(db(), run, { a: { state: 'running' } });
  const { value } = await stream.messages.next();
  expect(value).toMatchObject({ event: 'refused', data: '{"error":"Permission denied. Must have ACTIONS_VIEW permissions."}' }); // prettier-ignore
});
