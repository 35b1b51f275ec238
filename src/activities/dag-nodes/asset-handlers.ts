import type { NodeHandlers } from '.';
import { createApprovalHandler } from './approval';
import { createWaitHandler } from './wait';

/** Nodes that change an asset, or wait for time or people. */
export function createAssetNodeHandlers() {
  return {
    wait: createWaitHandler(),
    approval: createApprovalHandler(),
  } satisfies NodeHandlers;
}
