interface Closable {
  close(): Promise<void>;
}

/** What a test file has opened so far; it is closed also when the opening of the next thing fails. */
export interface Opened {
  keep<T extends Closable>(thing: T): T;
  /** Last first; one that cannot be closed does not keep the others open. */
  closeAll(): Promise<void>;
}

export function createOpened(): Opened {
  const things: Closable[] = [];
  return {
    keep(thing) {
      things.push(thing);
      return thing;
    },
    async closeAll() {
      const faults: unknown[] = [];
      for (const thing of things.splice(0).reverse()) {
        await thing.close().catch((error: unknown) => faults.push(error));
      }
      if (faults.length > 0) throw new AggregateError(faults, faults.map(String).join('; '));
    },
  };
}
