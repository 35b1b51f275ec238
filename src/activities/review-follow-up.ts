import type { Logger } from 'pino';
import type { ReviewFollowUpActivities } from '../contract/review-follow-up';
import type { FollowUpWaker, TimerWaker } from '../dispatch';
import { trackReviewInput } from '../schemas/review-follow-up';
import type { Store } from '../store/database';
import { findOverdueFollowUps, followUpReview } from '../store/review-follow-up';
import { withHeartbeat } from './heartbeat';
import { parseInput } from './opening';

/** What the follow-up of reviews needs. */
export interface ReviewFollowUpDependencies {
  readonly store: Store;
  readonly timers: TimerWaker;
  readonly followUps: FollowUpWaker;
  readonly log: Logger;
  readonly now: () => Date;
}

/** What is due for longer than this is overdue: a follow-up that runs is never so late. */
const GRACE_MS = 5 * 60_000;
/** Of one watch; the next one finds the rest. */
const WATCHED = 200;

/** The activities of the follow-up of reviews. */
export function createReviewFollowUpActivities(dependencies: ReviewFollowUpDependencies): ReviewFollowUpActivities {
  const { store, timers, followUps, log, now } = dependencies;
  return {
    followUpReview: ({ at, ...input }) =>
      withHeartbeat(async () => {
        const { token } = parseInput(trackReviewInput, input);
        const { standing, mails } = await followUpReview(store.db, { token, at: new Date(at), now: now() });
        // The mails are in the outbox: a wake-up that fails is made up for within the minute.
        if (mails > 0) {
          await timers.wake('mail').catch((error: unknown) => {
            log.warn({ reason: String(error) }, 'the delivery of mails could not be woken');
          });
        }
        return standing;
      }),

    watchReviews: () =>
      withHeartbeat(async () => {
        const tokens = await findOverdueFollowUps(store.db, { now: now(), graceMs: GRACE_MS, limit: WATCHED });
        for (const token of tokens) await followUps.wake(token);
        if (tokens.length > 0) log.warn({ overdue: tokens.length }, 'reviews were not followed up in time');
        return { overdue: tokens.length };
      }),
  };
}
