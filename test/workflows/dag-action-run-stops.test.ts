import { cancelJob } from '../../src/store/job-control';
import { readJob } from '../../src/store/jobs';
import { createNode } from '../support/dag-actions';
import { applyAction, createTestRun, DONE, messagesOf, statesOf } from '../support/dag-engine';
import { until } from '../support/until';
import { aborted, HTTP, isIn, lib, start, store, useDagStack, world } from './dag-stack';

useDagStack();

test.each(['in the store', 'in Temporal'])(
  'a run cancelled %s stops what is at work, cleans up, and ends as cancelled',
  async (where) => {
    world.outside = async ({ node }, signal) => (node.id === 'slow' ? aborted(signal) : DONE);
    const nodes = [createNode('slow', HTTP), createNode('after', { needs: ['slow'] }), createNode('gate', { uses: 'approval', with: { message: 'may it?' } }), createNode('clean', { ...HTTP, needs: ['after', 'gate'], trigger: 'always' }), createNode('last', { needs: ['clean'] })]; // prettier-ignore
    const run = await createTestRun(lib(), { nodes });
    const handle = await start(run);
    await until(async () => {
      const { slow, gate } = await statesOf(store(), run.token);
      return slow === 'running' && gate === 'waiting';
    });
    if (where === 'in Temporal') await handle.cancel();
    else {
      await cancelJob(store().db, run.jobId, { id: lib().user.id, email: 'ann@example.test' }, new Date());
      expect(await readJob(store().db, run.token)).toMatchObject({ state: 'running', waitingReason: 'cancelled by ann@example.test; clean-up nodes are running' }); // prettier-ignore
      await handle.signal('controlChanged');
    }
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    expect(await statesOf(store(), run.token)).toEqual({ slow: 'cancelled', after: 'cancelled', gate: 'cancelled', clean: 'succeeded', last: 'cancelled' }); // prettier-ignore
    expect(await readJob(store().db, run.token)).toMatchObject({ state: 'cancelled', counts: { total: 5, succeeded: 1, remaining: 4 } }); // prettier-ignore
    expect((await messagesOf(store(), run.token)).at(-1)).toBe('Run ended: cancelled');
  },
);

test('a run that waits for nothing but people ends at once when it is cancelled before it began', async () => {
  const run = await createTestRun(lib(), { nodes: [createNode('a'), createNode('b', { needs: ['a'], trigger: 'always' })] }); // prettier-ignore
  await cancelJob(store().db, run.jobId, null, new Date());
  expect(await readJob(store().db, run.token)).toMatchObject({ state: 'cancelled' });
  expect(await statesOf(store(), run.token)).toEqual({ a: 'cancelled', b: 'cancelled' });
});

test('a paused run begins no node, what is at work goes on, and it is taken up again', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  world.outside = () => held.then(() => DONE);
  const run = await createTestRun(lib(), { nodes: [createNode('slow', HTTP), createNode('b', { needs: ['slow'] })] });
  const handle = await start(run);
  await until(isIn(run, 'slow', 'running'));
  expect(await handle.executeUpdate('pause', { args: [] })).toMatchObject({ state: 'paused' });
  release();
  await until(isIn(run, 'slow', 'succeeded'));
  // A word at the wrong time changes nothing.
  await handle.signal('controlChanged');
  expect(await handle.query('getProgress')).toMatchObject({ state: 'paused' });
  expect(await statesOf(store(), run.token)).toEqual({ slow: 'succeeded', b: 'pending' });
  await handle.executeUpdate('resume', { args: [] });
  expect(await handle.result()).toMatchObject({ outcome: 'succeeded' });
});

test('a second run of the action on the asset waits for the first, and begins when that has ended', async () => {
  const action = await applyAction(store(), { nodes: [createNode('gate', { uses: 'approval', with: { message: '?' } })] }, lib().user); // prettier-ignore
  const [first, second] = [await createTestRun(lib(), action), await createTestRun(lib(), action)];
  const handles = [await start(first), await start(second)] as const;
  await until(async () => (await readJob(store().db, second.token))?.waitingReason === `waiting for run ${first.runId} of this action on this asset`); // prettier-ignore
  await until(isIn(first, 'gate', 'waiting'));
  expect(await readJob(store().db, second.token)).toMatchObject({ state: 'queued' });
  const by = lib().user.uuid;
  await handles[0].executeUpdate('answerApproval', { args: [{ node: 'gate', decision: 'approve', by }] });
  await handles[0].result();
  const { nudge_due_at: nudge } = await store().db.selectFrom('jobs').select('nudge_due_at').where('uuid', '=', second.token).executeTakeFirstOrThrow(); // prettier-ignore
  expect(nudge).not.toBeNull();
  await handles[1].signal('controlChanged');
  await until(isIn(second, 'gate', 'waiting'));
  await handles[1].executeUpdate('answerApproval', { args: [{ node: 'gate', decision: 'approve', by }] });
  expect(await handles[1].result()).toMatchObject({ outcome: 'succeeded' });
});

test('a second run that cancels the first begins when that has cleaned up', async () => {
  const nodes = [createNode('gate', { uses: 'approval', with: { message: '?' } }), createNode('clean', { needs: ['gate'], trigger: 'always' })]; // prettier-ignore
  const action = await applyAction(store(), { nodes, concurrency: 'cancel' }, lib().user);
  const first = await createTestRun(lib(), action);
  const one = await start(first);
  await until(isIn(first, 'gate', 'waiting'));
  const second = await createTestRun(lib(), action);
  const two = await start(second);
  await until(async () => (await messagesOf(store(), first.token)).some((text) => text === `cancelled by run ${second.runId} of the same action on the asset`)); // prettier-ignore
  await one.signal('controlChanged');
  await expect(one.result()).rejects.toThrow();
  expect(await statesOf(store(), first.token)).toEqual({ gate: 'cancelled', clean: 'succeeded' });
  await two.signal('controlChanged');
  await until(isIn(second, 'gate', 'waiting'));
  await two.cancel();
  await expect(two.result()).rejects.toThrow();
});
