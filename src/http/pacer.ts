export interface PacerOptions {
  /** Takes what was said of a thing last. */
  readonly deliver: (key: string, newest: number) => void;
  /** What is left in peace between two deliveries about a thing, in ms; less than one is nothing. */
  readonly gapMsOf: (key: string) => number;
}

/** Passes on the greatest number said of each thing: at once after a silence, else when the gap is over. */
export interface Pacer {
  say(key: string, number: number): void;
  /** Nothing is delivered after it. */
  close(): void;
}

interface Gap {
  readonly timer: NodeJS.Timeout;
  /** Said meanwhile; null for nothing. */
  held: number | null;
}

export function createPacer({ deliver, gapMsOf }: PacerOptions): Pacer {
  const gaps = new Map<string, Gap>();
  let closed = false;

  const pass = (key: string, number: number) => {
    const gapMs = gapMsOf(key);
    if (gapMs >= 1) {
      const timer = setTimeout(() => {
        const held = gaps.get(key)?.held ?? null;
        gaps.delete(key);
        if (held !== null) pass(key, held);
      }, gapMs).unref();
      gaps.set(key, { timer, held: null });
    }
    deliver(key, number);
  };

  return {
    say(key, number) {
      if (closed) return;
      const gap = gaps.get(key);
      if (gap === undefined) pass(key, number);
      else gap.held = Math.max(gap.held ?? number, number);
    },
    close() {
      closed = true;
      for (const { timer } of gaps.values()) clearTimeout(timer);
      gaps.clear();
    },
  };
}
