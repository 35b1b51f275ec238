import type { WorkflowHandle } from '@temporalio/client';
import type { MailSlice } from '../../src/contract/mail';
import type { ShareExpirySlice } from '../../src/contract/share-expiry';
import { createFakeActivities } from '../workflows/fake-activities';
import { ended, type Scene } from './scene';

const NOTHING_DUE: ShareExpirySlice = { noticed: 0, expired: 0, more: false, nextInMs: null, next: null, live: 7 };
const NO_MAIL: MailSlice = { sent: 0, postponed: 0, givenUp: 0, uncertain: 0, more: false, nextInMs: null };

/** Answers one slice after another; the last one again and again. */
function inTurn<T>(slices: readonly [T, ...T[]]): () => Promise<T> {
  let looks = 0;
  return async () => slices[Math.min(looks++, slices.length - 1)] ?? slices[0];
}

const settling = (...slices: readonly [ShareExpirySlice, ...ShareExpirySlice[]]) =>
  createFakeActivities({ folders: 0, files: 0 }, { settleDueShares: inTurn(slices) }).activities;
const delivering = (...slices: readonly [MailSlice, ...MailSlice[]]) =>
  createFakeActivities({ folders: 0, files: 0 }, { deliverMails: inTurn(slices) }).activities;

/** Until so many looks have been taken, by what the workflow has in its history. */
async function untilLooks(handle: WorkflowHandle, activity: string, looks: number): Promise<void> {
  for (;;) {
    const { events } = await handle.fetchHistory();
    const scheduled = new Set(
      (events ?? []).flatMap(({ eventId, activityTaskScheduledEventAttributes: it }) =>
        it?.activityType?.name === activity ? [String(eventId)] : [],
      ),
    );
    const done = (events ?? []).filter(({ activityTaskCompletedEventAttributes: it }) =>
      scheduled.has(String(it?.scheduledEventId)),
    );
    if (done.length >= looks) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The timer of shares, its watch, and the delivery of mails. */
export const SHARE_SCENES: readonly Scene[] = [
  {
    name: 'share-expiry-woken',
    type: 'shareExpiryWorkflow',
    activities: () =>
      settling({ ...NOTHING_DUE, nextInMs: 50 }, { ...NOTHING_DUE, expired: 9, more: true }, NOTHING_DUE),
    act: async (handle) => {
      await untilLooks(handle, 'settleDueShares', 3);
      await handle.signal('shareChanged');
      await untilLooks(handle, 'settleDueShares', 4);
    },
  },
  {
    name: 'share-expiry-continued',
    type: 'shareExpiryWorkflow',
    activities: () => settling({ ...NOTHING_DUE, expired: 1_000, more: true }),
    act: async (handle) => {
      const { runId } = await handle.describe();
      while ((await handle.describe()).runId === runId) await new Promise((resolve) => setTimeout(resolve, 20));
    },
  },
  { name: 'watch-shares', type: 'watchSharesWorkflow', activities: () => settling(NOTHING_DUE) },
  {
    name: 'mail-delivered',
    type: 'mailWorkflow',
    activities: () =>
      delivering({ ...NO_MAIL, sent: 900, more: true }, { ...NO_MAIL, postponed: 1, nextInMs: 50 }, NO_MAIL),
  },
  {
    name: 'mail-queued-while-it-slept',
    type: 'mailWorkflow',
    activities: () => delivering({ ...NO_MAIL, postponed: 1, nextInMs: 3_600_000 }, NO_MAIL),
    act: async (handle) => {
      await untilLooks(handle, 'deliverMails', 1);
      await handle.signal('mailQueued');
      await ended(handle);
    },
  },
];
