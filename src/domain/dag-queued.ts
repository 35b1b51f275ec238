import { type GraphNode, type NodeStanding, planRun, type RunMode } from './dag-run';
import type { JobState } from './job';

/**
 * The nodes that would begin at once if others did not take their places (`max_parallel`), or had their attempt before:
 * nobody records that, so that a reader of the run works it out. None while the run does not run.
 */
export function findQueuedNodes(
  graph: readonly GraphNode[],
  standings: readonly NodeStanding[],
  run: { readonly jobState: JobState; readonly isCancelled: boolean; readonly failFast: boolean },
): ReadonlySet<number> {
  if (run.jobState !== 'running') return new Set();
  const hasFailed = graph.some(({ continues }, at) => !continues && standings[at]?.state === 'failed');
  const mode: RunMode = run.isCancelled ? 'cancel' : run.failFast && hasFailed ? 'fail_fast' : 'run';
  const { ready } = planRun(graph, standings, mode);
  return new Set(ready.filter((at) => standings[at]?.state === 'pending'));
}
