import type { Logger } from 'pino';
import type { ReviewRequestActivities } from '../contract/review-request';
import type { TimerWaker } from '../dispatch';
import { isEnded } from '../domain/job';
import type { ReviewKind } from '../domain/review-request';
import type { ProjectJob } from '../store/project-job';
import { readReviewJob, reviewNextChunk } from '../store/review-request-chunk';
import type { ActivityDependencies } from './dependencies';
import { withFaultNotes } from './fault-notes';
import { withHeartbeat } from './heartbeat';
import { createItemSlices } from './item-slices';
import { openReviewRequest } from './open-review-request';
import { workflowId } from './opening';

/** Chunks side by side: what takes the time is the work of Postgres on many rows, and one connection is one core. */
const LANES = 4;

/** What the fan-out of reviews needs besides. */
export interface ReviewRequestDependencies {
  readonly timers: TimerWaker;
  readonly log: Logger;
}

/** The activities that put assets under review. */
export function createReviewRequestActivities(
  dependencies: ActivityDependencies & ReviewRequestDependencies,
): ReviewRequestActivities {
  const { store, log, now, timers } = dependencies;
  const notes = { db: store.db, log, now };
  const begin = async ({ id }: ProjectJob) => {
    const job = await readReviewJob(store.db, id);
    return () => reviewNextChunk(store.db, job, now());
  };
  const reviewSlice = createItemSlices(dependencies, begin, LANES);
  const open = (kind: ReviewKind, input: unknown) =>
    withFaultNotes(notes, workflowId(), () =>
      withHeartbeat(() => openReviewRequest(dependencies, kind, input, workflowId())),
    );
  return {
    openReviewRequest: (input) => open('review_request', input),
    openForceApprove: (input) => open('force_approve', input),
    reviewChunks: async (request) => {
      const result = await withFaultNotes(notes, request.token, () => reviewSlice(request));
      if (isEnded(result.state)) await wakeMail();
      return result;
    },
  };

  /** The mails are in the outbox: a wake-up that fails is made up for within the minute. */
  async function wakeMail(): Promise<void> {
    await timers.wake('mail').catch((error: unknown) => {
      log.warn({ reason: String(error) }, 'the delivery of mails could not be woken');
    });
  }
}
