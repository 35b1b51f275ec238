import { createLayoutCache, layoutGraph, roomForId } from '../../../src/http/pages/actions/graph-layout';
import type { GraphLayout, LaidNode } from '../../../src/http/pages/actions/graph-shape';
import { createRandom } from '../../support/random';

const nodeIds = (count: number) => Array.from({ length: count }, (_, at) => `n${String(at)}`);
const chain = (count: number): LaidNode[] =>
  nodeIds(count).map((id, at) => ({ id, needs: at === 0 ? [] : [`n${String(at - 1)}`] }));
const fan = (count: number): LaidNode[] =>
  nodeIds(count).map((id, at) => ({ id, needs: at === 0 ? [] : at === count - 1 ? nodeIds(at).slice(1) : ['n0'] }));

/** Each node needs up to `most` of those before it. */
function randomGraph(seed: number, count: number, most: number): LaidNode[] {
  const random = createRandom(seed);
  return nodeIds(count).map((id, at) => {
    const wanted = at === 0 ? 0 : random.integer(most + 1);
    return { id, needs: [...new Set(Array.from({ length: wanted }, () => `n${String(random.integer(at))}`))] };
  });
}

/** Pairs of boxes that cover each other, and boxes that do not lie within the picture. */
function faultsOf({ width, height, boxWidth, boxHeight, boxes }: GraphLayout): string[] {
  const faults = boxes.flatMap(({ x, y }, at) =>
    x < 0 || y < 0 || x + boxWidth > width || y + boxHeight > height ? [`${String(at)} lies outside`] : [],
  );
  const byPlace = boxes.map((box, at) => ({ ...box, at })).sort((a, b) => a.x - b.x);
  byPlace.forEach((box, index) => {
    for (const other of byPlace.slice(index + 1)) {
      if (other.x - box.x >= boxWidth) break;
      if (Math.abs(other.y - box.y) < boxHeight) faults.push(`${String(box.at)} covers ${String(other.at)}`);
    }
  });
  return faults;
}

const GRAPHS: readonly (readonly [string, LaidNode[]])[] = [
  ['one node', chain(1)],
  ['a chain of 20', chain(20)],
  ['a chain of 500', chain(500)],
  ['a fan of 12', fan(12)],
  ['a fan of 500', fan(500)],
  ...Array.from({ length: 40 }, (_, seed) => [`random graph ${String(seed)}`, randomGraph(seed, 3 + seed * 3, 3)] as const), // prettier-ignore
  ...Array.from({ length: 10 }, (_, seed) => [`large random graph ${String(seed)}`, randomGraph(seed, 500, 2 + seed * 10)] as const), // prettier-ignore
];

test.each(GRAPHS)('no boxes of %s cover each other, and every node has one', (_, graph) => {
  const layout = layoutGraph(graph);
  expect(layout.boxes).toHaveLength(graph.length);
  expect(faultsOf(layout)).toEqual([]);
  const connections = graph.reduce((sum, { needs }) => sum + needs.length, 0);
  expect(layout.edges.length + layout.undrawn).toBe(connections);
  expect(
    layout.edges.filter(({ path }) => !/^M-?[\d.]+,-?[\d.]+(?:[QLC]-?[\d.]+(?:[, ]-?[\d.]+)+)+$/.test(path)),
  ).toEqual([]);
});

test.each(GRAPHS)('%s is placed the same each time', (_, graph) => {
  expect(layoutGraph(graph)).toEqual(layoutGraph(structuredClone(graph)));
});

test('what a node needs stands left of it, where the graph is not wrapped', () => {
  for (const [, graph] of GRAPHS.filter(([, { length }]) => length <= 30)) {
    const { boxes, boxWidth, edges } = layoutGraph(graph);
    for (const { from, to } of edges) expect((boxes[to]?.x ?? 0) - (boxes[from]?.x ?? 0)).toBeGreaterThan(boxWidth);
  }
});

test('a graph of 500 nodes is placed within a second, and neither as wide nor as high as 500 boxes', () => {
  for (const graph of [chain(500), fan(500), randomGraph(1, 500, 3), randomGraph(2, 500, 100)]) {
    const began = performance.now();
    const { width, height } = layoutGraph(graph);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(width).toBeLessThan(5_000);
    expect(height).toBeLessThan(12_000);
  }
});

test('connections that follow from others are left out of a large graph, and counted', () => {
  const ids = nodeIds(130);
  const { edges, undrawn } = layoutGraph(ids.map((id, at) => ({ id, needs: ids.slice(Math.max(0, at - 3), at) })));
  expect(edges.map(({ from, to }) => to - from)).toEqual(Array<number>(129).fill(1));
  expect(undrawn).toBe(128 + 127);
});

test('a box has room for the ids of its graph, up to a bound', () => {
  const widthFor = (id: string) => layoutGraph([{ id, needs: [] }]).boxWidth;
  expect(roomForId(widthFor('a'.repeat(20)))).toBeGreaterThanOrEqual(20);
  expect(widthFor('a'.repeat(60))).toBe(widthFor('a'.repeat(40)));
});

test('a layout is made once for a version, and those looked at longest ago are forgotten', () => {
  const layouts = createLayoutCache(2);
  const [a, b] = [layouts('a', chain(2)), layouts('b', chain(3))];
  expect(layouts('a', chain(2))).toBe(a);
  layouts('c', chain(4));
  expect(layouts('a', chain(2))).toBe(a);
  expect(layouts('b', chain(3))).not.toBe(b);
});
