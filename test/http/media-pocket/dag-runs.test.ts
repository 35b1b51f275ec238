import { toStoredWait } from '../../../src/domain/approval-form';
import { createNode } from '../../support/dag-actions';
import { applyAction, bringRun, endRun, type NodeNow, type TestRun } from '../../support/dag-runs';
import { createDagLibrary, type DagLibrary, told } from './dag-library';

let library: DagLibrary;

const db = () => library.database.store.db;
const FORM = { note: { type: 'string', required: true }, stars: { type: 'integer', required: false } } as const;
const WAIT = toStoredWait({ message: 'Fine?', form: FORM, onTimeout: 'fail', deadline: '2026-04-01T00:00:00.000Z' });
const NODES = [
  createNode('meta'),
  createNode('tell', { needs: ['meta'] }),
  createNode('then', { needs: ['tell'] }),
  createNode('sign', { uses: 'approval', with: { message: 'Fine?' } }),
  createNode('other'),
];
const FAILED = { state: 'failed', error: { code: 'http_status', message: 'answered 500', retryable: true } } as const;
const HALFWAY = {
  meta: { state: 'succeeded', output: { width: 1 } },
  tell: FAILED,
  then: { state: 'omitted', cause: 'failure' },
} as const;
const SIGNED: Record<string, NodeNow> = { sign: { state: 'succeeded' }, other: { state: 'cancelled' } };

beforeAll(async () => {
  library = await createDagLibrary();
});
afterAll(() => library.close());

const runsOf = (asset = library.asset.key) => `/api/v2/assets/${asset}/dag_action_runs`;
const urlOf = ({ runId }: TestRun, rest = '') => `${runsOf()}/${runId}${rest}`;

async function aWaitingRun(): Promise<TestRun> {
  const run = await library.run(await applyAction(db(), { nodes: NODES }));
  await bringRun(db(), run, { ...HALFWAY, sign: { state: 'waiting', waiting: WAIT }, other: { state: 'running' } });
  return run;
}

async function aFailedRun(nodes = NODES): Promise<TestRun> {
  const run = await library.run(await applyAction(db(), { nodes }));
  await bringRun(db(), run, { ...HALFWAY, ...SIGNED });
  await endRun(db(), run, 'cancelled');
  return run;
}

interface Node {
  readonly id: string;
  readonly state: string;
  readonly kept: boolean;
  readonly output: unknown;
}

interface Run {
  readonly dag_action_run: {
    readonly id: number;
    readonly nodes: readonly Node[];
    readonly dag_action_run_messages: readonly { readonly id: number; readonly message: string }[];
  };
}

const nodesOf = (answer: { json: () => unknown }) =>
  (answer.json() as Run).dag_action_run.nodes.map(({ id, state, kept }) => `${id} ${state}${kept ? ' kept' : ''}`);

test('a run is told with its nodes, what they gave, why they failed and what they wait for', async () => {
  const run = await aWaitingRun();
  const answer = await library.call('GET', urlOf(run));
  expect(answer.statusCode).toBe(200);
  const self = `http://f.test${urlOf(run)}`;
  expect(answer.json()).toEqual({
    dag_action_run: {
      id: Number(run.runId),
      status: 'running',
      created_at: expect.any(String),
      dag_action: { id: Number(run.action.id), name: run.action.name, description: 'For tests', category: 'Tests' },
      dag_action_run_messages: [
        { id: expect.any(Number), message: 'Set in queue...', created_at: expect.any(String) },
        ...['meta succeeded', 'tell failed', 'then omitted', 'sign waiting', 'other running'].map((text) => ({
          ...{ id: expect.any(Number) as number, message: `Node ${text}`, created_at: expect.any(String) as string },
          ...{ node: text.split(' ')[0], attempt: 1 },
        })),
      ],
      version: 1,
      origin: 'start',
      origin_run_id: null,
      asset_id: library.asset.key,
      inputs: {},
      created_by: library.ann.email,
      reason: null,
      finished_at: null,
      job: run.token,
      can_resume: false,
      nodes: [
        expect.objectContaining({ id: 'meta', uses: 'update_asset', needs: [], state: 'succeeded', output: { width: 1 } }), // prettier-ignore
        expect.objectContaining({ id: 'tell', needs: ['meta'], state: 'failed', attempts: 1, error: FAILED.error }),
        expect.objectContaining({ id: 'then', state: 'omitted', cause: 'failure', started_at: null }),
        {
          ...{ id: 'sign', uses: 'approval', needs: [], state: 'waiting', cause: null, attempts: 1, output: null },
          error: null,
          waiting: { message: 'Fine?', form: FORM, deadline: '2026-04-01T00:00:00.000Z', decision: null },
          ...{ kept: false, started_at: expect.any(String), finished_at: null },
        },
        expect.objectContaining({ id: 'other', state: 'running', waiting: null }),
      ],
      links: {
        ...{ self, messages: `${self}/messages`, events: `${self}/events` },
        ...{ job: `http://f.test/api/jobs/${run.token}`, origin: null },
      },
    },
  });
  expect((await library.call('GET', `${runsOf()}/${run.token}`)).json()).toEqual(answer.json());
});

test('messages come in order, after the one that was seen', async () => {
  const run = await aWaitingRun();
  interface Page { dag_action_run_messages: { id: number; message: string }[]; next_after: number; ended: boolean } // prettier-ignore
  const read = async (query: string) => (await library.call('GET', urlOf(run, `/messages${query}`))).json<Page>();
  const first = await read('?limit=2');
  expect(first.dag_action_run_messages.map(({ message }) => message)).toEqual(['Set in queue...', 'Node meta succeeded']); // prettier-ignore
  expect([first.next_after, first.ended]).toEqual([first.dag_action_run_messages[1]?.id, false]);
  await endRun(db(), run, 'cancelled');
  const rest = await read(`?after=${String(first.next_after)}`);
  expect(rest.dag_action_run_messages.map(({ message }) => message).slice(0, 2)).toEqual(['Node tell failed', 'Node then omitted']); // prettier-ignore
  expect(rest.dag_action_run_messages.at(-1)?.message).toBe('Run ended: cancelled');
  expect(rest.ended).toBe(true);
  const end = await read(`?after=${String(rest.next_after)}`);
  expect(end).toEqual({ dag_action_run_messages: [], next_after: rest.next_after, ended: true });
});

test.each(['0', '999999', 'nothing', '-1', '01a1fe3b-d692-7dc5-859d-ed698620050d'])(
  'no run is called %s',
  async (id) => {
    const error = `Couldn't find DagActionRun with 'id'=${id} [WHERE "dag_action_runs"."asset_id" = $1]`;
    for (const rest of ['', '/messages', '/events']) {
      expect(told(await library.call('GET', `${runsOf()}/${id}${rest}`))).toEqual([404, error]);
    }
    for (const rest of ['/resume', '/rerun', '/nodes/sign/approval']) {
      expect(told(await library.call('POST', `${runsOf()}/${id}${rest}`, { from: 1 }))).toEqual([404, error]);
    }
  },
);

test('a run is not found under another asset, and not at all by who may not see the asset', async () => {
  const [run, other] = [await aWaitingRun(), await library.addAsset()];
  for (const [method, rest] of [['GET', ''], ['GET', '/messages'], ['GET', '/events'], ['POST', '/resume'], ['POST', '/rerun'], ['POST', '/nodes/sign/approval']] as const) {
    expect((await library.call(method, `${runsOf(other.key)}/${run.runId}${rest}`)).statusCode).toBe(404);
    const foreign = await library.call(method, urlOf(run, rest), undefined, { 'x-api-key': library.strangerKey });
    expect(told(foreign)).toEqual([404, 'asset not found']);
    const permission = method === 'GET' ? 'ACTIONS_VIEW' : 'ACTIONS_START';
    const reading = await library.call(method, urlOf(run, rest), undefined, { 'x-api-key': library.readerKey });
    expect(told(reading)).toEqual([403, `Permission denied. Must have ${permission} permissions.`]);
  } // prettier-ignore
});

test('a resumption keeps what succeeded, and is answered while it is under way', async () => {
  const run = await aFailedRun();
  const answer = await library.call('POST', urlOf(run, '/resume'));
  expect(answer.statusCode).toBe(200);
  expect(nodesOf(answer)).toEqual(['meta succeeded kept', 'tell pending', 'then pending', 'sign succeeded kept', 'other pending']); // prettier-ignore
  expect(answer.json()).toMatchObject({
    dag_action_run: {
      origin: 'resume',
      origin_run_id: Number(run.runId),
      links: { origin: `http://f.test${urlOf(run)}` },
    },
  });
  const token = answer.headers['job-token'];
  expect(library.facade.dispatched.at(-1)).toMatchObject({ token, kind: 'dag_action_run' });
  const again = await library.call('POST', urlOf(run, '/resume'));
  expect(again.headers['job-token']).toBe(token);
  const origin = await library.call('GET', urlOf(run));
  expect(origin.json()).toMatchObject({ dag_action_run: { status: 'cancelled', can_resume: true } });
  expect(nodesOf(origin)).toEqual(['meta succeeded', 'tell failed', 'then omitted', 'sign succeeded', 'other cancelled']); // prettier-ignore
});

test('a resumption from a node leaves out what is unfinished elsewhere', async () => {
  const answer = await library.call('POST', urlOf(await aFailedRun(), '/resume'), { from: 'tell' });
  expect(nodesOf(answer)).toEqual(['meta succeeded kept', 'tell pending', 'then pending', 'sign succeeded kept', 'other omitted kept']); // prettier-ignore
});

test('a rerun does everything anew, or a node with what depends on it', async () => {
  const run = await aFailedRun();
  expect(nodesOf(await library.call('POST', urlOf(run, '/rerun')))).toEqual(NODES.map(({ id }) => `${id} pending`));
  const from = await library.call('POST', urlOf(run, '/rerun'), { from: 'sign' });
  expect(nodesOf(from)).toEqual(['meta succeeded kept', 'tell pending', 'then pending', 'sign pending', 'other pending']); // prettier-ignore
});

test('a rerun keeps to the version of its run, unless the newest is asked for', async () => {
  const run = await aFailedRun();
  await applyAction(db(), { name: run.action.name, inputs: { size: { type: 'integer', default: 3 } }, nodes: [createNode('meta'), createNode('new')] }); // prettier-ignore
  const versionOf = async (body: unknown) => (await library.call('POST', urlOf(run, '/rerun'), body)).json<{ dag_action_run: { version: number; inputs: unknown } }>().dag_action_run; // prettier-ignore
  expect(await versionOf({})).toMatchObject({ version: 1, inputs: {} });
  expect(await versionOf({ newest: true })).toMatchObject({ version: 2, inputs: { size: 3 } });
  const newest = await library.call('POST', urlOf(run, '/rerun'), { newest: true, from: 'new' });
  expect(nodesOf(newest)).toEqual(['meta succeeded kept', 'new pending']);
  expect(told(await library.call('POST', urlOf(run, '/rerun'), { newest: true, from: 'tell' }))[0]).toBe(404);
});

test('a newest version that asks for an input which the run had not is refused', async () => {
  const run = await aFailedRun();
  await applyAction(db(), { name: run.action.name, inputs: { size: { type: 'integer' } } });
  expect(told(await library.call('POST', urlOf(run, '/rerun'), { newest: true }))).toEqual([422, 'Missing parameter inputs.size']); // prettier-ignore
});

test('resume and rerun are refused where they make no sense', async () => {
  const [waiting, failed] = [await aWaitingRun(), await aFailedRun()];
  const fine = await library.run(await applyAction(db()));
  await bringRun(db(), fine, { a: { state: 'succeeded' } });
  await endRun(db(), fine);
  for (const [run, path, body, status, error] of [
    [waiting, '/resume', {}, 409, 'The run has not ended: its job is running'],
    [waiting, '/rerun', {}, 409, 'The run has not ended: its job is running'],
    [fine, '/resume', {}, 409, 'Nothing of the run is unfinished: it can be rerun'],
    [failed, '/resume', { from: 'meta' }, 409, 'Node meta has done its part: the run can be rerun from it'],
    [failed, '/resume', { from: 'x' }, 404, `Couldn't find DagActionRunNode with 'id'=x [WHERE "dag_action_run_nodes"."dag_action_run_id" = $1]`],
    [failed, '/rerun', { from: 'x' }, 404, `Couldn't find DagActionRunNode with 'id'=x [WHERE "dag_action_run_nodes"."dag_action_run_id" = $1]`],
    [failed, '/resume', { from: 1 }, 422, `Invalid parameter 'from' value 1: Must be a String`],
    [failed, '/rerun', { from: [] }, 422, `Invalid parameter 'from' value []: Must be a String`],
    [failed, '/rerun', { newest: 'true' }, 422, `Invalid parameter 'newest' value "true": Must be one of: <code>true</code>, <code>false</code>.`],
    [failed, '/rerun', [], 400, 'the body must be a JSON object'],
  ] as const) {
    expect([path, body, ...told(await library.call('POST', urlOf(run, path), body))]).toEqual([path, body, status, error]);
  } // prettier-ignore
});

test('the same Idempotency-Key makes one rerun, also at once', async () => {
  const run = await aFailedRun();
  const rerun = (body: unknown) => library.call('POST', urlOf(run, '/rerun'), body, { 'idempotency-key': run.token });
  const answers = await Promise.all([{}, {}, {}].map(rerun));
  expect(new Set(answers.map(({ headers }) => headers['job-token'])).size).toBe(1);
  expect(told(await rerun({ from: 'meta' }))).toEqual([422, 'this Idempotency-Key was used for another request']);
});

test('a run of an asset in the trash bin is not done over', async () => {
  const asset = await library.addAsset();
  const action = await applyAction(db());
  const started = await library.call('POST', `/api/v2/assets/${asset.key}/dag_actions/${action.id}`);
  const { id } = started.json<Run>().dag_action_run;
  await db().updateTable('jobs').set({ state: 'failed', outcome: 'failed', finished_at: new Date() }).where('uuid', '=', String(started.headers['job-token'])).execute(); // prettier-ignore
  await library.call('POST', `/api/v2/assets/${asset.key}/trash_bin`);
  for (const path of ['resume', 'rerun']) {
    expect(told(await library.call('POST', `${runsOf(asset.key)}/${String(id)}/${path}`))).toEqual([400, 'Can not start actions on Assets that is in trash bin']); // prettier-ignore
  }
});

test('an approval is answered once, and its workflow is woken', async () => {
  const run = await aWaitingRun();
  const answer = (body: unknown) => library.call('POST', urlOf(run, '/nodes/sign/approval'), body);
  const values = { note: 'good', stars: 5 };
  const first = await answer({ decision: 'approve', values });
  expect(first.statusCode).toBe(200);
  const sign = first.json<Run>().dag_action_run.nodes.find(({ id }) => id === 'sign');
  expect(sign).toMatchObject({ state: 'waiting', waiting: { decision: 'approve' } });
  expect(library.facade.nudged.at(-1)).toBe(run.token);
  expect((await answer({ decision: 'approve', values })).statusCode).toBe(200);
  expect(told(await answer({ decision: 'reject' }))).toEqual([409, `Node sign was answered by ${library.ann.email}: approve`]); // prettier-ignore
});

test('an approval is refused for what it says, and where nothing waits for it', async () => {
  const run = await aWaitingRun();
  for (const [node, body, status, error] of [
    ['sign', undefined, 422, 'Missing parameter decision'],
    ['sign', { decision: 'maybe' }, 422, `Invalid parameter 'decision' value "maybe": Must be one of: <code>approve</code>, <code>reject</code>.`],
    ['sign', { decision: 'approve', values: [] }, 422, `Invalid parameter 'values' value []: Must be an Object`],
    ['sign', { decision: 'approve' }, 422, 'Missing parameter values.note'],
    ['sign', { decision: 'approve', values: { note: 1 } }, 422, `Invalid parameter 'values.note' value 1: Must be a text`],
    ['sign', { decision: 'approve', values: { note: 'x', more: 1 } }, 422, `Invalid parameter 'values.more' value 1: Is not a field of the form`],
    ['x', { decision: 'approve' }, 404, `Couldn't find DagActionRunNode with 'id'=x [WHERE "dag_action_run_nodes"."dag_action_run_id" = $1]`],
    ['tell', { decision: 'approve' }, 409, 'Node tell does not wait for an approval: it is failed'],
    ['sign', [], 400, 'the body must be a JSON object'],
  ] as const) {
    const answer = await library.call('POST', urlOf(run, `/nodes/${node}/approval`), body);
    expect([node, body, ...told(answer)]).toEqual([node, body, status, error]);
  } // prettier-ignore
});
