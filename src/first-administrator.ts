import type { Platform } from './platform';
import { ensureFirstAdministrator } from './store/people';

/**
 * On the first start: makes an administrator and writes its API key, this once, where a person sees it. Not in
 * production, where output is kept: there `longhaul user create --admin` and `api-key create` do it on purpose.
 */
export async function announceFirstAdministrator(
  { config, store }: Platform,
  out: { write(text: string): unknown },
): Promise<void> {
  if (config.production) return;
  const made = await ensureFirstAdministrator(store.db);
  if (made === null) return;
  out.write(`\nThe first administrator is ${made.email}. Its API key, shown this once:\n\n  ${made.apiKey}\n\n`);
}
