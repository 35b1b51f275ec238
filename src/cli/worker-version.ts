import { type Client, isGrpcServiceError } from '@temporalio/client';
import type { Command } from 'commander';
import { DEPLOYMENT_NAME, pollsOf } from '../contract/task-queues';
import { WORKER_ROLES } from '../domain/worker-role';
import { explain, type Tool } from './command';
import { CommandFailure } from './failure';
import { withTemporal } from './session';

/** `temporal.api.enums.v1.WorkerDeploymentVersionStatus`. */
const STATES: Readonly<Record<number, string>> = { 1: 'inactive', 2: 'current', 3: 'ramping', 4: 'draining', 5: 'drained', 6: 'created' }; // prettier-ignore
/** `temporal.api.enums.v1.TaskQueueType`. */
const TASKS: Readonly<Record<number, string>> = { 1: 'workflows', 2: 'activities' };
const NOT_FOUND = 5;

interface Version {
  readonly build_id: string;
  readonly state: string;
  /** What its workers take or have taken, e.g. `workflows of longhaul`. */
  readonly takes: readonly string[];
}

/** `worker versions` and `worker promote`. */
export function addWorkerVersionCommands(program: Command, tool: Tool): void {
  const group = program.command('worker').description('Versions of workers (TEMPORAL_BUILD_ID): versions, promote');

  const versions = group
    .command('versions')
    .description('Show the versions that Temporal knows, which one is current, and which have let go of all work')
    .action(async () => {
      const found = await withTemporal(tool, listVersions);
      const lines = found.map(({ build_id: id, state, takes }) => `${state.padEnd(8)}  ${id}  ${takes.join(', ')}`);
      tool.answer({ json: { versions: found }, lines: lines.length === 0 ? ['No worker has a version.'] : lines });
    });
  explain(versions, {
    notes: ['The workers of a version that is draining or drained may be stopped: what runs has gone on with the current one.'],
    examples: ['worker versions'],
    json: '{"versions": [{"build_id", "state": "current" | "draining" | "drained" | "inactive" | …, "takes": [<string>, …]}, …]}',
  }); // prettier-ignore

  const promote = group
    .command('promote <build-id>')
    .description('Give all work, also that of what runs, to the workers with this TEMPORAL_BUILD_ID')
    .action(async (buildId: string) => {
      const previous = await withTemporal(tool, (client) => promoteVersion(client, buildId));
      const was = previous === null ? 'none had a version' : `it was ${previous}`;
      const lines = [previous === buildId ? `${buildId} is current already.` : `${buildId} is current now; ${was}.`];
      tool.answer({ json: { current: buildId, previous }, lines });
    });
  explain(promote, {
    notes: ['It refuses a version whose workers do not take the tasks of every queue: they would wait for nobody.'],
    examples: ['worker promote 2026-12-01.3'],
    json: '{"current": "<build id>", "previous": "<build id>" | null}',
  });
}

async function listVersions(client: Client): Promise<readonly Version[]> {
  const { workflowService, options } = client;
  const deployment = await orNull(
    workflowService.describeWorkerDeployment({ namespace: options.namespace, deploymentName: DEPLOYMENT_NAME }),
  );
  const versions: Version[] = [];
  for (const { deploymentVersion, status } of deployment?.workerDeploymentInfo?.versionSummaries ?? []) {
    const buildId = deploymentVersion?.buildId ?? '';
    const takes = (await findTaken(client, buildId)) ?? [];
    versions.push({ build_id: buildId, state: STATES[Number(status)] ?? 'unknown', takes });
  }
  return versions;
}

/** Answers the build id that was current before; null when there was none. */
async function promoteVersion(client: Client, buildId: string): Promise<string | null> {
  const takes = await findTaken(client, buildId);
  if (takes === null) {
    const message = `no worker with TEMPORAL_BUILD_ID=${buildId} has come yet: start it first`;
    throw new CommandFailure('no_version', message);
  }
  const missing = pollsOf(WORKER_ROLES).map(toWords).filter((poll) => !takes.includes(poll)); // prettier-ignore
  if (missing.length > 0) {
    const message = `no worker with TEMPORAL_BUILD_ID=${buildId} takes ${missing.join(', ')}: start one first`;
    throw new CommandFailure('queues_missing', message);
  }
  const { namespace } = client.options;
  const request = { namespace, deploymentName: DEPLOYMENT_NAME, buildId, identity: 'longhaul worker promote' };
  const { previousDeploymentVersion } = await client.workflowService.setWorkerDeploymentCurrentVersion(request);
  return previousDeploymentVersion?.buildId ?? null;
}

const toWords = ({ queue, tasks }: { readonly queue: string; readonly tasks: string }) => `${tasks} of ${queue}`;

/** Null when Temporal has never heard of the version. */
async function findTaken({ workflowService, options }: Client, buildId: string): Promise<readonly string[] | null> {
  const deploymentVersion = { deploymentName: DEPLOYMENT_NAME, buildId };
  const found = await orNull(
    workflowService.describeWorkerDeploymentVersion({ namespace: options.namespace, deploymentVersion }),
  );
  if (found === null) return null;
  return found.versionTaskQueues
    .map(({ name, type }) => toWords({ queue: name ?? '', tasks: TASKS[Number(type)] ?? 'other tasks' }))
    .toSorted();
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isGrpcServiceError(error) && isNotFound(error)) return null;
    throw error;
  }
}

function isNotFound({ code }: { readonly code: number }): boolean {
  return code === NOT_FOUND;
}
