import type { NodeHandlers } from '.';
import { createApprovalHandler } from './approval';
import { createShareHandler, type ShareNodeDependencies } from './share';
import { createUpdateAssetHandler } from './update-asset';
import { createWaitHandler } from './wait';

export type AssetNodeDependencies = ShareNodeDependencies;

/** Nodes that change an asset, or wait for time or people. */
export function createAssetNodeHandlers(dependencies: AssetNodeDependencies) {
  return {
    update_asset: createUpdateAssetHandler(),
    share: createShareHandler(dependencies),
    wait: createWaitHandler(),
    approval: createApprovalHandler(),
  } satisfies NodeHandlers;
}
