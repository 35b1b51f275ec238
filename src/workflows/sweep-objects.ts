import { continueAsNew, proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { ObjectSweep, ObjectSweepProgress, SweepObjectsActivities, SweepObjectsInput } from '../contract/sweep-objects'; // prettier-ignore
import { CONTENT_FOLDERS } from '../domain/object-keys';
import { describeObjectSweep, NOTHING_SWEPT } from '../domain/object-sweep';
import { storeActivityOptions } from './activity-options';

const { noteOrphans, removeOrphans, sweepLeftovers } = proxyActivities<SweepObjectsActivities>(storeActivityOptions);

/** A dry run names so many: the result of a workflow is kept for as long as its history. */
const LISTED = 100;

/**
 * Runs on a schedule: looks through the object store, folder by folder, removes what nothing in the library names, and
 * takes away what puts and downloads have left behind. It can be ended anywhere: the next one begins from the start.
 *
 * @throws ApplicationFailure `InputInvalid` when the input is refused
 */
export async function sweepObjectsWorkflow(
  input: SweepObjectsInput | null = null,
  { from, sweep: begun }: ObjectSweepProgress = { from: 0, sweep: { dry_run: input?.dry_run === true, ...NOTHING_SWEPT } }, // prettier-ignore
): Promise<ObjectSweep> {
  let sweep = begun;
  let folder: number | null = from;
  const tell = (change: Partial<ObjectSweep>) => {
    sweep = { ...sweep, ...change };
    setCurrentDetails(describeObjectSweep(sweep, folder ?? CONTENT_FOLDERS, CONTENT_FOLDERS));
  };

  while (folder !== null) {
    const { looked_at: lookedAt, orphans, keys, next }: Awaited<ReturnType<typeof noteOrphans>> = await noteOrphans({ from: folder, input }); // prettier-ignore
    folder = next;
    const listed = sweep.dry_run ? { keys: [...(sweep.keys ?? []), ...keys].slice(0, LISTED) } : {};
    tell({ looked_at: sweep.looked_at + lookedAt, orphans: sweep.orphans + orphans, ...listed });
    if (folder !== null && workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof sweepObjectsWorkflow>(input, { from: folder, sweep });
    }
  }
  if (sweep.dry_run) return sweep;

  for (let more = true; more;) {
    const removal = await removeOrphans();
    more = removal.more;
    tell({ removed: sweep.removed + removal.removed, waiting: removal.waiting });
    if (more && workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof sweepObjectsWorkflow>(input, { from: CONTENT_FOLDERS, sweep });
    }
  }
  tell(await sweepLeftovers({ input }));
  return sweep;
}
