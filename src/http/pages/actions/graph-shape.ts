/** What a layout needs to know of a node. */
export interface LaidNode {
  readonly id: string;
  readonly needs: readonly string[];
}

/** Top left corner of a node's box. */
export interface Box {
  readonly x: number;
  readonly y: number;
}

/** A connection as an SVG path; `from` and `to` are positions in the list of nodes. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly path: string;
}

/** A drawn graph, from left to right; all sizes in px. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly boxWidth: number;
  readonly boxHeight: number;
  /** One for each node, in their order. */
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
  /** Connections that are not drawn, because others imply them or because there are too many. */
  readonly undrawn: number;
}

export type BoxSize = Pick<GraphLayout, 'boxWidth' | 'boxHeight'>;

/** Around all boxes. */
export const MARGIN = 12;
