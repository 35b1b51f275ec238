import {
  ActivityCancellationType,
  type ActivityOptions,
  condition,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { toIngestTaskQueue } from '../contract/task-queues';
import {
  type DeliverWebhookInput,
  type WebhookDeliveryActivities,
  webhookDueSignal,
  type WebhooksWatch,
  type WebhookWatchActivities,
} from '../contract/webhook';
import { isUuid } from '../domain/names';
import { describeWebhookStanding } from '../domain/webhook-delivery';
import { storeActivityOptions } from './activity-options';

/** Attempts at endpoints are counted in the store; what fails here is our own, and tried without end. */
const deliveryOptions: ActivityOptions = {
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
};

const { deliverWebhook } = proxyActivities<WebhookDeliveryActivities>(deliveryOptions);
const { watchWebhooks } = proxyActivities<WebhookWatchActivities>(storeActivityOptions);

/** Looks at least so often, so that a lost signal is not worse than that. */
const LONGEST_SLEEP_MS = 60 * 60 * 1_000;

/**
 * Delivers what waits at one webhook, sleeps until its next attempt, and ends when nothing waits; signal-with-start takes
 * it up again. What waits lies in the store alone, and is due by the time of this workflow.
 */
export async function deliverWebhookWorkflow(input?: DeliverWebhookInput | null): Promise<void> {
  let signals = 0;
  setHandler(
    webhookDueSignal,
    () => {
      signals += 1;
    },
    { description: 'Something is to be delivered: look into the store. Harmless at any time.' },
  );
  const project = input?.project;
  const options = {
    taskQueue: toIngestTaskQueue(workflowInfo().taskQueue),
    // Whatever it was started with: the activity says what is wrong with it.
    priority: typeof project === 'string' && isUuid(project) ? { fairnessKey: project } : {},
    summary: 'deliver what is due',
  };
  for (;;) {
    const heard = signals;
    const { more, waiting, nextInMs } = await deliverWebhook.executeWithOptions(options, [
      { ...(input as DeliverWebhookInput), at: new Date().toISOString() },
    ]);
    setCurrentDetails(describeWebhookStanding({ waiting, nextInMs }));
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof deliverWebhookWorkflow>(input);
    if (more || signals > heard) continue;
    if (nextInMs === null) return;
    await condition(() => signals > heard, Math.min(nextInMs, LONGEST_SLEEP_MS));
  }
}

/** Runs on a schedule: collects, wakes and prunes what nobody else did. */
export async function watchWebhooksWorkflow(): Promise<WebhooksWatch> {
  return watchWebhooks();
}
