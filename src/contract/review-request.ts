import type { ForceApproveInput, ReviewRequestInput } from '../schemas/review-request';
import type { OpenedJob, SliceRequest, SliceResult } from './job';

export type { ForceApproveInput, ReviewRequestInput } from '../schemas/review-request';

/** The Workflow Type that asks for the review of assets of a project; its Workflow Id is the job token. */
export const REVIEW_REQUEST_WORKFLOW = 'reviewRequestWorkflow';
/** The Workflow Type that approves assets of a project from above; its Workflow Id is the job token. */
export const FORCE_APPROVE_WORKFLOW = 'forceApproveWorkflow';

/** A job that puts assets under review, opened for its workflow. */
export interface OpenedReview extends OpenedJob {
  /** Its reviews have a due time or reminders: somebody has to follow them up. */
  readonly followedUp: boolean;
}

/** What workflows may ask of the worker for jobs that put assets under review. All may be repeated without harm. */
export interface ReviewRequestActivities {
  /**
   * Validates the input, makes the job's row unless it is there, checks the rights of the requester, and resolves what
   * it is for into chunks, once.
   */
  openReviewRequest(input: ReviewRequestInput): Promise<OpenedReview>;
  openForceApprove(input: ForceApproveInput): Promise<OpenedReview>;
  /** Puts chunks under review, or forces their approval, for about five seconds. */
  reviewChunks(request: SliceRequest): Promise<SliceResult>;
}
