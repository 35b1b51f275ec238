import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, or less when the signal comes; never throws. */
export async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
