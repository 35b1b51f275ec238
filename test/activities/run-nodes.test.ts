import { MockActivityEnvironment } from '@temporalio/testing';
import type { NodeTold } from '../../src/contract/dag-action-run';
import { runLanes } from '../../src/activities/run-nodes';

const AT = '2026-03-01T10:00:00.000Z';
const told = (node: string, state: NodeTold['state'] = 'succeeded'): NodeTold => ({ node, state, cause: null, more: false, wakeAt: null }); // prettier-ignore

async function run(
  lanes: readonly (readonly string[])[],
  take: (node: string, at: string) => Promise<NodeTold>,
  environment = new MockActivityEnvironment(),
): Promise<readonly NodeTold[]> {
  const steps: unknown = await environment.run(() => runLanes({ lanes, at: AT }, take));
  return steps as readonly NodeTold[];
}

test('each lane is taken in its order, and no further than it succeeds', async () => {
  const steps = await run([['a', 'b', 'c'], ['x', 'y']], async (node) => told(node, node === 'b' ? 'failed' : 'succeeded')); // prettier-ignore
  expect(steps.map(({ node }) => node).toSorted()).toEqual(['a', 'b', 'x', 'y']);
});

test('a few lanes are at work at once', async () => {
  let [now, most] = [0, 0];
  const lanes = Array.from({ length: 20 }, (_, no) => [String(no)]);
  const steps = await run(lanes, async (node) => {
    most = Math.max(most, (now += 1));
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
    return told(node);
  });
  expect([steps.length, most]).toEqual([20, 2]);
});

test('a fault is thrown when nobody is at work any more, and nothing new is begun after it', async () => {
  const begun: string[] = [];
  let atWork = 0;
  const lanes = [['fault'], ['a', 'a2'], ['never'], ['neither']];
  const running = run(lanes, async (node) => {
    begun.push(node);
    if (node === 'fault') throw new Error('the store is away');
    atWork += 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
    atWork -= 1;
    return told(node);
  });
  await expect(running).rejects.toThrow('the store is away');
  expect(atWork).toBe(0);
  expect(begun.toSorted()).toEqual(['a', 'fault']);
});

test('who is cancelled begins nothing more, and tells what was done', async () => {
  const environment = new MockActivityEnvironment();
  const steps = await run(
    [['a', 'b']],
    async (node) => {
      environment.cancel();
      return told(node);
    },
    environment,
  );
  expect(steps.map(({ node }) => node)).toEqual(['a']);
});

test('the time of a later node is later', async () => {
  const times: string[] = [];
  await run([['a', 'b']], async (node, at) => {
    times.push(at);
    await new Promise((resolve) => setTimeout(resolve, 30));
    return told(node);
  });
  expect(times[0]?.slice(0, 19)).toBe(AT.slice(0, 19));
  expect(Date.parse(times[1] ?? '') - Date.parse(times[0] ?? '')).toBeGreaterThanOrEqual(25);
});
