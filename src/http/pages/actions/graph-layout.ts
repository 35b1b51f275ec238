import * as dagre from '@dagrejs/dagre';
import { layersOf, layoutInBands } from './band-layout';
import { type BoxSize, type GraphLayout, type LaidNode, MARGIN } from './graph-shape';

const BOX_HEIGHT = 66;
const MIN_BOX_WIDTH = 168;
const MAX_BOX_WIDTH = 224;
/** A character of the ids' font, and all that stands beside them in a box. */
const CHARACTER_WIDTH = 7.9;
const BESIDE_ID = 44;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** What is used of dagre: its own types import without extensions, which Node's rules do not resolve. */
interface DagreGraph {
  setGraph(options: object): void;
  setNode(id: string, size: { readonly width: number; readonly height: number }): void;
  setEdge(from: string, to: string, label: object): void;
  node(id: string): Point;
  edge(from: string, to: string): { readonly points: readonly Point[] };
  graph(): { readonly width?: number; readonly height?: number };
}
const { Graph, layout: placeByDagre } = dagre as unknown as {
  readonly Graph: new () => DagreGraph;
  readonly layout: (graph: DagreGraph) => void;
};

/** Up to these sizes dagre takes some hundred ms at most, and what it draws is neither too wide nor too high to read. */
const DAGRE_LIMITS = { nodes: 120, edges: 300, layers: 20, inLayer: 12 };

/** Characters of an id that a box of that width has room for. */
export function roomForId(boxWidth: number): number {
  return Math.floor((boxWidth - BESIDE_ID) / CHARACTER_WIDTH);
}

/** Places a graph without cycles. The same graph is always placed the same. */
export function layoutGraph(nodes: readonly LaidNode[]): GraphLayout {
  const at = new Map(nodes.map(({ id }, index) => [id, index]));
  const parents = nodes.map(({ needs }) => [...new Set(needs.flatMap((need) => at.get(need) ?? []))]);
  const longest = Math.max(0, ...nodes.map(({ id }) => Array.from(id).length));
  const wanted = Math.ceil(longest * CHARACTER_WIDTH) + BESIDE_ID;
  const size = { boxWidth: Math.min(MAX_BOX_WIDTH, Math.max(MIN_BOX_WIDTH, wanted)), boxHeight: BOX_HEIGHT };
  return isForDagre(parents) ? layoutByDagre(parents, size) : layoutInBands(parents, size);
}

function isForDagre(parents: readonly (readonly number[])[]): boolean {
  const edges = parents.reduce((sum, { length }) => sum + length, 0);
  if (parents.length > DAGRE_LIMITS.nodes || edges > DAGRE_LIMITS.edges) return false;
  const layers = layersOf(parents);
  return layers.length <= DAGRE_LIMITS.layers && layers.every(({ length }) => length <= DAGRE_LIMITS.inLayer);
}

function layoutByDagre(parents: readonly (readonly number[])[], { boxWidth, boxHeight }: BoxSize): GraphLayout {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 52, edgesep: 14, marginx: MARGIN, marginy: MARGIN });
  parents.forEach((_, at) => graph.setNode(String(at), { width: boxWidth, height: boxHeight }));
  parents.forEach((needs, at) => {
    for (const need of needs) graph.setEdge(String(need), String(at), {});
  });
  placeByDagre(graph);
  const boxes = parents.map((_, at) => {
    const { x, y } = graph.node(String(at));
    return { x: rounded(x - boxWidth / 2), y: rounded(y - boxHeight / 2) };
  });
  const edges = parents.flatMap((needs, to) =>
    needs.map((from) => {
      const [start, end] = [graph.node(String(from)), graph.node(String(to))];
      const { points } = graph.edge(String(from), String(to));
      const ends = [{ x: start.x + boxWidth / 2, y: start.y }, { x: end.x - boxWidth / 2, y: end.y }] as const; // prettier-ignore
      return { from, to, path: toCurve(ends, points.slice(1, -1)) };
    }),
  );
  const { width = 0, height = 0 } = graph.graph();
  return { width: Math.ceil(width), height: Math.ceil(height), boxWidth, boxHeight, boxes, edges, undrawn: 0 };
}

/** How far a connection goes straight on before it turns. */
const LEAD = 22;

/** Out of one box to the right and into the other from the left; between them past what dagre has led it around. */
function toCurve([start, end]: readonly [Point, Point], between: readonly Point[]): string {
  if (between.length <= 1) {
    const middle = (start.x + end.x) / 2;
    return `M${text(start)}C${text({ x: middle, y: start.y })} ${text({ x: middle, y: end.y })} ${text(end)}`;
  }
  const turns = [{ x: start.x + LEAD, y: start.y }, ...between, { x: end.x - LEAD, y: end.y }];
  const curves = turns.map((turn, at) => {
    const next = turns[at + 1];
    return `Q${text(turn)} ${text(next === undefined ? end : { x: (turn.x + next.x) / 2, y: (turn.y + next.y) / 2 })}`;
  });
  return `M${text(start)}${curves.join('')}`;
}

const rounded = (length: number): number => Math.round(length * 10) / 10;
const text = ({ x, y }: Point): string => `${String(rounded(x))},${String(rounded(y))}`;

/** Keeps the layouts of the graphs that were looked at last: a version of an action never changes. */
export function createLayoutCache(capacity = 200): (key: string, nodes: readonly LaidNode[]) => GraphLayout {
  const kept = new Map<string, GraphLayout>();
  return (key, nodes) => {
    const found = kept.get(key) ?? layoutGraph(nodes);
    kept.delete(key);
    kept.set(key, found);
    const oldest = kept.keys().next();
    if (kept.size > capacity && oldest.done !== true) kept.delete(oldest.value);
    return found;
  };
}
