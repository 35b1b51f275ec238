import { type EndedNode, planRerun, planResume } from '../../src/domain/dag-rerun';
import type { NodeState } from '../../src/domain/dag-run';

/** a ← b ← c, a ← d, and e by itself. */
const GRAPH = [
  { id: 'a', uses: 'wait', needs: [] },
  { id: 'b', uses: 'wait', needs: ['a'] },
  { id: 'c', uses: 'wait', needs: ['b'] },
  { id: 'd', uses: 'wait', needs: ['a'] },
  { id: 'e', uses: 'wait', needs: [] },
] as const;

const STATES = { s: 'succeeded', f: 'failed', k: 'skipped', o: 'omitted', O: 'omitted', c: 'cancelled' } as const;

/** One letter for each node; O: omitted for want of a skipped one. */
function ended(letters: string): EndedNode[] {
  return GRAPH.map(({ id, uses }, at) => {
    const letter = letters[at] as keyof typeof STATES;
    const state: NodeState = STATES[letter];
    return { id, uses, state, cause: state === 'omitted' ? (letter === 'O' ? 'skip' : 'failure') : null };
  });
}

/** Kept nodes, a bar, and those that are left out; or why not. */
function told(verdict: ReturnType<typeof planResume>): string {
  return verdict.kind === 'refused' ? verdict.refusal : `${verdict.plan.kept.join('')}|${verdict.plan.left.join('')}`;
}

test.each([
  ['sfosf', null, 'ad|'],
  ['sfssf', null, 'acd|'],
  ['skOss', null, 'nothing_unfinished'],
  ['sssss', null, 'nothing_unfinished'],
  ['skOsf', null, 'abd|'],
  ['scccc', null, 'a|'],
  ['sfosf', 'b', 'ad|e'],
  ['sfosf', 'e', 'ad|bc'],
  ['sfssf', 'b', 'acd|e'],
  ['fooos', 'a', 'e|'],
  ['sfosf', 'd', 'node_finished'],
  ['skOsf', 'c', 'node_finished'],
  ['sfosf', 'x', 'unknown_node'],
])('a resumption of %s from %s keeps and leaves out %s', (states, from, plan) => {
  expect(told(planResume(ended(states), GRAPH, from))).toBe(plan);
});

test.each([
  ['sssss', null, '|'],
  ['sssss', 'a', 'e|'],
  ['sssss', 'b', 'ade|'],
  ['sssss', 'e', 'abcd|'],
  ['sfosf', 'd', 'a|'],
  ['skOss', 'd', 'abe|'],
  ['sssss', 'x', 'unknown_node'],
])('a rerun of %s from %s keeps %s', (states, from, plan) => {
  expect(told(planRerun(ended(states), GRAPH, from))).toBe(plan);
});

test('a rerun with another version keeps the nodes that are there and of the same kind', () => {
  const newer = [
    { id: 'a', uses: 'move', needs: [] },
    { id: 'd', uses: 'wait', needs: [] },
    { id: 'n', uses: 'wait', needs: ['d'] },
    { id: 'e', uses: 'wait', needs: ['n'] },
  ] as const;
  expect(told(planRerun(ended('sssss'), newer, 'n'))).toBe('d|');
  expect(told(planRerun(ended('sssss'), newer, 'b'))).toBe('unknown_node');
});
