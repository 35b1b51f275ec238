import type { NodeHandlers } from './activities/dag-nodes';
import { createAssetNodeHandlers } from './activities/dag-nodes/asset-handlers';
import { createJobNodeHandlers } from './activities/dag-nodes/job-handlers';
import { createOutsideNodeHandlers } from './activities/dag-nodes/outside-handlers';
import type { FileAddresses } from './file-addresses';
import type { IngestWorkshop } from './ingest-workshop';
import type { Platform } from './platform';
import { deriveKey } from './secrets';
import { countWaitingMails } from './store/mail-outbox';
import { createUrlSeal } from './store/url-seal';
import { createShareExpiryWaker } from './temporal-wakers';
import { deriveWebhookKey } from './webhook-key';

/** What the nodes of actions do, by their kind; without a workshop those are missing that need one. */
export function createNodeHandlers(
  { config, dataSecret, client, log, store }: Platform,
  { judgeUrl, urlSeal }: FileAddresses,
  workshop: Pick<IngestWorkshop, 'outbound' | 'steps'> | null,
): NodeHandlers {
  return {
    ...createAssetNodeHandlers({
      linkSeal: createUrlSeal(deriveKey(dataSecret, 'share links')),
      publicUrl: config.publicUrl,
      onShareChanged: createShareExpiryWaker(client, log, async () => (await countWaitingMails(store.db)) > 0),
    }),
    ...createJobNodeHandlers({ judgeUrl, urlSeal }),
    ...(workshop === null
      ? {}
      : createOutsideNodeHandlers({
          db: store.db,
          outbound: workshop.outbound,
          steps: workshop.steps,
          webhookKey: deriveWebhookKey(dataSecret),
          now: () => new Date(),
        })),
  };
}
