import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  isCancellation,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../contract/activities';
import { storeActivityOptions } from './activity-options';
import type { ProgressReport } from './progress-report';

const { closeJob } = proxyActivities<Activities>(storeActivityOptions);

/** A run of a cancelled job that hears of no cancellation for so long completes, with the state in its result. */
const CANCELLATION_WAIT = '1 minute';

/**
 * Lets the run of a job that was cancelled in the store end as Temporal has it: the cancellation has been asked for.
 * @throws CancelledFailure
 */
export async function untilCancelled(): Promise<void> {
  await condition(() => false, CANCELLATION_WAIT);
}

/** Says in the store how a run ended that did not get through; the items it did not reach stay `remaining`. */
export async function closeUnfinished(opened: string | null, error: unknown, report: ProgressReport): Promise<void> {
  const token = opened ?? workflowInfo().workflowId;
  const cancelled = isCancellation(error);
  const cause = error instanceof ActivityFailure && error.cause !== undefined ? error.cause : error;
  const code = cause instanceof ApplicationFailure ? (cause.type ?? 'Failed') : 'Failed';
  try {
    const result = await closeJob({
      token,
      state: cancelled ? 'cancelled' : 'failed',
      outcome: cancelled ? 'cancelled' : 'failed',
      error: cancelled ? null : { code, message: cause instanceof Error ? cause.message : String(cause) },
    });
    report.update(result.state, result.counts);
  } catch (fault) {
    // Cancelled before it was opened: a run of the Temporal CLI has no job yet.
    if (opened !== null) throw fault;
  }
}
