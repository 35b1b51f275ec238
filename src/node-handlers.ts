import type { NodeHandlers } from './activities/dag-nodes';
import { createApprovalHandler } from './activities/dag-nodes/approval';
import { createWaitHandler } from './activities/dag-nodes/wait';

/** What the nodes of actions do, by their kind. */
export function createNodeHandlers(): NodeHandlers {
  return { wait: createWaitHandler(), approval: createApprovalHandler() };
}
