import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';
import { createActivities, createIngestActivities } from './activities';
import type { NodeHandlers } from './activities/dag-nodes';
import type { WebhookWaker, WorkflowKeeper } from './dispatch';
import { createFileAddresses, type FileAddresses } from './file-addresses';
import { createIngestWorkshop, type IngestWorkshop } from './ingest-workshop';
import { createMailDelivery } from './mail-delivery';
import { createNodeHandlers } from './node-handlers';
import type { Platform } from './platform';
import { startStagedSweep } from './staged-sweep';
import { createWorkflowKeeper } from './temporal';
import { applySchedules, registerSearchAttributes } from './temporal-setup';
import { createFollowUpWaker, createTimerWaker, createWebhookWaker } from './temporal-wakers';
import { createLonghaulWorkers } from './temporal-worker';
import { startWebhookCollector } from './webhook-collector';
import { createWebhookSeals } from './webhook-key';
import { startWorkerMetrics } from './worker-metrics';
import { fixedSlots, slotsByLoad } from './worker-tuning';

export interface RunningWorker {
  /** Settles when the worker has ended; rejects when it died. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

const RETRY_MS = 1_000;
/** Files that jobs of many fetch from one host at once. */
const PER_HOST = 4;

/** Starts the Temporal workers of the roles on the platform; makes search attributes and schedules what this version says first. */
export async function startWorker(platform: Platform): Promise<RunningWorker> {
  const { config, log, store, client, target } = platform;
  await untilTemporalAnswers(platform, async () => {
    await registerSearchAttributes(client);
    await applySchedules(client);
  });
  const addresses = createFileAddresses(platform);
  const metrics = startWorkerMetrics(store.pool, config.databasePoolSize);
  const { roles } = config.worker;
  const workshop = roles.includes('ingest') ? createIngestWorkshop(platform, addresses, metrics) : null;
  const parts: Parts = {
    platform,
    addresses,
    workshop,
    keeper: createWorkflowKeeper(client),
    webhooks: createWebhookWaker(client),
    handlers: createNodeHandlers(platform, addresses, workshop),
    now: () => new Date(),
  };
  const made = await createLonghaulWorkers({
    target,
    store: roles.includes('store') ? createStoreRole(parts) : null,
    ingest: workshop === null ? null : createIngestRole(parts, workshop),
    workflowBundlePath: config.temporal.workflowBundle,
    buildId: config.temporal.buildId,
    tracing: platform.tracing,
  }).catch(async (error: unknown) => {
    await workshop?.close();
    metrics.stop();
    throw error;
  });
  const sweep = workshop === null ? null : startStagedSweep(workshop, log);
  const { workers } = made;
  const collector = roles.includes('store')
    ? startWebhookCollector({ db: store.db, webhooks: parts.webhooks, log })
    : null;
  const shutdown = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const ended = runTogether(workers, shutdown).finally(async () => {
    await collector?.close();
    await sweep?.stop();
    await workshop?.close();
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

/** What the roles are made of. */
interface Parts {
  readonly platform: Platform;
  readonly addresses: FileAddresses;
  /** Null in a worker that fetches no files. */
  readonly workshop: IngestWorkshop | null;
  readonly keeper: WorkflowKeeper;
  readonly webhooks: WebhookWaker;
  readonly handlers: NodeHandlers;
  readonly now: () => Date;
}

function createStoreRole({ platform, addresses, workshop, keeper, webhooks, handlers, now }: Parts) {
  const { config, log, store, objects, client } = platform;
  const activities = createActivities({
    store,
    objects,
    keeper,
    handlers,
    timers: createTimerWaker(client),
    followUps: createFollowUpWaker(client),
    webhooks,
    mail: createMailDelivery(config, platform.dataSecret),
    log,
    now,
    syncEventRetentionDays: config.syncEventRetentionDays,
    trashRetentionMs: config.trashRetentionMs,
    retention: config.retention,
    judgeUrl: addresses.judgeUrl,
    urlSeal: addresses.urlSeal,
    // Without a workshop no file lies on this disk; those of other workers are theirs to sweep.
    discardStaged: async (id) => workshop?.downloader.discard(id),
    sweepStaged: async (olderThanMs) => (await workshop?.sweep(olderThanMs)) ?? 0,
  });
  const { storeSlots, cachedWorkflows } = config.worker;
  return { activities, slots: fixedSlots(storeSlots), cachedWorkflows };
}

function createIngestRole({ platform, addresses, keeper, handlers, now }: Parts, { outbound, steps }: IngestWorkshop) {
  const { config, log, store } = platform;
  const { maxAttempts, concurrency } = config.ingest;
  const activities = createIngestActivities({
    store,
    keeper,
    handlers,
    steps,
    seal: addresses.urlSeal,
    outbound,
    webhookSeals: createWebhookSeals(platform.dataSecret),
    requiresHttps: config.production,
    maxAttempts,
    log,
    now,
    window: concurrency,
    perHost: PER_HOST,
  });
  const slots = config.worker.ingestSlots === 'load' ? slotsByLoad(concurrency) : fixedSlots(concurrency);
  return { activities, slots };
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
