import type { ComponentChildren } from 'preact';
import { NODE_STATES, type NodeState } from '../../../domain/dag-run';

/** A shape for each state, so that nothing is told by a colour alone. */
const SHAPES: Readonly<Record<NodeState, ComponentChildren>> = {
  pending: <circle cx="8" cy="8" r="5.5" />,
  queued: (
    <>
      <circle cx="8" cy="8" r="6.5" />
      <path d="M8 4.5V8l2.5 1.5" />
    </>
  ),
  running: <path class="full" d="M4.5 2.5 13 8l-8.5 5.5Z" />,
  waiting: <path d="M4 2.5h8M4 13.5h8M5 2.5v2.25L8 8l3-3.25V2.5M5 13.5v-2.25L8 8l3 3.25v2.25" />,
  succeeded: (
    <>
      <circle class="full" cx="8" cy="8" r="6.5" />
      <path class="cut" d="m5 8.25 2.2 2.25L11 6" />
    </>
  ),
  failed: (
    <>
      <path class="full" d="M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3Z" />
      <path class="cut" d="m5.5 5.5 5 5m0-5-5 5" />
    </>
  ),
  skipped: <path d="m3 3.5 4.5 4.5L3 12.5M8.5 3.5 13 8l-4.5 4.5" />,
  omitted: (
    <>
      <circle cx="8" cy="8" r="6.5" stroke-dasharray="3 2" />
      <path d="M3.75 12.25 12.25 3.75" />
    </>
  ),
  cancelled: <rect class="full" x="2.5" y="2.5" width="11" height="11" rx="1.5" />,
};

/** What the pictures of a page have in common: to be put into it once. */
export function PictureParts() {
  return (
    <svg class="unseen" width="0" height="0" aria-hidden="true" focusable="false">
      <defs>
        {NODE_STATES.map((state) => (
          <symbol key={state} id={`icon-${state}`} viewBox="0 0 16 16">
            {SHAPES[state]}
          </symbol>
        ))}
        <marker id="arrow" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" orient="auto">
          <path class="head" d="M0 .5 8 4 0 7.5Z" />
        </marker>
      </defs>
    </svg>
  );
}

/** The shape of a state beside its word. */
export function StateIcon({ state }: { state: NodeState }) {
  return (
    <svg class="icon" width="16" height="16" aria-hidden="true" focusable="false">
      <use href={`#icon-${state}`} />
    </svg>
  );
}
