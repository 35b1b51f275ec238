import {
  CancellationScope,
  continueAsNew,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import {
  getPurgeProgressQuery,
  type PurgeActivities,
  type PurgeProgress,
  type PurgeSlice,
  type PurgeTrashInput,
} from '../contract/purge';
import { describePurge, type PurgeStanding } from '../domain/purge';
import { storeActivityOptions } from './activity-options';

const { openPurge, purgeAssets, removeObjects } = proxyActivities<PurgeActivities>(storeActivityOptions);
/** Only tells where it stands, so that a cancelled run need not wait for a store that is away. */
const { readPurge } = proxyActivities<PurgeActivities>({
  ...storeActivityOptions,
  scheduleToCloseTimeout: '30 seconds',
});

const UNOPENED: PurgeProgress = {
  dry_run: false,
  total: 0,
  purged: 0,
  kept: 0,
  remaining: 0,
  objects: { removed: 0, waiting: 0 },
};

/**
 * Runs on a schedule: deletes for good what has lain in the trash for longer than the retention, then removes the
 * objects that nobody names any more. The counts lie in the store, under the id of the first run, so that a run which
 * continues as new, or is reset, goes on where the store stands; a run that was cancelled leaves the rest to the next
 * purge.
 *
 * @throws ApplicationFailure `InputInvalid` when the input is refused
 */
export async function purgeTrashWorkflow(input?: PurgeTrashInput): Promise<PurgeProgress> {
  let current = UNOPENED;
  setHandler(getPurgeProgressQuery, () => current, {
    description:
      'Where the purge stands, in assets: {total, purged, kept, remaining, objects: {removed, waiting}}, ' +
      'as of the last slice of about five seconds; total = purged + kept + remaining.',
  });
  const tell = ({ total, purged, kept, remaining, objects }: PurgeStanding) => {
    current = { ...current, total, purged, kept, remaining, objects };
    setCurrentDetails(describePurge(current, current.dry_run));
  };

  const token = workflowInfo().firstExecutionRunId;
  try {
    current = await openPurge({ token, input: input ?? null });
    tell(current);
    if (current.dry_run) return current;
    if (current.remaining > 0)
      await workThrough((summary) => purgeAssets.executeWithOptions({ summary }, [{ token }]), 'assets');
    await workThrough((summary) => removeObjects.executeWithOptions({ summary }, [{ token }]), 'objects');
    return current;
  } catch (error) {
    if (isCancellation(error)) {
      const standing = await CancellationScope.nonCancellable(() => readPurge({ token })).catch(() => null);
      if (standing !== null) tell(standing);
    }
    throw error;
  }

  /** Slice after slice until one leaves nothing; a long history is continued in a new run between two of them. */
  async function workThrough(slice: (summary: string) => Promise<PurgeSlice>, summary: string): Promise<void> {
    for (;;) {
      const { more, waitMs, ...standing } = await slice(summary);
      tell(standing);
      if (!more) return;
      if (waitMs !== undefined) await sleep(waitMs, { summary: 'until objects that failed are tried again' });
      if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof purgeTrashWorkflow>(input);
    }
  }
}
