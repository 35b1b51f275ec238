import type { z } from 'zod';
import type { NodeKind } from '../../domain/dag-action';
import {
  assignNode,
  extractMetadataNode,
  ingestMediaNode,
  makePreviewsNode,
  moveNode,
  shareNode,
  updateAssetNode,
} from './asset-nodes';
import { httpRequestNode, webhookNode } from './http-nodes';
import { approvalNode, bulkMoveNode, forEachNode, requestReviewNode, runActionNode, waitNode } from './job-nodes';
import type { NodeSchema } from './node-schema';

/** Every kind of node: what it takes and what it gives. */
export const NODE_SCHEMAS = {
  ingest_media: ingestMediaNode,
  extract_metadata: extractMetadataNode,
  make_previews: makePreviewsNode,
  update_asset: updateAssetNode,
  move: moveNode,
  assign: assignNode,
  share: shareNode,
  request_review: requestReviewNode,
  bulk_move: bulkMoveNode,
  http_request: httpRequestNode,
  webhook: webhookNode,
  wait: waitNode,
  approval: approvalNode,
  run_action: runActionNode,
  for_each: forEachNode,
} as const satisfies Record<NodeKind, NodeSchema>;

/** `with` of a kind as its handler is given it. */
export type WithOf<Kind extends NodeKind> = z.output<(typeof NODE_SCHEMAS)[Kind]['with']>;
