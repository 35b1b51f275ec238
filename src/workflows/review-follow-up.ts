import {
  condition,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import {
  getReviewFollowUpQuery,
  reviewChangedSignal,
  type ReviewFollowUpActivities,
  type ReviewsWatch,
  type TrackReviewInput,
} from '../contract/review-follow-up';
import { describeReviewFollowUp, type ReviewFollowUpStanding, sleepOfFollowUp } from '../domain/review-follow-up';
import { storeActivityOptions } from './activity-options';

const { followUpReview, watchReviews } = proxyActivities<ReviewFollowUpActivities>(storeActivityOptions);

/** Decisions come in bursts: one look is for all of such a time. */
const SETTLING_MS = 5_000;

/**
 * Follows up the reviews that one job asked for: reminds those who owe an answer, escalates at the due time, and ends
 * when nothing is pending any more; signal-with-start takes it up again. What is due lies in the store alone, by the
 * time of this workflow, so that a run that continues as new, or is started again, goes on where the store stands.
 */
export async function trackReviewWorkflow(input: TrackReviewInput): Promise<ReviewFollowUpStanding> {
  let changes = 0;
  let standing: ReviewFollowUpStanding | null = null;
  setHandler(
    reviewChangedSignal,
    () => {
      changes += 1;
    },
    { description: 'Whether anything is pending changed in the store: look there. Harmless at any time.' },
  );
  setHandler(getReviewFollowUpQuery, () => standing, {
    description: 'What is pending and what is due next: {state, next, pending, reminders, escalatedAt}; null before the first look.', // prettier-ignore
  });

  for (;;) {
    const heard = changes;
    const at = new Date();
    standing = await followUpReview({ ...input, at: at.toISOString() });
    setCurrentDetails(describeReviewFollowUp(standing));
    if (standing.state === 'ended' && changes === heard) return standing;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof trackReviewWorkflow>(input);
    if (await condition(() => changes > heard, sleepOfFollowUp(standing, new Date()))) await sleep(SETTLING_MS);
  }
}

/** Runs on a schedule: starts or wakes the follow-up wherever something is overdue. */
export async function watchReviewsWorkflow(): Promise<ReviewsWatch> {
  return watchReviews();
}
