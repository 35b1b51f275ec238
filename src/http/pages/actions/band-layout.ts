import { type Box, type BoxSize, type Edge, type GraphLayout, MARGIN } from './graph-shape';

/** Of each node the positions of those that it needs. */
type Parents = readonly (readonly number[])[];

const GAP_X = 44;
const GAP_Y = 14;
const BAND_GAP = 40;
/** Beside bands, where connections turn from one into another. */
const SIDE = 28;
/** A layer of more boxes goes on in columns beside it. */
const IN_COLUMN = 12;
/** A band of more columns goes on below. */
const IN_BAND = 12;
const SWEEPS = 4;
const MAX_EDGES = 3_000;

/**
 * Places a graph that is too large, wide or deep for dagre: in layers by the longest way to each node, wrapped as lines of
 * text are. Takes some ms for the largest graph that an action may have.
 */
export function layoutInBands(parents: Parents, { boxWidth, boxHeight }: BoxSize): GraphLayout {
  const boxes = new Array<Box>(parents.length);
  /** For each node the line above its band, along which connections from other bands come. */
  const lines = new Array<number>(parents.length).fill(0);
  const bands = toBands(order(layersOf(parents), parents));
  const side = bands.length > 1 ? SIDE : MARGIN;
  let width = 0;
  let top = MARGIN;
  for (const band of bands) {
    const rows = Math.max(...band.map(({ length }) => length));
    const bandHeight = rows * (boxHeight + GAP_Y) - GAP_Y;
    band.forEach((column, at) => {
      const x = side + at * (boxWidth + GAP_X);
      const above = (bandHeight - column.length * (boxHeight + GAP_Y) + GAP_Y) / 2;
      column.forEach((node, row) => {
        boxes[node] = { x, y: top + above + row * (boxHeight + GAP_Y) };
        lines[node] = top - BAND_GAP / 2;
      });
      width = Math.max(width, x + boxWidth + side);
    });
    top += bandHeight + BAND_GAP;
  }
  const reduced = withoutImplied(parents);
  const edges = reduced
    .flatMap((needs, to) => needs.map((from) => ({ from, to })))
    .slice(0, MAX_EDGES)
    .map((edge) => ({ ...edge, path: pathOf(edge, { boxes, lines, boxWidth, boxHeight }) }));
  const all = parents.reduce((sum, { length }) => sum + length, 0);
  const height = Math.max(0, top - BAND_GAP + MARGIN);
  return { width, height, boxWidth, boxHeight, boxes, edges, undrawn: all - edges.length };
}

/** The nodes by the longest way that leads to them. */
export function layersOf(parents: Parents): readonly (readonly number[])[] {
  const depths = depthsOf(parents);
  const layers: number[][] = [];
  depths.forEach((depth, node) => (layers[depth] ??= []).push(node));
  return layers;
}

function depthsOf(parents: Parents): readonly number[] {
  const depths = new Array<number>(parents.length).fill(0);
  for (const node of parentsFirst(parents)) {
    for (const parent of parents[node] ?? []) depths[node] = Math.max(depths[node] ?? 0, (depths[parent] ?? 0) + 1);
  }
  return depths;
}

function parentsFirst(parents: Parents): readonly number[] {
  const children = childrenOf(parents);
  const open = parents.map(({ length }) => length);
  const sorted = open.flatMap((count, node) => (count === 0 ? [node] : []));
  // It grows while it is walked.
  for (const node of sorted) {
    for (const child of children[node] ?? []) {
      open[child] = (open[child] ?? 0) - 1;
      if (open[child] === 0) sorted.push(child);
    }
  }
  return sorted;
}

function childrenOf(parents: Parents): readonly (readonly number[])[] {
  const children = parents.map((): number[] => []);
  parents.forEach((needs, node) => {
    for (const need of needs) children[need]?.push(node);
  });
  return children;
}

/** Puts the nodes of each layer near to what they are connected with, so that fewer connections cross. */
function order(layers: readonly (readonly number[])[], parents: Parents): readonly (readonly number[])[] {
  const children = childrenOf(parents);
  const ordered = layers.map((layer) => [...layer]);
  const places = new Array<number>(parents.length).fill(0);
  const note = (layer: readonly number[]) => {
    layer.forEach((node, at) => (places[node] = (at + 0.5) / layer.length));
  };
  ordered.forEach(note);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const down = sweep % 2 === 0;
    for (const layer of down ? ordered : [...ordered].reverse()) {
      const wanted = new Map(layer.map((node) => [node, mean((down ? parents : children)[node] ?? [], places)]));
      const place = (node: number) => wanted.get(node) ?? places[node] ?? 0;
      layer.sort((a, b) => place(a) - place(b) || a - b);
      note(layer);
    }
  }
  return ordered;
}

function mean(nodes: readonly number[], places: readonly number[]): number | null {
  if (nodes.length === 0) return null;
  return nodes.reduce((sum, node) => sum + (places[node] ?? 0), 0) / nodes.length;
}

/** Columns of boxes, some to a band. */
function toBands(layers: readonly (readonly number[])[]): readonly (readonly (readonly number[])[])[] {
  const columns = layers.flatMap((layer) => {
    const count = Math.ceil(layer.length / IN_COLUMN);
    const rows = Math.ceil(layer.length / count);
    return Array.from({ length: count }, (_, at) => layer.slice(at * rows, (at + 1) * rows));
  });
  return Array.from({ length: Math.ceil(columns.length / IN_BAND) }, (_, at) =>
    columns.slice(at * IN_BAND, (at + 1) * IN_BAND),
  );
}

/** The connections without those that follow from others. */
function withoutImplied(parents: Parents): Parents {
  const words = Math.ceil(parents.length / 32);
  const above = parents.map(() => new Uint32Array(words));
  const depths = depthsOf(parents);
  const kept = parents.map((): readonly number[] => []);
  for (const node of parentsFirst(parents)) {
    const mine = above[node] ?? new Uint32Array(words);
    const nearestFirst = [...(parents[node] ?? [])].sort((a, b) => (depths[b] ?? 0) - (depths[a] ?? 0) || a - b);
    const needed = nearestFirst.filter((parent) => {
      const [word, bit] = [parent >>> 5, 1 << (parent & 31)];
      if (((mine[word] ?? 0) & bit) !== 0) return false;
      above[parent]?.forEach((bits, at) => (mine[at] = (mine[at] ?? 0) | bits));
      mine[word] = (mine[word] ?? 0) | bit;
      return true;
    });
    kept[node] = needed.sort((a, b) => a - b);
  }
  return kept;
}

interface Placed extends BoxSize {
  readonly boxes: readonly Box[];
  readonly lines: readonly number[];
}

/** A curve within a band; into another one between the columns, along the line above that band, and in. */
function pathOf({ from, to }: Omit<Edge, 'path'>, { boxes, lines, boxWidth, boxHeight }: Placed): string {
  const [start, end, line] = [boxes[from], boxes[to], lines[to] ?? 0];
  if (start === undefined || end === undefined) return '';
  const [x1, y1] = [start.x + boxWidth, start.y + boxHeight / 2];
  const [x2, y2] = [end.x, end.y + boxHeight / 2];
  if (lines[from] !== line) return toPath`M${x1},${y1}C${x1 + SIDE},${y1},${x1 + SIDE},${line},${x1},${line}L${x2},${line}C${x2 - SIDE},${line},${x2 - SIDE},${y2},${x2},${y2}`; // prettier-ignore
  const reach = (x2 - x1) / 2;
  return toPath`M${x1},${y1}C${x1 + reach},${y1},${x2 - reach},${y2},${x2},${y2}`;
}

/** Whole px are exact enough for a graph of this size. */
function toPath(commands: TemplateStringsArray, ...lengths: readonly number[]): string {
  return String.raw({ raw: commands }, ...lengths.map(Math.round));
}
