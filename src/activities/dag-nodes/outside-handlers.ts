import type { NodeHandlers } from '.';
import { createExtractMetadataHandler } from './extract-metadata';
import { createHttpRequestHandler } from './http-request';
import { createMakePreviewsHandler } from './make-previews';
import type { MediaNodeDependencies } from './newest-media';
import { createWebhookHandler, type WebhookDependencies } from './webhook';

export type OutsideNodeDependencies = MediaNodeDependencies & WebhookDependencies;

/** Nodes that talk to other servers, or look into files. */
export function createOutsideNodeHandlers(dependencies: OutsideNodeDependencies) {
  return {
    http_request: createHttpRequestHandler(dependencies),
    webhook: createWebhookHandler(dependencies),
    extract_metadata: createExtractMetadataHandler(dependencies),
    make_previews: createMakePreviewsHandler(dependencies),
  } satisfies NodeHandlers;
}
