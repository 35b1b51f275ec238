import type { NodeStanding } from './dag-run';
import type { JobStep, JobStepState } from './job-step';

const SHOWN_NODES = 15;

/**
 * The nodes of a run that are worth a line in Temporal: at work first, then those that have failed; a handful, with the
 * number of the others.
 */
export function toShownNodes(
  nodes: readonly { readonly id: string }[],
  standings: readonly NodeStanding[],
): readonly Pick<JobStep, 'name' | 'state' | 'message'>[] {
  const inState = (state: NodeStanding['state'], shown: JobStepState) =>
    nodes.flatMap(({ id }, at) =>
      standings[at]?.state === state ? [{ name: id, state: shown, message: state === shown ? null : state }] : [],
    );
  const worthy = [...inState('running', 'running'), ...inState('waiting', 'waiting'), ...inState('failed', 'failed')];
  const others = worthy.length - SHOWN_NODES;
  if (others <= 0) return worthy;
  return [...worthy.slice(0, SHOWN_NODES), { name: '…', state: 'waiting', message: `${String(others)} more nodes` }];
}
