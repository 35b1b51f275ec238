import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  patched,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../contract/activities';
import type { JobResult, OpenedJob, SlicePhase, SliceRequest, SliceResult } from '../contract/job';
import { isEnded, type JobKind, type JobState } from '../domain/job';
import { storeActivityOptions } from './activity-options';
import { createJobControl, type JobControl } from './job-control';
import { closeUnfinished, untilCancelled } from './job-ending';
import { createProgressReport, type ProgressReport } from './progress-report';

const { closeJob } = proxyActivities<Activities>(storeActivityOptions);

/** What an operation brings to the kernel: how it opens, its phases, and one slice of its work. */
export interface JobOperation<Input> {
  readonly kind: JobKind;
  readonly input: Input;
  readonly open: (input: Input) => Promise<OpenedJob>;
  /** They run one after another. */
  readonly phases: readonly SlicePhase[];
  /** The fairness key is the project, or else the owner: a job that the Temporal CLI started has none of its own. */
  readonly slice: (request: SliceRequest, fairnessKey: string) => Promise<SliceResult>;
}

interface Run<Input> {
  readonly operation: JobOperation<Input>;
  readonly control: JobControl;
  readonly report: ProgressReport;
}

/**
 * Runs one job: open, work through the phases, end. Everything that must survive lies in the store, so that a run which
 * continues as new, or is reset, goes on where the store stands; so do pause, resume and cancel, of which a run only
 * hears in order to look there.
 *
 * @throws ApplicationFailure of a type of contract/failures.ts when the input or the requester is refused
 * @throws CancelledFailure when the job was cancelled, whoever did it and wherever
 */
export async function runJob<Input>(operation: JobOperation<Input>): Promise<JobResult> {
  const report = createProgressReport();
  const run: Run<Input> = { operation, report, control: createJobControl(report) };
  const ending = endAtOnceWhenCancelled();
  let token: string | null = null;
  try {
    const opened = await openJob(run);
    token = opened.token;
    for (const phase of operation.phases) {
      if (opened.waitingChunks[phase] > 0) await workThrough(run, { token, phase }, opened.project ?? opened.owner);
    }
    const result = await closeJob({ token, state: 'done', outcome: null, error: null });
    report.update(result.state, result.counts);
    await condition(allHandlersFinished);
    // The job was cancelled in the store, and closeJob has asked Temporal to cancel this run too: it ends as the job did.
    if (result.state === 'cancelled') await untilCancelled();
    return result;
  } catch (error) {
    if (error instanceof ApplicationFailure || error instanceof ActivityFailure || isCancellation(error)) {
      await CancellationScope.nonCancellable(async () => {
        const ended = await ending();
        if (ended !== null) report.update(ended.state, ended.counts);
        else if (token !== null || isCancellation(error)) await closeUnfinished(token, error, report);
        await condition(allHandlersFinished);
      });
    }
    throw error;
  }
}

/** Opens the job; one that was paused before that is opened again when it may go on. */
async function openJob<Input>({ operation, control, report }: Run<Input>): Promise<OpenedJob> {
  for (;;) {
    const mark = control.mark();
    const opened = await operation.open(operation.input);
    report.identify(operation.kind, opened);
    control.open(opened.token);
    if (opened.state !== 'paused' || opened.counts.total !== null) return opened;
    await control.changedSince(mark);
  }
}

/** Slice after slice until one leaves nothing; a long history is continued in a new run between two of them. */
async function workThrough<Input>(run: Run<Input>, request: SliceRequest, fairnessKey: string): Promise<void> {
  const { operation, control, report } = run;
  for (;;) {
    const mark = control.mark();
    const { counts, more, waitMs, steps, ...slice } = await operation.slice(request, fairnessKey);
    const state = stateOf(slice);
    report.update(state, counts, steps);
    if (isEnded(state) || (!more && state !== 'paused')) return;
    if (state === 'paused') await control.changedSince(mark);
    else if (waitMs !== undefined) await control.changedSince(mark, waitMs);
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew(operation.input);
    }
  }
}

/** Slices of runs that began under version 0.1.0 said nothing of the state. */
function stateOf(slice: Partial<Pick<SliceResult, 'state'>>): JobState {
  return slice.state ?? 'running';
}

/**
 * Ends the job in the store as soon as its workflow is cancelled, without waiting for the slice under way: its next
 * chunk finds the job ended. Answers how to wait for that; null when it was not so, or when there is no job to end.
 */
function endAtOnceWhenCancelled(): () => Promise<JobResult | null> {
  let ending: Promise<JobResult | null> | undefined;
  CancellationScope.current().cancelRequested.catch(() => {
    // Runs that were cancelled under version 0.1.0 waited for the slice.
    if (!patched('cancel-ends-at-once')) return;
    const token = workflowInfo().workflowId;
    ending = CancellationScope.nonCancellable(() =>
      closeJob({ token, state: 'cancelled', outcome: 'cancelled', error: null }),
    ).catch(() => null);
  });
  return () => ending ?? Promise.resolve(null);
}
