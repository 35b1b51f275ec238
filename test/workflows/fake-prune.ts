import type { PruneActivities } from '../../src/contract/prune';

/** A store in memory that takes so many slices until nothing is old any more. */
export function createFakePrune(slices: number) {
  const calls = { made: 0 };
  const activities: PruneActivities = {
    pruneRecords: async () => {
      calls.made += 1;
      return { removed: { jobs: 2, details: 30, history: 5, visits: 1 }, more: calls.made < slices };
    },
  };
  return { activities, calls };
}
