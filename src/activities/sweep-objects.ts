import type { OrphanSlice, SweepObjectsActivities, SweepObjectsInput } from '../contract/sweep-objects';
import { CONTENT_FOLDERS, contentFolder, isContentKey, toOriginalKey } from '../domain/object-keys';
import { OBJECT_GRACE_SECONDS } from '../domain/object-sweep';
import { sweepObjectsInput } from '../schemas/sweep-objects';
import { findOrphans, noteOrphans } from '../store/object-orphans';
import { readWaitingObjects, removeDueObjects } from '../store/object-removals';
import type { ActivityDependencies } from './dependencies';
import { withHeartbeat } from './heartbeat';
import { parseInput } from './opening';
import { workSlice } from './slice';

/** What the sweep of the object store needs besides. */
export interface ObjectSweepDependencies {
  /** Takes files from the disk of this worker that nobody has touched for so long; answers how many. */
  readonly sweepStaged: (olderThanMs: number) => Promise<number>;
}

/** Keys that are looked for in the store by one statement. */
const BATCH = 1_000;
/** A dry run names so many of a slice. */
const LISTED = 100;

const NOBODY_READS = () => Promise.resolve();

/** The activities of the sweep of the object store. */
export function createSweepObjectsActivities({
  store,
  objects,
  now,
  sweepStaged,
}: Pick<ActivityDependencies, 'store' | 'objects' | 'now'> & ObjectSweepDependencies): SweepObjectsActivities {
  return {
    async noteOrphans({ from, input }): Promise<OrphanSlice> {
      const { dryRun, graceMs } = readInput(input);
      const judge = dryRun ? findOrphans : noteOrphans;
      const before = new Date(now().getTime() - graceMs);
      const slice = { looked_at: 0, orphans: 0, keys: [] as string[] };
      let folder = from;
      const more = await workSlice(async () => {
        if (folder < CONTENT_FOLDERS) await lookThrough(contentFolder(folder));
        folder += 1;
        return folder < CONTENT_FOLDERS ? 'worked' : 'idle';
      }, NOBODY_READS);
      return { ...slice, next: more ? folder : null };

      async function lookThrough(prefix: string): Promise<void> {
        let batch = new Set<string>();
        for await (const { key, modifiedAt } of objects.list(prefix)) {
          slice.looked_at += 1;
          const original = toOriginalKey(key);
          // Whatever else lies there is not ours to take away.
          if (modifiedAt >= before || !isContentKey(original)) continue;
          batch.add(original);
          if (batch.size < BATCH) continue;
          await judgeBatch(batch);
          batch = new Set();
        }
        if (batch.size > 0) await judgeBatch(batch);
      }

      async function judgeBatch(batch: ReadonlySet<string>): Promise<void> {
        const orphans = await judge(store.db, [...batch]);
        slice.orphans += orphans.length;
        if (dryRun) slice.keys.push(...orphans.slice(0, LISTED - slice.keys.length));
      }
    },

    async removeOrphans() {
      let removed = 0;
      const more = await workSlice(async () => {
        const batch = await removeDueObjects(store.pool, (key) => objects.delete(key));
        removed += batch.removed;
        return batch.taken > 0 ? 'worked' : 'idle';
      }, NOBODY_READS);
      const { waiting } = await readWaitingObjects(store.pool);
      return { removed, waiting, more };
    },

    sweepLeftovers: ({ input }) =>
      withHeartbeat(async () => {
        const { graceMs } = readInput(input);
        const unfinished = await objects.sweepUnfinished(new Date(now().getTime() - graceMs));
        return { unfinished, staged: await sweepStaged(graceMs) };
      }),
  };
}

function readInput(input: SweepObjectsInput | null): { readonly dryRun: boolean; readonly graceMs: number } {
  const { dry_run: dryRun = false, older_than_seconds: seconds = OBJECT_GRACE_SECONDS } = parseInput<SweepObjectsInput>(
    sweepObjectsInput,
    input ?? {},
  );
  return { dryRun, graceMs: seconds * 1_000 };
}
