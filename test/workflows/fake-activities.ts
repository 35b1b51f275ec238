import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../src/contract/activities';
import type { OpenedJob, SliceRequest } from '../../src/contract/job';
import type { Counts } from '../../src/domain/job';
import { createFakePrune } from './fake-prune';
import { createFakePurge } from './fake-purge';
import { createFakeSweep } from './fake-sweep';

export const OPENED: Omit<OpenedJob, 'token' | 'counts' | 'waitingChunks'> = {
  project: '01a1fe3b-d692-7dc5-859d-ed698620050d',
  owner: '01a1fe3b-3b8b-75ba-802b-c0e759f04155',
  summary: 'Bulk move in project P',
  state: 'running',
};

/** A store in memory: jobs of `files` and `folders` chunks of ten items each. */
export function createFakeActivities(chunks: { folders: number; files: number }, over: Partial<Activities> = {}) {
  const waiting = { ...chunks };
  const total = (chunks.folders + chunks.files) * 10;
  const slices: SliceRequest[] = [];
  const closes: Parameters<Activities['closeJob']>[0][] = [];
  const counts = (): Counts => {
    const remaining = (waiting.folders + waiting.files) * 10;
    return { total, succeeded: total - remaining, skipped: 0, failed: 0, remaining };
  };
  const activities: Activities = {
    openBulkMove: async () => ({ token: '', ...OPENED, counts: counts(), waitingChunks: { ...waiting } }),
    moveChunks: async (request) => {
      slices.push(request);
      waiting[request.phase] = Math.max(0, waiting[request.phase] - 1);
      return { state: 'running', counts: counts(), more: waiting[request.phase] > 0 };
    },
    openTreeChange: async () => ({ token: '', ...OPENED, counts: counts(), waitingChunks: { ...waiting } }),
    changeTree: async (request) => activities.moveChunks(request),
    openSetShared: async () => ({ token: '', ...OPENED, counts: counts(), waitingChunks: { ...waiting } }),
    shareChunks: async (request) => activities.moveChunks(request),
    openReviewRequest: async () => ({ token: '', ...OPENED, counts: counts(), waitingChunks: { ...waiting }, followedUp: false }), // prettier-ignore
    openForceApprove: async () => ({ token: '', ...OPENED, counts: counts(), waitingChunks: { ...waiting }, followedUp: false }), // prettier-ignore
    reviewChunks: async (request) => activities.moveChunks(request),
    controlJob: async ({ token, action }) => ({
      token,
      state: action === 'pause' ? 'paused' : 'running',
      counts: counts(),
    }),
    closeJob: async (request) => {
      closes.push(request);
      return { token: request.token, state: request.state, outcome: request.outcome ?? 'succeeded', counts: counts() };
    },
    sweepQueuedJobs: async () => ({ started: 3, failed: 0, cancelled: 0, requeued: 1 }),
    expireSyncEvents: async () => ({ removed: 7 }),
    ...createFakePrune(1).activities,
    openBulkIngest: async () => ({ token: '', ...OPENED, counts: counts(), waitingChunks: { ...waiting } }),
    openIngestMedia: () => Promise.reject(new Error('see fake-ingest.ts')),
    openDagActionRun: () => Promise.reject(new Error('see fake-dag-run.ts')),
    runNode: () => Promise.reject(new Error('see fake-dag-run.ts')),
    runNodes: () => Promise.reject(new Error('see fake-dag-run.ts')),
    settleNodes: () => Promise.reject(new Error('see fake-dag-run.ts')),
    lookAtRun: () => Promise.reject(new Error('see fake-dag-run.ts')),
    cancelRun: () => Promise.reject(new Error('see fake-dag-run.ts')),
    answerApproval: () => Promise.reject(new Error('see fake-dag-run.ts')),
    settleDueShares: () => Promise.reject(new Error('see share-expiry.test.ts')),
    watchShares: async () => ({ overdue: 0 }),
    deliverMails: () => Promise.reject(new Error('see share-expiry.test.ts')),
    followUpReview: () => Promise.reject(new Error('see review-follow-up.test.ts')),
    watchReviews: async () => ({ overdue: 0 }),
    watchWebhooks: async () => ({ collected: 0, woken: 0, pruned: 0 }),
    ...createFakePurge({ assets: 0, objects: 0 }).activities,
    ...createFakeSweep({ slices: 1, removals: 1 }).activities,
    ...over,
  };
  return { activities, slices, closes, waiting };
}

export function refuse(message: string, type: string): never {
  throw ApplicationFailure.nonRetryable(message, type);
}
