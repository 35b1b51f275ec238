import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  continueAsNew,
  isCancellation,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../contract/activities';
import type { JobResult, OpenedJob, SlicePhase, SliceRequest, SliceResult } from '../contract/job';
import type { JobKind } from '../domain/job';
import { storeActivityOptions } from './activity-options';
import { createProgressReport, type ProgressReport } from './progress-report';

const { closeJob } = proxyActivities<Activities>(storeActivityOptions);

/** What an operation brings to the kernel: how it opens, its phases, and one slice of its work. */
export interface JobOperation<Input> {
  readonly kind: JobKind;
  readonly input: Input;
  readonly open: (input: Input) => Promise<OpenedJob>;
  /** They run one after another. */
  readonly phases: readonly SlicePhase[];
  readonly slice: (request: SliceRequest) => Promise<SliceResult>;
}

/**
 * Runs one job: open, work through the phases, end. Everything that must survive lies in the store,
 * so that a run which continues as new, or is reset, goes on where the store stands.
 *
 * @throws ApplicationFailure of a type of contract/failures.ts when the input or the requester is refused
 */
export async function runJob<Input>(operation: JobOperation<Input>): Promise<JobResult> {
  const progress = createProgressReport();
  const opened = await operation.open(operation.input);
  const { token, waitingChunks } = opened;
  progress.identify(operation.kind, opened);
  try {
    for (const phase of operation.phases) {
      if (waitingChunks[phase] > 0) await workThrough(operation, { token, phase }, progress);
    }
    const result = await closeJob({ token, state: 'done', outcome: null, error: null });
    progress.update(result.state, result.counts);
    return result;
  } catch (error) {
    if (error instanceof ApplicationFailure || error instanceof ActivityFailure || isCancellation(error)) {
      await CancellationScope.nonCancellable(() => closeUnfinished(token, error, progress));
    }
    throw error;
  }
}

/** Slice after slice until one leaves nothing; a long history is continued in a new run between two of them. */
async function workThrough<Input>(
  operation: JobOperation<Input>,
  request: SliceRequest,
  progress: ProgressReport,
): Promise<void> {
  for (;;) {
    const { counts, more } = await operation.slice(request);
    progress.update('running', counts);
    if (!more) return;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew(operation.input);
  }
}

/** Says in the store how a run ended that did not get through; the items it did not reach stay `remaining`. */
async function closeUnfinished(token: string, error: unknown, progress: ProgressReport): Promise<void> {
  const cancelled = isCancellation(error);
  const cause = error instanceof ActivityFailure && error.cause !== undefined ? error.cause : error;
  const code = cause instanceof ApplicationFailure ? (cause.type ?? 'Failed') : 'Failed';
  const result = await closeJob({
    token,
    state: cancelled ? 'cancelled' : 'failed',
    outcome: cancelled ? 'cancelled' : 'failed',
    error: cancelled ? null : { code, message: cause instanceof Error ? cause.message : String(cause) },
  });
  progress.update(result.state, result.counts);
}
