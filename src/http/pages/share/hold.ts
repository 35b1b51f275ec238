/** Resolves at that instant of `performance.now()`, or at once when it is past. */
export async function holdUntil(instantMs: number): Promise<void> {
  const leftMs = instantMs - performance.now();
  if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
}
