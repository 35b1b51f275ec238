import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { ReviewFollowUpStanding } from '../domain/review-follow-up';

/** The Workflow Type of the follow-up of one order of reviews: reminders, and an escalation when they are due. */
export const TRACK_REVIEW_WORKFLOW = 'trackReviewWorkflow';
/** Runs on a schedule: makes sure that a follow-up runs wherever something is due. */
export const WATCH_REVIEWS_WORKFLOW = 'watchReviewsWorkflow';

/** The Workflow Id of the follow-up of the reviews that a job asked for; of each job there is at most one. */
export function toReviewFollowUpId(token: string): string {
  return `longhaul-review-${token}`;
}

/** The input of the follow-up: the token of the job that asked for the reviews. */
export interface TrackReviewInput {
  readonly token: string;
}

/** Where a follow-up looks, and what time its workflow has, as ISO text: reminders are due by that clock. */
export interface FollowUpRequest {
  readonly token: string;
  readonly at: string;
}

/** What workflows may ask of the worker for the follow-up of reviews. Both may be repeated without harm. */
export interface ReviewFollowUpActivities {
  /** Does what is due at the reviews of a job by then, once, and tells what is due next. */
  followUpReview(request: FollowUpRequest): Promise<ReviewFollowUpStanding>;
  /** Starts or wakes the follow-ups at which something has been due for some minutes; answers how many. */
  watchReviews(): Promise<ReviewsWatch>;
}

/** What the watch has found. */
export interface ReviewsWatch {
  readonly overdue: number;
}

/** Whether anything is pending has changed in the store: look there. Harmless at any time. */
export const reviewChangedSignal = defineSignal('reviewChanged');

/** `temporal workflow query --workflow-id longhaul-review-<job token> --type getReviewFollowUp` */
export const getReviewFollowUpQuery = defineQuery<ReviewFollowUpStanding | null>('getReviewFollowUp');
