import { setTimeout as sleep } from 'node:timers/promises';

const PERIOD_MS = 20;

/** Waits until a condition holds; throws when it does not within `withinMs`. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline)
      throw new Error(`it did not come about within ${String(withinMs)} ms: ${String(condition)}`);
    await sleep(PERIOD_MS);
  }
}
