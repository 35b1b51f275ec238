import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';
import { createActivities, createIngestActivities } from './activities';
import { createFileAddresses } from './file-addresses';
import { createIngestWorkshop } from './ingest-workshop';
import { createMailDelivery } from './mail-delivery';
import { createNodeHandlers } from './node-handlers';
import type { Platform } from './platform';
import { createWorkflowKeeper } from './temporal';
import { applySchedules, registerSearchAttributes } from './temporal-setup';
import { createFollowUpWaker, createTimerWaker } from './temporal-wakers';
import { createLonghaulWorkers } from './temporal-worker';
import { startWorkerMetrics } from './worker-metrics';

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
/** Files that jobs of many fetch from one host at once. */
const PER_HOST = 4;

/** Starts the Temporal workers on the platform; makes search attributes and schedules what this version says first. */
export async function startWorker(platform: Platform): Promise<RunningWorker> {
  const { config, log, store, objects, client, target } = platform;
  const now = () => new Date();
  await untilTemporalAnswers(platform, async () => {
    await registerSearchAttributes(client);
    await applySchedules(client);
  });
  const addresses = createFileAddresses(platform);
  const metrics = startWorkerMetrics(store.pool, config.databasePoolSize);
  const workshop = createIngestWorkshop(platform, addresses, metrics);
  const { downloader, steps } = workshop;
  const { urlSeal, judgeUrl } = addresses;
  const { maxAttempts, concurrency } = config.ingest;
  const keeper = createWorkflowKeeper(client);
  const handlers = createNodeHandlers(platform, addresses, workshop);
  const made = await createLonghaulWorkers({
    target,
    activities: createActivities({
      store,
      objects,
      keeper,
      handlers,
      timers: createTimerWaker(client),
      followUps: createFollowUpWaker(client),
      mail: createMailDelivery(config, platform.dataSecret),
      log,
      now,
      syncEventRetentionDays: config.syncEventRetentionDays,
      trashRetentionMs: config.trashRetentionMs,
      judgeUrl,
      urlSeal,
      discardStaged: (id) => downloader.discard(id),
      sweepStaged: async (olderThanMs) =>
        (await downloader.sweep(olderThanMs)) + (await steps.sweepPreviews(olderThanMs)),
    }),
    maxActivities: Math.max(2, config.databasePoolSize - SPARE_CONNECTIONS),
    ingestActivities: createIngestActivities({
      store,
      keeper,
      handlers,
      steps,
      seal: urlSeal,
      maxAttempts,
      log,
      now,
      window: concurrency,
      perHost: PER_HOST,
    }),
    maxIngestActivities: concurrency,
    workflowBundlePath: config.temporal.workflowBundle,
    buildId: config.temporal.buildId,
  }).catch(async (error: unknown) => {
    await workshop.close();
    metrics.stop();
    throw error;
  });
  const { workers } = made;
  const shutdown = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const ended = runTogether(workers, shutdown).finally(async () => {
    await workshop.close();
    await made.close();
    metrics.stop();
  });
  return {
    ended,
    async close() {
      shutdown();
      await ended;
    },
  };
}

/** When one of them dies, the others go down in order, and its error is what is told. */
async function runTogether(workers: readonly Worker[], shutdown: () => void): Promise<void> {
  const runs = workers.map((worker) =>
    worker.run().catch((error: unknown) => {
      shutdown();
      throw error;
    }),
  );
  await Promise.allSettled(runs);
  await Promise.all(runs);
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
