import type { DagNode } from './dag-action';
import type { NodeState, OmissionCause } from './dag-run';

/** A node of a run that has ended. */
export interface EndedNode {
  readonly id: string;
  readonly uses: string;
  readonly state: NodeState;
  readonly cause: OmissionCause | null;
}

type PlannedNode = Pick<DagNode, 'id' | 'uses' | 'needs'>;

/** Which nodes a run that follows another one does not begin. All others it begins anew. */
export interface RepeatPlan {
  /** They keep what they gave. */
  readonly kept: readonly string[];
  /** They are left out: what was asked for lies elsewhere in the graph. */
  readonly left: readonly string[];
}

/** `unknown_node`: of the graph; `nothing_unfinished`: all is done; `node_finished`: that one is, so it has to be rerun. */
export type RepeatRefusal = 'unknown_node' | 'nothing_unfinished' | 'node_finished';

export type RepeatVerdict =
  { readonly kind: 'plan'; readonly plan: RepeatPlan } | { readonly kind: 'refused'; readonly refusal: RepeatRefusal };

/** It has given something that can be kept: it succeeded, or its own condition was false. */
export function isKeepable(state: NodeState): boolean {
  return state === 'succeeded' || state === 'skipped';
}

/** Something of it is to be done: nodes that were omitted for want of a skipped one are as they should be. */
export function isUnfinished({ state, cause }: Pick<EndedNode, 'state' | 'cause'>): boolean {
  return !isKeepable(state) && !(state === 'omitted' && cause === 'skip');
}

/**
 * A run goes on where another one failed: what succeeded is kept wherever it stands, and what did not begins anew. With
 * `from` only that node and what depends on it do; what is unfinished elsewhere is left out.
 */
export function planResume(
  nodes: readonly EndedNode[],
  graph: readonly PlannedNode[],
  from: string | null,
): RepeatVerdict {
  const refused = (refusal: RepeatRefusal): RepeatVerdict => ({ kind: 'refused', refusal });
  if (!nodes.some(isUnfinished)) return refused('nothing_unfinished');
  const kept = nodes.filter(({ state }) => isKeepable(state)).map(({ id }) => id);
  if (from === null) return { kind: 'plan', plan: { kept, left: [] } };
  const chosen = nodes.find(({ id }) => id === from);
  if (chosen === undefined) return refused('unknown_node');
  if (!isUnfinished(chosen)) return refused('node_finished');
  const begins = withDependents(graph, from);
  const left = nodes.filter((node) => isUnfinished(node) && !begins.has(node.id)).map(({ id }) => id);
  return { kind: 'plan', plan: { kept, left } };
}

/**
 * A run does another one over: everything, or a node and whatever depends on it. `graph` may be that of a newer version: a
 * node is kept only if it is of the same kind there.
 */
export function planRerun(
  nodes: readonly EndedNode[],
  graph: readonly PlannedNode[],
  from: string | null,
): RepeatVerdict {
  if (from === null) return { kind: 'plan', plan: { kept: [], left: [] } };
  if (!graph.some(({ id }) => id === from)) return { kind: 'refused', refusal: 'unknown_node' };
  const begins = withDependents(graph, from);
  const before = new Map(nodes.map((node) => [node.id, node]));
  const isKept = ({ id, uses }: PlannedNode) => {
    const node = before.get(id);
    return node?.uses === uses && isKeepable(node.state) && !begins.has(id);
  };
  return { kind: 'plan', plan: { kept: graph.filter(isKept).map(({ id }) => id), left: [] } };
}

/** A node and all that lies below it. */
function withDependents(graph: readonly PlannedNode[], from: string): ReadonlySet<string> {
  const found = new Set([from]);
  // It grows while it is walked.
  for (const id of found) {
    for (const node of graph) if (node.needs.includes(id)) found.add(node.id);
  }
  return found;
}
