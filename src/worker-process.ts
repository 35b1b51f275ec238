import { setTimeout as sleep } from 'node:timers/promises';
import { createActivities } from './activities';
import type { Platform } from './platform';
import { createWorkflowKeeper } from './temporal';
import { applySchedules, registerSearchAttributes } from './temporal-setup';
import { createLonghaulWorker } from './temporal-worker';

export interface RunningWorker {
  /** Settles when the worker has ended; rejects when it died. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/**
 * Activities beside the connections that the rest needs. A slice of files wants four of them: when there are fewer, its
 * lanes take turns, which a chunk of some ten milliseconds makes short.
 */
const SPARE_CONNECTIONS = 4;
const RETRY_MS = 1_000;

/** Starts the Temporal worker on the platform; makes search attributes and schedules what this version says first. */
export async function startWorker(platform: Platform): Promise<RunningWorker> {
  const { config, log, store, objects, client, target } = platform;
  await untilTemporalAnswers(platform, async () => {
    await registerSearchAttributes(client);
    await applySchedules(client);
  });
  const made = await createLonghaulWorker({
    target,
    activities: createActivities({
      store,
      objects,
      keeper: createWorkflowKeeper(client),
      log,
      now: () => new Date(),
      syncEventRetentionDays: config.syncEventRetentionDays,
      trashRetentionMs: config.trashRetentionMs,
    }),
    maxActivities: Math.max(2, config.databasePoolSize - SPARE_CONNECTIONS),
    workflowBundlePath: config.temporal.workflowBundle,
    buildId: config.temporal.buildId,
  });
  const { worker } = made;
  const ended = worker.run().finally(() => made.close());
  return {
    ended,
    async close() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    },
  };
}

/** A worker that starts before its Temporal server waits for it, with a word about what it waits for. */
async function untilTemporalAnswers({ log, config }: Platform, work: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + config.temporal.startTimeoutMs;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (Date.now() >= deadline) throw new Error('Temporal did not answer', { cause: error });
      log.info({ reason: String(error) }, 'waiting for Temporal');
      await sleep(RETRY_MS);
    }
  }
}
