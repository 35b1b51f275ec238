import type { DagNode } from '../../domain/dag-action';
import { toNodeKey } from '../../domain/dag-run';
import type { NodePlaceInRun } from '../../store/dag-node-loading';
import type { NodeContext } from './node-handler';

/** What a handler is told of a node that begins, or goes on. */
export function toContext<With>(
  { run, node }: NodePlaceInRun,
  declared: DagNode,
  given: With,
  attempt: number,
  { at, now }: { readonly at: Date; readonly now: Date },
): NodeContext<With> {
  const { runId, jobId, token, depth, actionName, asset, user } = run;
  return {
    run: { runId, jobId, token, depth, actionName, asset, user },
    node: declared,
    nodeNo: node.no,
    itemNo: null,
    attempt,
    with: given,
    idempotencyKey: toNodeKey(token, declared.id),
    at,
    now,
  };
}
