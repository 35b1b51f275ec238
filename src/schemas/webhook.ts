import { z } from 'zod';

/** What a delivery of webhooks is asked for, from wherever its workflow was started. */
export const deliverWebhookInput = z.strictObject({
  webhook: z.uuid().lowercase(),
  project: z.uuid().lowercase(),
  at: z.iso.datetime(),
});
