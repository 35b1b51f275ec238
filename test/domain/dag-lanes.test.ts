import { findFollowers, isBrief, laneFrom, type LaneNode, toBatches } from '../../src/domain/dag-lanes';
import type { NodeStanding } from '../../src/domain/dag-run';

const PENDING: NodeStanding = { state: 'pending', cause: null };

function graphOf(...nodes: readonly (Partial<LaneNode> & { readonly id: string })[]): readonly LaneNode[] {
  return nodes.map((node) => ({ needs: [], trigger: 'all_success', continues: false, place: 'store', uses: 'update_asset', ...node })); // prettier-ignore
}

const lanesOf = (graph: readonly LaneNode[], first = 0, standings = graph.map(() => PENDING)) =>
  laneFrom(first, findFollowers(graph), standings);

test('a chain is one lane', () => {
  expect(lanesOf(graphOf({ id: 'a' }, { id: 'b', needs: [0] }, { id: 'c', needs: [1] }))).toEqual([0, 1, 2]);
});

test.each([
  ['a node that needs another one too', graphOf({ id: 'a' }, { id: 'x' }, { id: 'b', needs: [0, 1] })],
  ['one of two that follow', graphOf({ id: 'a' }, { id: 'b', needs: [0] }, { id: 'c', needs: [0] })],
  ['a node that works outside', graphOf({ id: 'a' }, { id: 'b', needs: [0], place: 'outside', uses: 'webhook' })],
  ['a loop', graphOf({ id: 'a' }, { id: 'b', needs: [0], uses: 'for_each' })],
  ['a node for when something has failed', graphOf({ id: 'a' }, { id: 'b', needs: [0], trigger: 'one_failed' })],
])('a lane does not go on with %s', (_what, graph) => {
  expect(lanesOf(graph)).toEqual([0]);
});

test.each(['all_success', 'all_done', 'one_success', 'none_failed', 'always'] as const)(
  'a lane goes on with a node of the rule %s, which a success fulfils',
  (trigger) => {
    expect(lanesOf(graphOf({ id: 'a' }, { id: 'b', needs: [0], trigger }))).toEqual([0, 1]);
  },
);

test('a need that is written twice is one need', () => {
  expect(lanesOf(graphOf({ id: 'a' }, { id: 'b', needs: [0, 0] }))).toEqual([0, 1]);
});

test('a lane stops before a node that has begun or ended already', () => {
  const graph = graphOf({ id: 'a' }, { id: 'b', needs: [0] }, { id: 'c', needs: [1] });
  const standings: NodeStanding[] = [PENDING, PENDING, { state: 'succeeded', cause: null }];
  expect(lanesOf(graph, 0, standings)).toEqual([0, 1]);
});

test('a lane has a hundred nodes at most', () => {
  const graph = graphOf(...Array.from({ length: 150 }, (_, no) => ({ id: `n${String(no)}`, needs: no === 0 ? [] : [no - 1] }))); // prettier-ignore
  expect(lanesOf(graph)).toHaveLength(100);
});

test.each([
  [0, []],
  [1, [1]],
  [4, [1, 1, 1, 1]],
  [5, [2, 2, 1]],
  [100, [25, 25, 25, 25]],
])('%d lanes are begun by few activities', (count, sizes) => {
  const lanes = Array.from({ length: count }, (_, no) => no);
  const batches = toBatches(lanes);
  expect(batches.map((batch) => batch.length)).toEqual(sizes);
  expect(batches.flat()).toEqual(lanes);
});

test('what lies outside and what loops is not brief', () => {
  const [store, outside, loop] = graphOf({ id: 'a' }, { id: 'b', place: 'outside' }, { id: 'c', uses: 'for_each' });
  expect([store, outside, loop].map((node) => node !== undefined && isBrief(node))).toEqual([true, false, false]);
});
