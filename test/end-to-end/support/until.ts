import { setTimeout as sleep } from 'node:timers/promises';

const DEADLINE_MS = 60_000;
const POLL_MS = 50;

/**
 * Asks until the answer is neither null, undefined nor false, and answers it. The error of a wait that was in vain
 * names what was waited for and the last fault.
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  let fault: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
    } catch (error) {
      fault = error;
    }
    if (Date.now() > deadline) {
      const why = fault instanceof Error ? ` (last fault: ${fault.message})` : '';
      throw new Error(`not within ${String(deadlineMs / 1000)} s: ${what}${why}`, { cause: fault });
    }
    await sleep(POLL_MS);
  }
}
