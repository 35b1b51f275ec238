/** Keeps several callers with the same errand from running it more often than needed. */
export interface Pace {
  /** Runs `work` unless that was done for the key within the gap. Work that answers false did not count. */
  run(key: string, work: () => Promise<boolean>): Promise<void>;
  /** The key is over; harmless when somebody still runs it. */
  forget(key: string): void;
}

/** The lanes of one job in one worker ask the store once, not once each: the store would refuse the others anyway. */
export function createPace(gapMs: number, nowMs: () => number = Date.now): Pace {
  const quietUntil = new Map<string, number>();
  return {
    async run(key, work) {
      const at = nowMs();
      if (at < (quietUntil.get(key) ?? 0)) return;
      quietUntil.set(key, at + gapMs);
      let counts = false;
      try {
        counts = await work();
      } finally {
        if (!counts) quietUntil.delete(key);
      }
    },
    forget(key) {
      quietUntil.delete(key);
    },
  };
}
