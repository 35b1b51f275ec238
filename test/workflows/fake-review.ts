import { Context } from '@temporalio/activity';
import type { Activities } from '../../src/contract/activities';
import { createFakeActivities } from './fake-activities';

/** Jobs that put assets under review, in memory, and whose reviews are followed up. */
export function createFakeReview(chunks: { readonly files: number }, over: Partial<Activities> = {}): Activities {
  const { activities } = createFakeActivities({ folders: 0, ...chunks }, over);
  const openReviewRequest: Activities['openReviewRequest'] = async (input) => ({
    ...(await activities.openReviewRequest(input)),
    // The id of the follow-up is made of it: each recording has its own.
    token: Context.current().info.workflowExecution?.workflowId ?? '',
    followedUp: true,
  });
  return { ...activities, openReviewRequest };
}
