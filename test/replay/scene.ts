import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import type { Activities } from '../../src/contract/activities';
import type { JobProgress } from '../../src/contract/job';
import type { WebhookDeliveryActivities } from '../../src/contract/webhook';
import type { createFakeIngest } from '../workflows/fake-ingest';

/** One way that a workflow can go. */
export interface Scene {
  readonly name: string;
  readonly type?: string;
  readonly activities: () => Activities | FakeIngest;
  /** Of a scene of webhooks: what the Task Queue for ingestion does for them. */
  readonly webhooks?: () => WebhookDeliveryActivities;
  /** What happens to the workflow beside its activities; by default it is left to end. */
  readonly act?: (handle: WorkflowHandle) => Promise<unknown>;
}

/** What a scene of the Task Queue for ingestion has beside its activities. */
type FakeIngest = Pick<ReturnType<typeof createFakeIngest>, 'activities' | 'steps'>;

export const untilCancelled = async () => {
  const context = Context.current();
  const beat = setInterval(() => {
    context.heartbeat();
  }, 100);
  return context.cancelled.finally(() => {
    clearInterval(beat);
  });
};

export async function untilState(handle: WorkflowHandle, state: string): Promise<void> {
  while ((await handle.query<JobProgress>('getProgress')).state !== state) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const untilRunning = (handle: WorkflowHandle) => untilState(handle, 'running');

export const ended = (handle: WorkflowHandle) => handle.result().catch(() => undefined);
