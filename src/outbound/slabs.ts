/** Pieces of memory that two threads can look at, used again and again. */
export interface Slabs {
  readonly sizeBytes: number;
  take(): Buffer;
  give(slab: Buffer): void;
}

export function createSlabs({ sizeBytes, keep }: { readonly sizeBytes: number; readonly keep: number }): Slabs {
  const free: Buffer[] = [];
  return {
    sizeBytes,
    take: () => free.pop() ?? Buffer.from(new SharedArrayBuffer(sizeBytes)),
    give(slab) {
      if (free.length < keep) free.push(slab);
    },
  };
}
