import { findQueuedNodes } from '../../src/domain/dag-queued';
import type { GraphNode, NodeStanding, NodeState } from '../../src/domain/dag-run';

const node = (id: string, needs: readonly number[] = [], more: Partial<GraphNode> = {}): GraphNode => ({ id, needs, trigger: 'all_success', continues: false, ...more }); // prettier-ignore
const standing = (state: NodeState): NodeStanding => ({ state, cause: null });
const RUN = { jobState: 'running', isCancelled: false, failFast: false } as const;

const GRAPH = [node('a'), node('b', [0]), node('c', [0]), node('d', [1]), node('clean', [3], { trigger: 'always' })];
const STANDINGS = (['succeeded', 'running', 'pending', 'pending', 'pending'] as const).map(standing);

test('what could begin and has not is queued; what its needs keep waiting is not', () => {
  expect([...findQueuedNodes(GRAPH, STANDINGS, RUN)]).toEqual([2]);
});

test.each(['queued', 'paused', 'done', 'cancelled', 'failed', 'rejected'] as const)(
  'in a run that is %s nothing is',
  (jobState) => {
    expect(findQueuedNodes(GRAPH, STANDINGS, { ...RUN, jobState }).size).toBe(0);
  },
);

test('after a failure a run that fails fast has nothing queued but what cleans up', () => {
  const failed = [standing('succeeded'), standing('failed'), ...STANDINGS.slice(2)];
  expect([...findQueuedNodes(GRAPH, failed, { ...RUN, failFast: true })]).toEqual([4]);
  expect([...findQueuedNodes(GRAPH, failed, RUN)]).toEqual([2, 4]);
});

test('in a cancelled run only what cleans up is', () => {
  const stopped = (['succeeded', 'cancelled', 'cancelled', 'cancelled', 'pending'] as const).map(standing);
  expect([...findQueuedNodes(GRAPH, stopped, { ...RUN, isCancelled: true })]).toEqual([4]);
  expect([...findQueuedNodes(GRAPH, STANDINGS, { ...RUN, isCancelled: true })]).toEqual([4]);
});
