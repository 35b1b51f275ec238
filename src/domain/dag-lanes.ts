import type { NodePlace } from './dag-action';
import type { GraphNode, NodeStanding } from './dag-run';

/** A node as far as it matters for what is done with it in one go. */
export interface LaneNode extends GraphNode {
  readonly place: NodePlace;
  readonly uses: string;
}

/** The most activities that begin nodes of the store at once: each takes several, side by side. */
const BATCHES = 4;
const LANE_LENGTH = 100;

/** Takes a few milliseconds each time: it lies in the store, and is no loop. */
export function isBrief({ place, uses }: LaneNode): boolean {
  return place === 'store' && uses !== 'for_each';
}

/** Of each node, the one brief node that may follow it at once when it has succeeded; null for none. */
export function findFollowers(graph: readonly LaneNode[]): readonly (number | null)[] {
  const children = graph.map((): number[] => []);
  graph.forEach(({ needs }, at) => {
    for (const need of new Set(needs)) children[need]?.push(at);
  });
  return children.map((own) => {
    const [only] = own;
    const node = only === undefined || own.length > 1 ? undefined : graph[only];
    if (only === undefined || node === undefined) return null;
    return isBrief(node) && new Set(node.needs).size === 1 && node.trigger !== 'one_failed' ? only : null;
  });
}

/**
 * The nodes that one activity takes one after another, as long as each succeeds: a chain would else go through Temporal
 * once for each of its links. It begins with `first`.
 */
export function laneFrom(
  first: number,
  followers: readonly (number | null)[],
  standings: readonly NodeStanding[],
): readonly number[] {
  const lane = [first];
  for (let next = followers[first] ?? null; next !== null; next = followers[next] ?? null) {
    if (lane.length === LANE_LENGTH || standings[next]?.state !== 'pending') break;
    lane.push(next);
  }
  return lane;
}

/** Lanes that are begun together, as few activities: next to each other lie those that were next to each other. */
export function toBatches<Lane>(lanes: readonly Lane[]): readonly (readonly Lane[])[] {
  const size = Math.ceil(lanes.length / BATCHES);
  return Array.from({ length: size === 0 ? 0 : Math.ceil(lanes.length / size) }, (_, no) =>
    lanes.slice(no * size, (no + 1) * size),
  );
}
