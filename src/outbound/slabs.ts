/** Pieces of memory that two threads can look at, used again and again. */
export interface Slabs {
  readonly sizeBytes: number;
  take(): Uint8Array;
  give(slab: Uint8Array): void;
}

export function createSlabs({ sizeBytes, keep }: { readonly sizeBytes: number; readonly keep: number }): Slabs {
  const free: Uint8Array[] = [];
  return {
    sizeBytes,
    take: () => free.pop() ?? new Uint8Array(new SharedArrayBuffer(sizeBytes)),
    give(slab) {
      if (free.length < keep) free.push(slab);
    },
  };
}
