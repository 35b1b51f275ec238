import { CancellationScope, ContinueAsNew, ParentClosePolicy, proxyActivities, startChild } from '@temporalio/workflow'; // prettier-ignore
import type { JobResult, SliceRequest } from '../contract/job';
import { toReviewFollowUpId, TRACK_REVIEW_WORKFLOW, type TrackReviewInput } from '../contract/review-follow-up';
import type { ForceApproveInput, ReviewRequestActivities, ReviewRequestInput } from '../contract/review-request';
import { storeActivityOptions } from './activity-options';
import { runJob } from './job';

const { openReviewRequest, openForceApprove, reviewChunks } =
  proxyActivities<ReviewRequestActivities>(storeActivityOptions);

/**
 * Asks the approvers of a project for the review of assets. What becomes of one asset does not depend on the others. When
 * the job has ended, also half-way, what it has asked for is followed up by a workflow of its own that outlives this one.
 */
export async function reviewRequestWorkflow(input: ReviewRequestInput): Promise<JobResult> {
  let followed = null as string | null;
  const open = async (given: ReviewRequestInput) => {
    const opened = await openReviewRequest(given);
    followed = opened.followedUp ? opened.token : null;
    return opened;
  };
  try {
    return await runJob({ kind: 'review_request', input, open, phases: ['files'], slice: sliceOf('review request') });
  } catch (error) {
    if (error instanceof ContinueAsNew) followed = null;
    throw error;
  } finally {
    if (followed !== null) await startFollowUp(followed);
  }
}

/** Approves assets of a project from above, whatever their approvers have said. */
export async function forceApproveWorkflow(input: ForceApproveInput): Promise<JobResult> {
  const slice = sliceOf('force approve');
  return runJob({ kind: 'force_approve', input, open: openForceApprove, phases: ['files'], slice });
}

const sliceOf = (summary: string) => (request: SliceRequest, fairnessKey: string) =>
  reviewChunks.executeWithOptions({ summary, priority: { fairnessKey } }, [request]);

const ALREADY_STARTED = 'WorkflowExecutionAlreadyStartedError';

/** Of each job there is one follow-up; the watch may have started it already. */
async function startFollowUp(token: string): Promise<void> {
  const input: TrackReviewInput = { token };
  try {
    await CancellationScope.nonCancellable(() =>
      startChild(TRACK_REVIEW_WORKFLOW, {
        workflowId: toReviewFollowUpId(token),
        args: [input],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        staticSummary: 'Follows up the reviews of a job',
      }),
    );
  } catch (error) {
    if (!(error instanceof Error && error.name === ALREADY_STARTED)) throw error;
  }
}
