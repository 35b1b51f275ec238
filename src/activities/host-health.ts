/** What a job has seen of the servers that it fetches from. */
export interface HostHealth {
  /** The server has answered: with the file, or with a no that lasts. */
  answered(host: string): void;
  /** An attempt ended by a fault of the server, or of the way to it. */
  faulted(host: string): void;
  /** It has failed since it last answered: no more of its files are begun than are under way. */
  isSuspect(host: string): boolean;
  /** It has failed so often and for so long that its files are given up without asking. */
  isGivenUp(host: string): boolean;
}

interface Row {
  faults: number;
  readonly sinceMs: number;
  askAgainAtMs: number;
}

/** So many attempts in a row, over so long, that a server was only restarted or had a bad moment is out of the question. */
const GIVEN_UP_AFTER = { faults: 6, ms: 40_000 };
/** Then one of its files is tried every so often. */
const ASK_AGAIN_MS = 30_000;

/**
 * Without it ten thousand lines of one dead server would each take their attempts, and hold up a job for hours. It is
 * kept for each job by itself: what one job sees of a server says nothing of what another one asks it for.
 */
export function createHostHealth(nowMs: () => number = () => performance.now()): HostHealth {
  const failing = new Map<string, Row>();
  return {
    answered(host) {
      failing.delete(host);
    },
    faulted(host) {
      const row = failing.get(host) ?? { faults: 0, sinceMs: nowMs(), askAgainAtMs: 0 };
      row.faults += 1;
      row.askAgainAtMs = nowMs() + ASK_AGAIN_MS;
      failing.set(host, row);
    },
    isSuspect: (host) => failing.has(host),
    isGivenUp(host) {
      const row = failing.get(host);
      if (row === undefined || row.faults < GIVEN_UP_AFTER.faults) return false;
      if (nowMs() - row.sinceMs < GIVEN_UP_AFTER.ms) return false;
      if (nowMs() < row.askAgainAtMs) return true;
      // Whoever asks now is the one that tries; the others wait for what comes of it.
      row.askAgainAtMs = nowMs() + ASK_AGAIN_MS;
      return false;
    },
  };
}
