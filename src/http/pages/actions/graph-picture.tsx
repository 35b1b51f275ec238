import type { DagNode } from '../../../domain/dag-action';
import type { NodeState } from '../../../domain/dag-run';
import { grouped } from '../wording';
import { roomForId } from './graph-layout';
import type { GraphLayout } from './graph-shape';
import { attemptsInWords, kindOfNodeInWords, NODE_STATE_WORDS, plainText, shortened } from './run-words';

/** A node as it is drawn; in the picture of an action, which is nobody's run, it has no state. */
export interface DrawnNode {
  readonly node: Pick<DagNode, 'id' | 'uses' | 'needs' | 'trigger' | 'retry'>;
  readonly state: NodeState | null;
  readonly attempts: number;
}

export interface GraphPictureProps {
  readonly layout: GraphLayout;
  /** In the order of the layout. */
  readonly nodes: readonly DrawnNode[];
  /** What the picture is of: `Graph of this run`. */
  readonly title: string;
}

/**
 * The graph as one image, from left to right. It holds nothing to be focused: who does not see it, or has no mouse, finds
 * the same in the list of nodes.
 */
export function GraphPicture({ layout, nodes, title: given }: GraphPictureProps) {
  const title = plainText(given);
  const { width, height, edges, undrawn } = layout;
  return (
    <figure class="graph">
      {/* Keyboards scroll it. */}
      <div class="scroller" id="graph" role="region" aria-label={title} tabIndex={0}>
        <svg
          id="picture"
          data-part
          role="img"
          aria-labelledby="picture-title picture-text"
          width={width}
          height={height}
          viewBox={`0 0 ${String(width)} ${String(height)}`}
        >
          <title id="picture-title">{title}</title>
          <desc id="picture-text">{describe(nodes)}</desc>
          <g class="edges">
            {edges.map(({ from, to, path }) => (
              <path
                key={`${String(from)}-${String(to)}`}
                class={classOfEdge(nodes[to])}
                d={path}
                marker-end="url(#arrow)"
              />
            ))}
          </g>
          {nodes.map((drawn, at) => (
            <NodeBox key={drawn.node.id} drawn={drawn} at={at} layout={layout} />
          ))}
        </svg>
      </div>
      {undrawn === 0 ? null : (
        <figcaption class="hint">
          {grouped(undrawn)} more {undrawn === 1 ? 'connection is' : 'connections are'} not drawn, most of them because
          others imply them. The list has all.
        </figcaption>
      )}
    </figure>
  );
}

function NodeBox({
  drawn: { node, state, attempts },
  at,
  layout,
}: {
  drawn: DrawnNode;
  at: number;
  layout: GraphLayout;
}) {
  const { boxWidth, boxHeight, boxes } = layout;
  const { x, y } = boxes[at] ?? { x: 0, y: 0 };
  const tries = state === null ? '' : attemptsInWords(state, attempts, node.retry.maxAttempts);
  const last =
    state === null
      ? node.trigger === 'all_success'
        ? ''
        : node.trigger.replaceAll('_', ' ')
      : NODE_STATE_WORDS[state];
  return (
    <g class={`node ${state ?? 'declared'}`} transform={`translate(${String(x)} ${String(y)})`} data-node={node.id}>
      <title>{plainText(node.id)}</title>
      <rect width={boxWidth} height={boxHeight} rx="9" />
      {state === null ? null : <use href={`#icon-${state}`} x="11" y="10" width="16" height="16" />}
      <text class="id" x={state === null ? 13 : 34} y="23">
        {shortened(plainText(node.id), roomForId(boxWidth))}
      </text>
      <text x="13" y="40">
        {kindOfNodeInWords(node.uses)}
      </text>
      <text class="word" x="13" y="56">
        {last}
        {tries === '' ? '' : `, ${tries}`}
      </text>
    </g>
  );
}

/** The way to a node that is left out is drawn as not taken. */
function classOfEdge(to: DrawnNode | undefined): string | undefined {
  return to?.state === 'omitted' ? 'omitted' : undefined;
}

const DESCRIBED = 40;

function describe(nodes: readonly DrawnNode[]): string {
  const told = nodes.slice(0, DESCRIBED).map(({ node: { id, needs }, state }) => {
    const after = needs.length === 0 ? '' : ` after ${needs.slice(0, 8).join(', ')}`;
    return `${id}${after}${state === null ? '' : `: ${NODE_STATE_WORDS[state].toLowerCase()}`}`;
  });
  const more = nodes.length > DESCRIBED ? `; and ${grouped(nodes.length - DESCRIBED)} more, which are in the list` : '';
  return plainText(`${told.join('; ')}${more}.`);
}

/** A graph without words, to be recognized in a list. */
export function SmallPicture({ layout, name }: { layout: GraphLayout; name: string }) {
  const { width, height, boxWidth, boxHeight, boxes, edges } = layout;
  return (
    <svg
      class="small-graph"
      role="img"
      aria-label={`Graph of ${plainText(name)}: ${grouped(boxes.length)} ${boxes.length === 1 ? 'node' : 'nodes'}`}
      viewBox={`0 0 ${String(width)} ${String(height)}`}
      preserveAspectRatio="xMinYMid meet"
    >
      <path class="edges" d={edges.map(({ path }) => path).join('')} />
      {boxes.map(({ x, y }, at) => (
        <rect key={at} x={x} y={y} width={boxWidth} height={boxHeight} rx="12" />
      ))}
    </svg>
  );
}
