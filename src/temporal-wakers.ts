import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Client } from '@temporalio/client';
import { MAIL_ID, MAIL_WORKFLOW, mailQueuedSignal } from './contract/mail';
import { reviewChangedSignal, toReviewFollowUpId, TRACK_REVIEW_WORKFLOW } from './contract/review-follow-up';
import { SHARE_EXPIRY_ID, SHARE_EXPIRY_WORKFLOW, shareChangedSignal } from './contract/share-expiry';
import { TASK_QUEUE } from './contract/task-queues';
import { DELIVER_WEBHOOK_WORKFLOW, toWebhookWorkflowId, webhookDueSignal } from './contract/webhook';
import type { FollowUpWaker, TimerWaker, WebhookWaker } from './dispatch';
import type { WebhookRef } from './store/webhook-collecting';
import { CALL_DEADLINE_MS } from './temporal';

const TIMERS = {
  shareExpiry: {
    workflowType: SHARE_EXPIRY_WORKFLOW,
    workflowId: SHARE_EXPIRY_ID,
    signal: shareChangedSignal,
    staticSummary: 'The timer of all shares',
  },
  mail: {
    workflowType: MAIL_WORKFLOW,
    workflowId: MAIL_ID,
    signal: mailQueuedSignal,
    staticSummary: 'Delivers the mails of the outbox',
  },
} as const;

/** Wakes the workflows that wait for what is due, and starts them when they do not run: signal-with-start. */
export function createTimerWaker(client: Client, taskQueue = TASK_QUEUE): TimerWaker {
  return {
    async wake(timer) {
      const { workflowType, ...options } = TIMERS[timer];
      await client.withDeadline(Date.now() + CALL_DEADLINE_MS, () =>
        client.workflow.signalWithStart(workflowType, {
          ...options,
          taskQueue,
          workflowIdConflictPolicy: 'USE_EXISTING',
        }),
      );
    },
  };
}

/** Wakes the follow-up of the reviews of a job, and starts it when it does not run: signal-with-start. */
export function createFollowUpWaker(client: Client, taskQueue = TASK_QUEUE): FollowUpWaker {
  return {
    async wake(token) {
      await client.withDeadline(Date.now() + CALL_DEADLINE_MS, () =>
        client.workflow.signalWithStart(TRACK_REVIEW_WORKFLOW, {
          workflowId: toReviewFollowUpId(token),
          taskQueue,
          args: [{ token }],
          signal: reviewChangedSignal,
          staticSummary: `Follows up the reviews of job ${token}`,
          workflowIdConflictPolicy: 'USE_EXISTING',
        }),
      );
    },
  };
}

/** Wakes the delivery of a webhook, and starts it when it does not run: signal-with-start. */
export function createWebhookWaker(client: Client, taskQueue = TASK_QUEUE): WebhookWaker {
  return {
    async wake({ webhook, project }) {
      await client.withDeadline(Date.now() + CALL_DEADLINE_MS, () =>
        client.workflow.signalWithStart(DELIVER_WEBHOOK_WORKFLOW, {
          workflowId: toWebhookWorkflowId(webhook),
          taskQueue,
          args: [{ webhook, project }],
          signal: webhookDueSignal,
          staticSummary: `Delivers webhook ${webhook}`,
          priority: { fairnessKey: project },
          workflowIdConflictPolicy: 'USE_EXISTING',
        }),
      );
    },
  };
}

const WAKE_RETRY_MS = [200, 1_000, 5_000];

/**
 * Does `work` in the background, once for all calls of `pauseMs`. Never throws: what fails is tried again for some
 * seconds, and then given up with what `giveUp` says of it.
 */
function inBackground(work: () => Promise<void>, pauseMs: number, giveUp: (error: unknown) => void): () => void {
  let isWanted = false;
  let isRunning = false;
  async function attempt(): Promise<void> {
    for (const retryMs of [...WAKE_RETRY_MS, null]) {
      isWanted = false;
      try {
        await work();
        return;
      } catch (error) {
        if (retryMs === null) giveUp(error);
        else await sleep(retryMs, undefined, { ref: false });
      }
    }
  }
  async function run(): Promise<void> {
    while (isWanted) {
      await attempt();
      await sleep(pauseMs, undefined, { ref: false });
    }
    isRunning = false;
  }
  return () => {
    isWanted = true;
    if (isRunning) return;
    isRunning = true;
    void run();
  };
}

const SHARE_PAUSE_MS = 100;

/**
 * For who changes shares: the timer of shares, and the delivery of mails when one waits, are to look into the store again.
 * Returns at once and never throws: it is done in the background, once for all calls of a moment. When Temporal stays away it gives up after some seconds, for
 * the watch of each minute wakes the timer too.
 */
export function createShareExpiryWaker(client: Client, log: Logger, hasMail: () => Promise<boolean>): () => void {
  const waker = createTimerWaker(client);
  const wakeBoth = async () => {
    await waker.wake('shareExpiry');
    if (await hasMail()) await waker.wake('mail');
  };
  return inBackground(wakeBoth, SHARE_PAUSE_MS, (error) => {
    log.warn({ reason: String(error) }, 'the timer of shares could not be woken; the watch will');
  });
}

/** A follow-up hears of many decisions at most so often from one façade. */
const REVIEW_PAUSE_MS = 2_000;

/**
 * For who answers reviews: the follow-ups of these jobs are to look into the store again. Returns at once and never
 * throws; all calls of a moment wake each follow-up once. What cannot be told within some seconds is left to the watch.
 */
export function createReviewWaker(
  client: Client,
  log: Logger,
  { waker = createFollowUpWaker(client), pauseMs = REVIEW_PAUSE_MS } = {},
): (tokens: readonly string[]) => void {
  const wanted = new Set<string>();
  const wakeAll = async () => {
    for (const token of wanted) {
      wanted.delete(token);
      try {
        await waker.wake(token);
      } catch (error) {
        wanted.add(token);
        throw error;
      }
    }
  };
  const wakeSoon = inBackground(wakeAll, pauseMs, (error) => {
    log.warn({ jobs: wanted.size, reason: String(error) }, 'follow-ups of reviews could not be woken; the watch will');
    wanted.clear();
  });
  return (tokens) => {
    for (const token of tokens) wanted.add(token);
    if (tokens.length > 0) wakeSoon();
  };
}

/**
 * For who asks for a delivery: the workflow of that webhook is to look into the store. Returns at once and never throws;
 * what cannot be told now is left to the watch of each minute.
 */
export function createWebhookNotifier(client: Client, log: Logger): (ref: WebhookRef) => void {
  const waker = createWebhookWaker(client);
  return (ref) => {
    waker.wake(ref).catch((error: unknown) => {
      log.warn({ webhook: ref.webhook, reason: String(error) }, 'the delivery of a webhook could not be woken; the watch will'); // prettier-ignore
    });
  };
}
