import type { DagNode } from '../../../domain/dag-action';
import type { ApprovalWait } from '../../../domain/approval-form';
import { readApprovalWait } from '../../../domain/approval-form';
import { hasNodeEnded } from '../../../domain/dag-run';
import { isEnded } from '../../../domain/job';
import type { ShownLoop, ShownNode, ShownRun, StartedJob } from '../../../store/dag-run-shown';

/** A node as the page of its run shows it. */
export interface NodeView {
  readonly node: DagNode;
  readonly shown: ShownNode;
  readonly jobs: readonly StartedJob[];
  /** Of a loop whose items are known. */
  readonly loop: ShownLoop | null;
}

/** An approval that waits for somebody. */
export interface OpenApproval {
  readonly nodeId: string;
  readonly wait: ApprovalWait;
}

/** The nodes in the order of the definition, each with where it stands. */
export function nodesOf({ definition, nodes, loops, startedJobs }: ShownRun): readonly NodeView[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return definition.nodes.flatMap((node) => {
    const shown = byId.get(node.id);
    if (shown === undefined) return [];
    return [
      {
        node,
        shown,
        jobs: startedJobs.filter(({ nodeNo }) => nodeNo === shown.no),
        loop: loops.find(({ nodeNo }) => nodeNo === shown.no) ?? null,
      },
    ];
  });
}

/** Approvals without an answer, of a run that goes on. */
export function openApprovals({ nodes, jobState }: ShownRun): readonly OpenApproval[] {
  if (isEnded(jobState)) return [];
  return nodes.flatMap(({ id, state, waiting, decision }) => {
    const wait = state === 'waiting' && decision === null ? readApprovalWait(waiting) : null;
    return wait === null ? [] : [{ nodeId: id, wait }];
  });
}

/** What a viewer may do with a run as it stands. */
export interface RunButtons {
  readonly steer: 'pause' | 'unpause' | null;
  readonly cancel: boolean;
  readonly resume: boolean;
  readonly rerun: boolean;
  /** Whether the viewer may answer approvals. */
  readonly answer: boolean;
}

export function buttonsOf({ jobState, nodes, rights }: ShownRun): RunButtons {
  const ended = isEnded(jobState);
  const mayStart = rights.read && rights.start;
  const isPaused = jobState === 'paused';
  return {
    steer: ended || !rights.control ? null : isPaused ? 'unpause' : 'pause',
    cancel: !ended && rights.control,
    resume: ended && mayStart && nodes.some(({ state }) => isUnfinished(state)),
    rerun: ended && mayStart,
    answer: rights.control || (rights.write && rights.start),
  };
}

function isUnfinished(state: ShownNode['state']): boolean {
  return !hasNodeEnded(state) || !['succeeded', 'skipped'].includes(state);
}
