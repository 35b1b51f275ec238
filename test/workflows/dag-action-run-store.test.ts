import { newUuid } from '../../src/store/ids';
import { readJob } from '../../src/store/jobs';
import { createNode } from '../support/dag-actions';
import { applyAction, createTestRun, DONE, messagesOf, readRun, statesOf } from '../support/dag-engine';
import { createUser } from '../support/fixtures';
import { until } from '../support/until';
import { client, HTTP, isIn, lib, start, store, taskQueue, useDagStack, world } from './dag-stack';

useDagStack();

test('a chain of nodes runs in its order, each effect once, and the job counts them', async () => {
  const nodes = [createNode('a'), createNode('b', { needs: ['a'], uses: 'http_request', with: { url: 'https://x.test' } }), createNode('c', { needs: ['b'] })]; // prettier-ignore
  const run = await createTestRun(lib(), { nodes });
  const handle = await start(run);
  expect(await handle.result()).toMatchObject({ state: 'done', outcome: 'succeeded', counts: { total: 3, succeeded: 3, remaining: 0 } }); // prettier-ignore
  const { tags } = await store().db.selectFrom('assets').select('tags').where('id', '=', lib().asset.id).executeTakeFirstOrThrow(); // prettier-ignore
  expect(tags).toEqual(['a', 'c']);
  expect(await messagesOf(store(), run.token)).toEqual([
    'Set in queue...',
    'Run started',
    'Node a started',
    'Node a succeeded',
    'Node b started',
    'Node b succeeded',
    'Node c started',
    'Node c succeeded',
    'Run ended: succeeded',
  ]);
  expect(await readJob(store().db, run.token)).toMatchObject({ state: 'done', waitingReason: null });
});

test('a failure omits what needs it, and the other branch goes on', async () => {
  world.outside = ({ node }) =>
    Promise.resolve(
      node.id === 'bad' ? { kind: 'failed', code: 'http_500', message: 'HTTP 500', retryable: false } : DONE,
    );
  const nodes = [createNode('bad', HTTP), createNode('b', { needs: ['bad'] }), createNode('c', HTTP), createNode('d', { needs: ['b', 'c'], trigger: 'all_done' })]; // prettier-ignore
  const run = await createTestRun(lib(), { nodes });
  expect(await (await start(run)).result()).toMatchObject({ outcome: 'with_failures', counts: { total: 4, succeeded: 2, skipped: 1, failed: 1, remaining: 0 } }); // prettier-ignore
  expect(await statesOf(store(), run.token)).toEqual({ bad: 'failed', b: 'omitted', c: 'succeeded', d: 'succeeded' }); // prettier-ignore
});

test('a server that fails is tried again, counted in the store, and its failure may be waved through', async () => {
  let asked = 0;
  const keys = new Set<string>();
  world.outside = ({ idempotencyKey, node }) => {
    asked += 1;
    keys.add(idempotencyKey);
    const isLast = node.id === 'a' && asked === 3;
    return Promise.resolve(isLast ? DONE : { kind: 'failed', code: 'http_503', message: 'HTTP 503', retryable: true });
  };
  const retry = { maxAttempts: 3, initialIntervalMs: 20, backoff: 2, maxIntervalMs: 100, totalMs: null };
  const nodes = [createNode('a', { ...HTTP, retry }), createNode('b', { ...HTTP, needs: ['a'], onFailure: 'continue' }), createNode('c', { needs: ['b'] })]; // prettier-ignore
  const run = await createTestRun(lib(), { nodes });
  expect(await (await start(run)).result()).toMatchObject({ state: 'done', counts: { succeeded: 2, failed: 1 } });
  expect(keys).toEqual(new Set([`${run.token}:a`, `${run.token}:b`]));
  const { nodes: records, status } = await readRun(store(), run.token);
  expect(records.map(({ state, attempts }) => [state, attempts])).toEqual([['succeeded', 3], ['failed', 1], ['succeeded', 1]]); // prettier-ignore
  expect(status).toBe('succeeded');
  expect(await messagesOf(store(), run.token)).toEqual([
    'Set in queue...',
    'Run started',
    'Node a started',
    'Node a failed (attempt 1 of 3): HTTP 503; next attempt in 20 ms',
    'Node a started (attempt 2 of 3)',
    'Node a failed (attempt 2 of 3): HTTP 503; next attempt in 40 ms',
    'Node a started (attempt 3 of 3)',
    'Node a succeeded',
    'Node b started',
    'Node b failed: HTTP 503',
    'Node c started',
    'Node c succeeded',
    'Run ended: succeeded',
  ]);
});

test('an approval waits for a person, who answers through Temporal', async () => {
  const nodes = [createNode('gate', { uses: 'approval', with: { message: 'may it?' } }), createNode('a', { needs: ['gate'] })]; // prettier-ignore
  const run = await createTestRun(lib(), { nodes });
  const handle = await start(run);
  await until(isIn(run, 'gate', 'waiting'));
  expect(await readJob(store().db, run.token)).toMatchObject({ waitingReason: 'Node gate is waiting for approval: may it?' }); // prettier-ignore
  const answer = (input: unknown) => handle.executeUpdate('answerApproval', { args: [input] });
  await expect(answer({ node: 'gate', decision: 'maybe', by: 'x' })).rejects.toMatchObject({ cause: { type: 'InputInvalid' } }); // prettier-ignore
  await expect(answer({ node: 'a', decision: 'approve', by: lib().user.uuid })).rejects.toMatchObject({ cause: { type: expect.any(String) } }); // prettier-ignore
  expect(await answer({ node: 'gate', decision: 'approve', by: lib().user.uuid })).toEqual({ node: 'gate', decision: 'approve' }); // prettier-ignore
  expect(await handle.result()).toMatchObject({ outcome: 'succeeded' });
  expect(await readJob(store().db, run.token)).toMatchObject({ waitingReason: null });
});

test('after a failure a run that fails fast begins nothing but what cleans up', async () => {
  world.outside = ({ node }) => Promise.resolve(node.id === 'bad' ? { kind: 'failed', code: 'no', message: 'no', retryable: false } : DONE); // prettier-ignore
  const nodes = [createNode('bad', HTTP), createNode('ok', { uses: 'wait', with: { duration: '200ms' } }), createNode('b', { needs: ['ok'] }), createNode('clean', { needs: ['b'], trigger: 'always' })]; // prettier-ignore
  const run = await createTestRun(lib(), { nodes, failFast: true });
  expect(await (await start(run)).result()).toMatchObject({ outcome: 'with_failures' });
  expect(await statesOf(store(), run.token)).toEqual({ bad: 'failed', ok: 'succeeded', b: 'omitted', clean: 'succeeded' }); // prettier-ignore
});

test('no more nodes are at work at once than the action allows', async () => {
  let [atWork, most, begun] = [0, 0, 0];
  world.outside = async () => {
    begun += 1;
    most = Math.max(most, (atWork += 1));
    // The first three wait for one another: so many may be at work, however slow the machine is.
    while (begun < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    atWork -= 1;
    return DONE;
  };
  const nodes = Array.from({ length: 12 }, (_, at) => createNode(`n${String(at)}`, HTTP));
  const run = await createTestRun(lib(), { nodes, maxParallel: 3 });
  expect(await (await start(run)).result()).toMatchObject({ counts: { succeeded: 12 } });
  expect(most).toBe(3);
});

test('a run may be started in Temporal alone, under the same checks', async () => {
  const action = await applyAction(store(), { nodes: [createNode('a')] }, lib().user);
  const startWith = (input: object) =>
    client().workflow.start('dagActionRunWorkflow', { taskQueue: taskQueue(), workflowId: newUuid(), args: [input] }); // prettier-ignore
  const input = { asset: lib().asset.uuid, action: action.name, requested_by: lib().user.email };
  const handle = await startWith(input);
  expect(await handle.result()).toMatchObject({ outcome: 'succeeded', counts: { total: 1, succeeded: 1 } });
  const failures: readonly (readonly [object, object])[] = [
    [
      { ...input, action: 'No such action' },
      { type: 'InputInvalid', message: 'action: there is no such action' },
    ],
    [
      { ...input, inputs: { x: 1 } },
      { type: 'InputInvalid', message: 'inputs.x: is not an input of this action' },
    ],
    [{ ...input, requested_by: (await createUser(store().db)).email }, { type: 'Forbidden' }],
    [{ asset: lib().asset.uuid, run_ref: newUuid(), requested_by: lib().user.email }, { type: 'InputInvalid' }],
  ];
  for (const [bad, failure] of failures) {
    await expect((await startWith(bad)).result()).rejects.toMatchObject({ cause: { cause: failure } });
  }
});
