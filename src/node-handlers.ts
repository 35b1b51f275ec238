import type { NodeHandlers } from './activities/dag-nodes';
import { createAssetNodeHandlers } from './activities/dag-nodes/asset-handlers';
import { createJobNodeHandlers } from './activities/dag-nodes/job-handlers';
import type { FileAddresses } from './file-addresses';
import type { Platform } from './platform';
import { deriveKey } from './secrets';
import { countWaitingMails } from './store/mail-outbox';
import { createUrlSeal } from './store/url-seal';
import { createShareExpiryWaker } from './temporal-wakers';

/** What the nodes of actions do, by their kind. */
export function createNodeHandlers(
  { config, dataSecret, client, log, store }: Platform,
  { judgeUrl, urlSeal }: FileAddresses,
): NodeHandlers {
  return {
    ...createAssetNodeHandlers({
      linkSeal: createUrlSeal(deriveKey(dataSecret, 'share links')),
      publicUrl: config.publicUrl,
      onShareChanged: createShareExpiryWaker(client, log, async () => (await countWaitingMails(store.db)) > 0),
    }),
    ...createJobNodeHandlers({ judgeUrl, urlSeal }),
  };
}
