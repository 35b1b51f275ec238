import type { ReviewFollowUpStanding } from '../../src/domain/review-follow-up';
import { createFakeActivities } from '../workflows/fake-activities';
import { ended, type Scene } from './scene';

const OPEN: ReviewFollowUpStanding = { state: 'open', next: null, pending: 2, reminders: 0, escalatedAt: null };
const ENDED: ReviewFollowUpStanding = { ...OPEN, state: 'ended', pending: 0 };

/** So many looks at which something is due the next moment, then one of that standing. */
function looking(looks: number, last: ReviewFollowUpStanding) {
  let seen = 0;
  return () =>
    createFakeActivities(
      { folders: 0, files: 0 },
      {
        followUpReview: async ({ at }) => {
          seen += 1;
          return seen > looks ? last : { ...OPEN, next: new Date(Date.parse(at) + 200).toISOString() };
        },
      },
    ).activities;
}

/** The ways of the follow-up of reviews. */
export const REVIEW_FOLLOW_UP_SCENES: readonly Scene[] = [
  { name: 'track-review-done', type: 'trackReviewWorkflow', activities: looking(2, ENDED) },
  { name: 'track-review-continued', type: 'trackReviewWorkflow', activities: looking(12, ENDED) },
  {
    name: 'track-review-woken',
    type: 'trackReviewWorkflow',
    activities: () => {
      let looks = 0;
      const followUpReview = async () => ((looks += 1), looks === 1 ? OPEN : ENDED);
      return createFakeActivities({ folders: 0, files: 0 }, { followUpReview }).activities;
    },
    act: async (handle) => {
      while ((await handle.query('getReviewFollowUp')) === null) await new Promise((resolve) => setImmediate(resolve));
      await handle.signal('reviewChanged');
      await ended(handle);
    },
  },
  {
    name: 'track-review-waiting',
    type: 'trackReviewWorkflow',
    activities: looking(0, { ...OPEN, state: 'waiting', pending: 0 }),
    act: async (handle) => {
      while ((await handle.query('getReviewFollowUp')) === null) await new Promise((resolve) => setImmediate(resolve));
    },
  },
];
