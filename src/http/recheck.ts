/** A check for long conversations: asks again once `everyMs` have gone by since it was last answered, else is silent. */
export function createRecheck(check: () => Promise<unknown>, everyMs: number): () => Promise<void> {
  let checkedAt = performance.now();
  return async () => {
    if (performance.now() - checkedAt < everyMs) return;
    await check();
    checkedAt = performance.now();
  };
}
