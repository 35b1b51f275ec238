import { NativeConnection, Runtime, Worker, type ActivitySlotInfo, type LogMetadata, type SlotSupplier, type WorkerOptions } from '@temporalio/worker'; // prettier-ignore
import type { Logger } from 'pino';
import type { Activities, IngestQueueActivities } from './contract/activities';
import { DEPLOYMENT_NAME, TASK_QUEUE, toIngestTaskQueue } from './contract/task-queues';
import type { TemporalTarget } from './temporal';
import { traceActivities } from './tracing/activity-interceptor';
import type { Tracing } from './tracing/start-tracing';
import { createTraceSinks } from './tracing/workflow-sinks';
import { AUTOSCALED_POLLS, tune, WORKFLOW_TASKS } from './worker-tuning';

type ActivitySlots = SlotSupplier<ActivitySlotInfo>;

export interface LonghaulWorkerOptions {
  readonly target: TemporalTarget;
  /** The role `store`; null where another process has it. */
  readonly store: {
    readonly activities: Activities;
    /** Activities at once; each may hold a connection of the store. */
    readonly slots: ActivitySlots;
    readonly cachedWorkflows: number;
  } | null;
  /** The role `ingest`; null where another process has it. */
  readonly ingest: { readonly activities: IngestQueueActivities; readonly slots: ActivitySlots } | null;
  /** A bundle made by scripts/bundle-workflows.ts; without one the workflows are bundled at start. */
  readonly workflowBundlePath: string | undefined;
  /** Names this code for Worker Versioning; without one the worker is unversioned. */
  readonly buildId: string | undefined;
  /** Null where nothing is traced. */
  readonly tracing: Tracing | null;
}

/**
 * Sends the SDK's logs through ours, and serves its metrics for Prometheus at `metricsAddress` (`host:port`) when one is
 * given. Call it once per process, before anything else of the SDK.
 */
export function installRuntime(log: Logger, metricsAddress?: string): void {
  const write = (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') => (message: string, meta?: LogMetadata) => {
    log[level]({ ...meta }, message);
  };
  const levels = { trace: write('trace'), debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }; // prettier-ignore
  Runtime.install({
    logger: {
      ...levels,
      log: (level, message, meta) => {
        levels[level.toLowerCase() as keyof typeof levels](message, meta);
      },
    },
    // The roots own the signals: the façade and the worker of one process must go down in order.
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } },
      ...(metricsAddress === undefined
        ? {}
        : {
            metrics: {
              prometheus: {
                bindAddress: metricsAddress,
                countersTotalSuffix: true,
                unitSuffix: true,
                useSecondsForDurations: true,
              },
            },
          }),
    },
  });
}

/** For {@link installRuntime}; a port of the configuration that is absent means that nothing is served. */
export function toMetricsAddress(host: string, port: number | undefined): string | undefined {
  if (port === undefined) return undefined;
  return `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}
/** Most requests and steps of files end by themselves within this; begun again, they would cost their servers double. */
const INGEST_GRACE = '5 seconds';

/** Where payloads are encrypted the bundle holds a converter of failures that hands their texts to the codec. */
function toBundlePath({ target, workflowBundlePath }: LonghaulWorkerOptions): string | undefined {
  if (target.dataConverter === undefined) return workflowBundlePath;
  return workflowBundlePath?.replace(/\.js$/, '.encrypted.js');
}

/**
 * Connects and makes the workers, one for each Task Queue of the roles; `run` them, and `shutdown` them to let slices end after the
 * chunk at hand, and steps of files where they can go on.
 */
export async function createLonghaulWorkers(
  options: LonghaulWorkerOptions,
): Promise<{ readonly workers: readonly Worker[]; close(): Promise<void> }> {
  const { target, buildId } = options;
  const workflowBundlePath = toBundlePath(options);
  const connection = await NativeConnection.connect(target.connection);
  const workflows: Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> =
    workflowBundlePath === undefined
      ? { workflowsPath: require.resolve('./workflows') }
      : { workflowBundle: { codePath: workflowBundlePath } };
  const shared: Omit<WorkerOptions, 'taskQueue'> = {
    sinks: createTraceSinks(options.tracing?.spanIds ?? null),
    interceptors: {
      ...(workflowBundlePath === undefined ? { workflowModules: [require.resolve('./workflows/interceptors')] } : {}),
      ...(options.tracing === null ? {} : { activity: [traceActivities] }),
    },
    connection,
    namespace: target.namespace,
    ...(target.dataConverter === undefined ? {} : { dataConverter: target.dataConverter }),
    activityTaskPollerBehavior: AUTOSCALED_POLLS,
    shutdownForceTime: '30 seconds',
    ...(buildId === undefined
      ? {}
      : {
          workerDeploymentOptions: {
            useWorkerVersioning: true,
            version: { deploymentName: DEPLOYMENT_NAME, buildId },
            defaultVersioningBehavior: 'AUTO_UPGRADE',
          },
        }),
  };
  const workers: Worker[] = [];
  try {
    if (options.store !== null) {
      const { activities, slots, cachedWorkflows } = options.store;
      const own: WorkerOptions = {
        ...shared,
        taskQueue: TASK_QUEUE,
        activities,
        ...workflows,
        maxCachedWorkflows: cachedWorkflows,
        workflowTaskPollerBehavior: AUTOSCALED_POLLS,
        tuner: tune({ workflowTasks: WORKFLOW_TASKS, activities: slots }),
        // Slices end after the chunk at hand, and are none the worse for it.
        shutdownGraceTime: 0,
      };
      workers.push(await Worker.create(own));
    }
    if (options.ingest !== null) {
      const { activities, slots } = options.ingest;
      const own: WorkerOptions = {
        ...shared,
        taskQueue: toIngestTaskQueue(TASK_QUEUE),
        activities,
        tuner: tune({ workflowTasks: 2, activities: slots }),
        shutdownGraceTime: INGEST_GRACE,
      };
      workers.push(await Worker.create(own));
    }
    return { workers, close: () => connection.close() };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
