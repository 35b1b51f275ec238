import type { PruneActivities } from '../contract/prune';
import { addPruned, NOTHING_PRUNED, type PruneCounts } from '../domain/prune';
import { deleteRecordsBefore } from '../store/history-retention';
import { markPrunableJobs, pruneJobDetails } from '../store/job-retention';
import type { ActivityDependencies } from './dependencies';
import { workSlice } from './slice';

/** Rows of one table that a transaction takes: a chunk may hold a thousand items. */
const DETAILS_AT_ONCE = 1_000;
/** Half a second. Each look passes by what has been removed before it, hence not fewer (decision 39). */
const RECORDS_AT_ONCE = 50_000;

const NOBODY_READS = () => Promise.resolve();

/** What removes old details of jobs and old history. */
export function createPruneActivities({ store, now, retention }: ActivityDependencies): PruneActivities {
  const { jobMs, historyMs } = retention;
  const ago = (ms: number) => new Date(now().getTime() - ms);
  return {
    async pruneRecords() {
      let removed = NOTHING_PRUNED;
      const more = await workSlice(async () => {
        const step = (jobMs === null ? null : await pruneJobs(ago(jobMs))) ?? (historyMs === null ? null : await pruneHistory(ago(historyMs))); // prettier-ignore
        if (step === null) return 'idle';
        removed = addPruned(removed, step);
        return 'worked';
      }, NOBODY_READS);
      return { removed, more };
    },
  };

  /** One transaction; null when nothing is due. What is marked goes before more is marked. */
  async function pruneJobs(endedBefore: Date): Promise<PruneCounts | null> {
    const pruned = await pruneJobDetails(store.db, DETAILS_AT_ONCE);
    if (pruned !== null) return { ...NOTHING_PRUNED, jobs: pruned.jobs, details: pruned.rows };
    return (await markPrunableJobs(store.db, endedBefore, now())) > 0 ? NOTHING_PRUNED : null;
  }

  async function pruneHistory(before: Date): Promise<PruneCounts | null> {
    const history = await deleteRecordsBefore(store.db, 'history', before, RECORDS_AT_ONCE);
    if (history > 0) return { ...NOTHING_PRUNED, history };
    const visits = await deleteRecordsBefore(store.db, 'share_visits', before, RECORDS_AT_ONCE);
    return visits > 0 ? { ...NOTHING_PRUNED, visits } : null;
  }
}
