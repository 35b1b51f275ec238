import { TRIGGER_RULES, type TriggerRule } from '../../src/domain/dag-action';
import type { GraphNode, NodeStanding } from '../../src/domain/dag-run';
import type { Random } from './random';

/** A graph, and how each node ends when it is run. */
export interface RandomGraph {
  readonly nodes: readonly GraphNode[];
  readonly outcomes: readonly ('succeeded' | 'failed' | 'skipped')[];
}

export function randomGraph(random: Random): RandomGraph {
  const size = 1 + random.integer(14);
  // Needs point backwards in a shuffled order, so that positions say nothing of the order.
  const places: number[] = [];
  for (let at = 0; at < size; at += 1) places.splice(random.integer(at + 1), 0, at);
  const nodes: GraphNode[] = [];
  places.forEach((at, nth) => {
    const needs = places.slice(0, nth).filter(() => random.integer(10) < 3);
    nodes[at] = { id: `n${String(at)}`, needs, trigger: random.pick(TRIGGER_RULES), continues: random.integer(10) < 2 };
  });
  const outcomes = nodes.map(() => random.pick(['succeeded', 'succeeded', 'failed', 'skipped'] as const));
  return { nodes, outcomes };
}

type Verdict = 'success' | 'failure' | 'skip';

/** Whether a rule is met when every parent has ended, one line each, written from their definitions. */
const MET: Readonly<Record<TriggerRule, (parents: readonly Verdict[]) => boolean>> = {
  all_success: (parents) => parents.every((each) => each === 'success'),
  all_done: () => true,
  always: () => true,
  one_success: (parents) => parents.some((each) => each === 'success'),
  one_failed: (parents) => parents.some((each) => each === 'failure'),
  none_failed: (parents) => parents.every((each) => each !== 'failure'),
};

/** A rule that wants a failure is not kept from running by one. */
const WANTS_FAILURE: ReadonlySet<TriggerRule> = new Set(['one_failed']);

/** How the nodes of a graph end, by the definition alone: a node asks its parents, they ask theirs. */
export function evaluateGraph({ nodes, outcomes }: RandomGraph): readonly NodeStanding[] {
  const known = new Map<number, NodeStanding>();
  const endOf = (at: number): NodeStanding => {
    const found = known.get(at);
    if (found !== undefined) return found;
    const node = nodes[at];
    if (node === undefined) throw new RangeError(`there is no node ${String(at)}`);
    const parents = node.needs.map(verdict);
    let end: NodeStanding;
    if (parents.length === 0 || MET[node.trigger](parents)) end = { state: outcomes[at] ?? 'succeeded', cause: null };
    else if (parents.includes('failure') && !WANTS_FAILURE.has(node.trigger))
      end = { state: 'omitted', cause: 'failure' };
    else end = { state: 'omitted', cause: 'skip' };
    known.set(at, end);
    return end;
  };
  function verdict(at: number): Verdict {
    const { state, cause } = endOf(at);
    if (state === 'succeeded' || (state === 'failed' && nodes[at]?.continues === true)) return 'success';
    return state === 'failed' || cause === 'failure' ? 'failure' : 'skip';
  }
  return nodes.map((_, at) => endOf(at));
}
