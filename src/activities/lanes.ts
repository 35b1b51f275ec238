/** A share in the lanes of this worker, for one piece of work of one project. */
export interface LaneShare {
  /** Runs a step when the project has a lane free. */
  run<T>(step: () => Promise<T>): Promise<T>;
  /** The work is over; steps under way end as they will. */
  leave(): void;
}

/** The lanes in which a worker works on the store: so many steps at once, whatever jobs there are. */
export interface Lanes {
  /** From now until it leaves, work of this project counts when the lanes are shared out. */
  join(project: string): LaneShare;
}

interface Party {
  members: number;
  held: number;
  /** When it was last given a lane, in grants. */
  servedAt: number;
  /** For how long it has held lanes since it came, in ms. */
  usedMs: number;
  leftAtMs: number;
  readonly waiting: (() => void)[];
}

/** A project that has held lanes for less than this is new, and huge ones stand aside for it. */
const NEW_MS = 500;
/** A project is still counted for so long after its work: its job goes on in Temporal, and another may follow. */
const LINGER_MS = 1_000;
/** What huge jobs keep while they stand aside. */
const ASIDE = 1;

/**
 * Shares `size` lanes out to the projects that have work under way: each may hold its equal part, rounded up, and a lane
 * that falls free goes to the one that holds the fewest, or that was served the longest ago. Beside a project that has
 * only come, those that were busy before keep one lane each: on a small machine a job of a hundred assets is otherwise
 * slowed by one of a million at each of its many short steps, also those that need no lane. So a huge job gives way within
 * one chunk, and many jobs of one project are no more than one.
 */
export function createLanes(size: number, nowMs: () => number = () => performance.now()): Lanes {
  const parties = new Map<string, Party>();
  let free = size;
  let grants = 0;

  function forgetGone(): void {
    for (const [project, { members, held, leftAtMs }] of parties) {
      if (members === 0 && held === 0 && nowMs() - leftAtMs >= LINGER_MS) parties.delete(project);
    }
  }

  function partOf(party: Party): number {
    const hasNew = [...parties.values()].some((other) => other !== party && other.usedMs < NEW_MS);
    return hasNew && party.usedMs >= NEW_MS ? ASIDE : Math.ceil(size / parties.size);
  }

  function grant(): void {
    forgetGone();
    while (free > 0) {
      const [next] = [...parties.values()]
        .filter((party) => party.waiting.length > 0 && party.held < partOf(party))
        .sort((one, other) => one.held - other.held || one.servedAt - other.servedAt);
      const start = next?.waiting.shift();
      if (next === undefined || start === undefined) return;
      free -= 1;
      next.held += 1;
      next.servedAt = grants += 1;
      start();
    }
  }

  return {
    join(project) {
      forgetGone();
      const party = parties.get(project) ?? { members: 0, held: 0, servedAt: 0, usedMs: 0, leftAtMs: 0, waiting: [] };
      parties.set(project, party);
      party.members += 1;
      let hasLeft = false;
      return {
        async run(step) {
          await new Promise<void>((resolve) => {
            party.waiting.push(resolve);
            grant();
          });
          const startedAtMs = nowMs();
          try {
            return await step();
          } finally {
            free += 1;
            party.held -= 1;
            party.usedMs += nowMs() - startedAtMs;
            grant();
          }
        },
        leave() {
          if (hasLeft) return;
          hasLeft = true;
          party.members -= 1;
          party.leftAtMs = nowMs();
          grant();
        },
      };
    },
  };
}
