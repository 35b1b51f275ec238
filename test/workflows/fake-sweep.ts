import type { SweepObjectsActivities } from '../../src/contract/sweep-objects';
import { CONTENT_FOLDERS } from '../../src/domain/object-keys';

/** An object store in memory that takes so many slices to look through, ten orphans each, and so many to remove them. */
export function createFakeSweep(
  size: { readonly slices: number; readonly removals: number },
  over: Partial<SweepObjectsActivities> = {},
) {
  const calls: string[] = [];
  const left = { removals: size.removals };
  const activities: SweepObjectsActivities = {
    noteOrphans: async ({ from, input }) => {
      calls.push(`noteOrphans ${String(from)}`);
      const next = from + Math.ceil(CONTENT_FOLDERS / size.slices);
      const keys = input?.dry_run === true ? [`key-${String(from)}`] : [];
      return { looked_at: 100, orphans: 10, keys, next: next < CONTENT_FOLDERS ? next : null };
    },
    removeOrphans: async () => {
      calls.push('removeOrphans');
      left.removals -= 1;
      return { removed: 5, waiting: 2, more: left.removals > 0 };
    },
    sweepLeftovers: async () => {
      calls.push('sweepLeftovers');
      return { unfinished: 3, staged: 4 };
    },
    ...over,
  };
  return { activities, calls };
}
