import type { NodeHandlers } from '.';
import { assignHandler } from './assign';
import { bulkMoveHandler } from './bulk-move';
import { createIngestMediaHandler, type IngestNodeDependencies } from './ingest-media';
import { moveHandler } from './move';
import { requestReviewHandler } from './request-review';
import { runActionHandler } from './run-action';

/**
 * Nodes that make a job of another kind and wait for its end. The job is made in the transaction of the node, with the
 * rights of the user of the run at that moment.
 */
export function createJobNodeHandlers(dependencies: IngestNodeDependencies) {
  return {
    move: moveHandler,
    assign: assignHandler,
    ingest_media: createIngestMediaHandler(dependencies),
    bulk_move: bulkMoveHandler,
    request_review: requestReviewHandler,
    run_action: runActionHandler,
  } satisfies NodeHandlers;
}
