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
  readonly waiting: (() => void)[];
}

/**
 * Shares `size` lanes out to the projects that have work under way: each may hold its equal part, rounded up, and a lane
 * that falls free goes to the one that holds the fewest, or that was served the longest ago. So a huge job gives way within one chunk to whoever comes, and
 * many jobs of one project are no more than one.
 */
export function createLanes(size: number): Lanes {
  const parties = new Map<string, Party>();
  let free = size;
  let grants = 0;

  function grant(): void {
    const part = Math.ceil(size / Math.max(1, parties.size));
    while (free > 0) {
      const [next] = [...parties.values()]
        .filter((party) => party.waiting.length > 0 && party.held < part)
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
      const party = parties.get(project) ?? { members: 0, held: 0, servedAt: 0, waiting: [] };
      parties.set(project, party);
      party.members += 1;
      let hasLeft = false;
      return {
        async run(step) {
          await new Promise<void>((resolve) => {
            party.waiting.push(resolve);
            grant();
          });
          try {
            return await step();
          } finally {
            free += 1;
            party.held -= 1;
            grant();
          }
        },
        leave() {
          if (hasLeft) return;
          hasLeft = true;
          party.members -= 1;
          if (party.members === 0) parties.delete(project);
          grant();
        },
      };
    },
  };
}
