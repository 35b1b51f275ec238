import { z } from 'zod';
import type { JudgeUrl } from '../../../domain/bulk-ingest';
import { WEBHOOK_EVENT_PATTERNS } from '../../../domain/webhook-event';
import { parseWebhookSecret, SECRET_RULE } from '../../../domain/webhook-secret';
import { judgeWebhookUrl } from '../../../domain/webhook-url';
import { makeWebhookSecret } from '../../../store/webhooks';
import { badField, badRequest } from '../../refusal';

const url = z.string().min(1).max(2_048).describe('Where events are posted to; https in production, and never inside');
const events = z
  .array(z.enum(WEBHOOK_EVENT_PATTERNS as readonly [string, ...string[]]))
  .min(1)
  .max(WEBHOOK_EVENT_PATTERNS.length)
  .describe('Types of events; `job.*` for all of a group, `*` for everything');
const secret = z
  .string()
  // Never told with what was sent: a bad secret is a secret too.
  .refine((text) => parseWebhookSecret(text) !== null, SECRET_RULE)
  .describe('`whsec_` and 24 to 64 bytes in base64; absent: one is made');

export const webhookBody = z.strictObject({ url, events, secret: secret.nullish() }).meta({ id: 'NewWebhook' });
export const webhookPatch = z
  .strictObject({
    url: url.optional(),
    events: events.optional(),
    disabled: z.boolean().optional().describe('true: nothing is collected or sent; false: from now on again'),
    secret: secret.optional().describe('Replaces the secret, which signs beside the new one for 24 hours'),
    rotate_secret: z.literal(true).optional().describe('The same with a secret that is made'),
  })
  .meta({ id: 'WebhookPatch' });

/** @throws Refusal 400 naming the url, with the code of what speaks against it */
export function readUrl(text: string, judgeUrl: JudgeUrl, requiresHttps: boolean): string {
  const verdict = judgeWebhookUrl(text, judgeUrl, requiresHttps);
  if (verdict.kind === 'allowed') return verdict.url;
  const { code, message } = verdict;
  throw badRequest(code, `url: ${message}`, [{ field: 'url', message }]);
}

/** The secret that a change asks for, if any. @throws Refusal 400 */
export function readSecret(body: z.infer<typeof webhookPatch>): string | undefined {
  if (body.rotate_secret !== true) return body.secret;
  if (body.secret !== undefined) throw badField('rotate_secret', 'cannot be combined with secret');
  return makeWebhookSecret();
}
