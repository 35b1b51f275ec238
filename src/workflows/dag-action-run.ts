import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../contract/activities';
import type { DagActionRunInput, OpenedDagRun } from '../contract/dag-action-run';
import type { JobResult } from '../contract/job';
import { storeActivityOptions } from './activity-options';
import { takeApprovals } from './dag-approvals';
import { type DagSchedule, followGraph, type ScheduleEnd } from './dag-schedule';
import { createJobControl } from './job-control';
import { closeUnfinished, untilCancelled } from './job-ending';
import { createProgressReport } from './progress-report';

const { openDagActionRun, cancelRun, closeJob } = proxyActivities<Activities>(storeActivityOptions);

type Run = Omit<DagSchedule, 'opened'>;

/**
 * Runs an action on an asset: a graph of nodes, each of which begins when its trigger rule says so. A cancelled run goes
 * on until its nodes marked `always` have cleaned up, whoever cancelled it and wherever; then it ends as cancelled.
 *
 * @throws ApplicationFailure of a type of contract/failures.ts when the input or the requester is refused
 * @throws CancelledFailure when the run was cancelled
 */
export async function dagActionRunWorkflow(input: DagActionRunInput): Promise<JobResult> {
  const report = createProgressReport();
  const control = createJobControl(report);
  takeApprovals(control);
  let isCancelRequested = false;
  CancellationScope.current().cancelRequested.catch(() => {
    isCancelRequested = true;
    control.heard();
  });
  const run: Run = { report, control, isCancelRequested: () => isCancelRequested };
  const result = await CancellationScope.nonCancellable(() => seeThrough(run, input));
  // The job was cancelled, and closeJob has asked Temporal to cancel this run too: it ends as the job did.
  if (result.state === 'cancelled') await untilCancelled();
  return result;
}

async function seeThrough(run: Run, input: DagActionRunInput): Promise<JobResult> {
  const opened = await openInTurn(run, input);
  try {
    const end = await followGraph({ ...run, opened });
    await condition(allHandlersFinished);
    if (end === 'continue') {
      // The next run would not hear of it.
      if (run.isCancelRequested()) await cancelRun({ token: opened.token, at: new Date().toISOString() });
      await continueAsNew(input);
    }
    const result = await closeJob({ token: opened.token, ...ENDS[end], error: null });
    run.report.update(result.state, result.counts);
    await condition(allHandlersFinished);
    return result;
  } catch (error) {
    if (error instanceof ApplicationFailure || error instanceof ActivityFailure) {
      await closeUnfinished(opened.token, error, run.report);
    }
    throw error;
  }
}

/** A job that has ended stays as it is: closing it tells how that was. */
const ENDS = {
  through: { state: 'done', outcome: null },
  ended: { state: 'done', outcome: null },
  cancelled: { state: 'cancelled', outcome: 'cancelled' },
  continue: { state: 'done', outcome: null },
} as const satisfies Record<ScheduleEnd, unknown>;

/** Opens the run when it is its turn; one that was paused before that is opened again when it may go on. */
async function openInTurn(
  { control, report, isCancelRequested }: Run,
  input: DagActionRunInput,
): Promise<OpenedDagRun> {
  for (;;) {
    const mark = control.mark();
    const opened = await openDagActionRun(input);
    report.identify('dag_action_run', opened);
    control.open(opened.token);
    const isHeld = opened.waitMs !== undefined || (opened.control === 'pause' && opened.counts.total === null);
    if (!isHeld) return opened;
    if (isCancelRequested()) {
      await cancelRun({ token: opened.token, at: new Date().toISOString() });
      continue;
    }
    await control.changedSince(mark, opened.waitMs);
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew(input);
    }
  }
}
