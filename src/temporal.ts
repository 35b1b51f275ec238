import { Client, Connection, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { createDataConverter } from './codec/data-converter';
import type { PayloadKey } from './codec/payload-keys';
import { WORKFLOW_OF_KIND } from './contract/workflows';
import { LONGHAUL_KIND, LONGHAUL_OWNER, LONGHAUL_PROJECT, LONGHAUL_STATE } from './contract/search-attributes';
import { controlChangedSignal } from './contract/job';
import { TASK_QUEUE } from './contract/task-queues';
import type { WorkflowKeeper } from './dispatch';
import type { DispatchableJob } from './store/job-dispatch';
import { traceClient } from './tracing/client-interceptor';
import { inTrace } from './tracing/traceparent';

/** Where Temporal is and who we are there. */
export interface TemporalTarget {
  readonly connection: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
  readonly namespace: string;
  /** Encrypts what Temporal keeps; absent, nothing is encrypted. */
  readonly dataConverter?: DataConverter | undefined;
}

/** How long a call to Temporal may take. */
export const CALL_DEADLINE_MS = 3_000;
const OPEN: ReadonlySet<string> = new Set(['RUNNING', 'PAUSED']);

/**
 * The target of Temporal's own variables (`TEMPORAL_TLS…`, `TEMPORAL_API_KEY`), which the Temporal CLI reads too.
 * `address` wins over them: the embedded server has no variable. With keys, what Temporal keeps is encrypted.
 */
export function temporalTarget(
  address: string,
  namespace: string,
  payloadKeys: readonly PayloadKey[] = [],
): TemporalTarget {
  const { connectionOptions } = loadClientConnectConfig({ disableFile: true });
  return {
    connection: { ...connectionOptions, address },
    namespace,
    dataConverter: createDataConverter(payloadKeys),
  };
}

/** A client that connects at its first call, so that a façade starts while Temporal is away. */
export function createTemporalClient(target: TemporalTarget, traced = false): Client {
  const { connection, namespace, dataConverter } = target;
  return new Client({
    connection: Connection.lazy(connection),
    namespace,
    ...(dataConverter === undefined ? {} : { dataConverter }),
    ...(traced ? { interceptors: { workflow: [traceClient] } } : {}),
  });
}

/** Resolves when Temporal answers; rejects within the deadline when it does not. */
export async function pingTemporal(client: Client, deadlineMs: number): Promise<void> {
  await client.connection.withDeadline(Date.now() + deadlineMs, () =>
    client.workflowService.describeNamespace({ namespace: client.options.namespace }),
  );
}

/**
 * Starts job workflows under the job token as Workflow Id, and tells where they stand. A token that has a workflow already, running or ended, is
 * left alone: the job has been started.
 */
export function createWorkflowKeeper(client: Client): WorkflowKeeper {
  return {
    async start(job) {
      try {
        await inTrace(job.traceparent, () =>
          client.withDeadline(Date.now() + CALL_DEADLINE_MS, () =>
            client.workflow.start(WORKFLOW_OF_KIND[job.kind], {
              workflowId: job.token,
              taskQueue: TASK_QUEUE,
              args: [job.input],
              workflowIdReusePolicy: 'REJECT_DUPLICATE',
              workflowIdConflictPolicy: 'USE_EXISTING',
              staticSummary: summaryOf(job),
              priority: { fairnessKey: job.projectUuid ?? job.ownerUuid },
              typedSearchAttributes: [
                { key: LONGHAUL_KIND, value: job.kind },
                ...(job.projectUuid === null ? [] : [{ key: LONGHAUL_PROJECT, value: job.projectUuid }]),
                { key: LONGHAUL_OWNER, value: job.ownerUuid },
                { key: LONGHAUL_STATE, value: 'queued' },
              ],
            }),
          ),
        );
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },

    async wake({ token, state }) {
      const handle = client.workflow.getHandle(token);
      try {
        await client.withDeadline(Date.now() + CALL_DEADLINE_MS, async () => {
          if (state === 'cancelled') await handle.cancel();
          else await handle.signal(controlChangedSignal);
        });
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },

    async standingOf(token) {
      try {
        const { status } = await client.withDeadline(Date.now() + CALL_DEADLINE_MS, () =>
          client.workflow.getHandle(token).describe(),
        );
        return OPEN.has(status.name) ? 'running' : { ended: status.name };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'missing';
        throw error;
      }
    },
  };
}

function summaryOf({ kind, projectUuid }: DispatchableJob): string {
  const what = kind.replaceAll('_', ' ');
  return projectUuid === null ? what : `${what} in project ${projectUuid}`;
}
