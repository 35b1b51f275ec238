import { type Client, Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../contract/search-attributes';
import { pollsOf } from '../contract/task-queues';
import { WORKER_ROLES } from '../domain/worker-role';
import type { Tool } from './command';
import { type Check, type Report, toFailedCheck } from './doctor-check';
import { checkJobWorkflows } from './doctor-workflows';
import { withTemporal, withUncheckedStore } from './session';

/** Looks whether Temporal answers, and whether it knows what our workers and operators rely on. */
export async function checkTemporal(tool: Tool, report: Report, canReadStore: boolean): Promise<void> {
  try {
    await withTemporal(tool, async (client) => {
      report({ name: 'temporal', state: 'ok', message: `namespace ${client.options.namespace} answers` });
      await attempt('search attributes', () => checkSearchAttributes(client), report);
      await attempt('schedules', () => checkSchedules(client, tool.schedules.ids), report);
      if (canReadStore) await attempt('job workflows', () => checkJobs(tool, client), report);
      else report({ name: 'job workflows', state: 'skipped', message: 'the store cannot be read' });
      await attempt('workers', () => checkWorkers(client, tool.taskQueue), report);
    });
  } catch (error) {
    report(toFailedCheck('temporal', error));
    for (const name of ['search attributes', 'schedules', 'job workflows', 'workers']) {
      report({ name, state: 'skipped', message: 'Temporal was not reached' });
    }
  }
}

async function attempt(name: string, check: () => Promise<Check>, report: Report): Promise<void> {
  report(await check().catch((error: unknown) => toFailedCheck(name, error)));
}

const checkJobs = (tool: Tool, client: Client) =>
  withUncheckedStore(tool, ({ store: { db } }) => checkJobWorkflows(client, db, tool.now()));

async function checkSearchAttributes(client: Client): Promise<Check> {
  const name = 'search attributes';
  if (!(client.connection instanceof Connection)) throw new Error('the connection has no operator service');
  const { operatorService } = client.connection;
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace: client.options.namespace });
  const wanted = Object.keys(SEARCH_ATTRIBUTES);
  const missing = wanted.filter((attribute) => !(attribute in customAttributes));
  if (missing.length === 0) return { name, state: 'ok', message: `${wanted.join(', ')} are registered` };
  const message = `${missing.join(', ')} not registered: start a worker, which does it, or "temporal operator search-attribute create"`;
  return { name, state: 'failed', message };
}

async function checkSchedules(client: Client, wanted: readonly string[]): Promise<Check> {
  const name = 'schedules';
  const found = new Map<string, boolean>();
  for await (const { scheduleId, state } of client.schedule.list()) found.set(scheduleId, state.paused);
  const missing = wanted.filter((id) => !found.has(id));
  if (missing.length > 0) {
    return {
      name,
      state: 'failed',
      message: `${missing.join(', ')} missing: run "npm run longhaul -- schedules apply"`,
    };
  }
  const told = wanted.map((id) => (found.get(id) === true ? `${id} (paused)` : id));
  return { name, state: 'ok', message: told.join(', ') };
}

/** `temporal.api.enums.v1.TaskQueueType`. */
const TYPES = { workflows: 1, activities: 2 };

/** Of each queue by itself: workers of one role may be there, and none of the other. */
async function checkWorkers(client: Client, taskQueue: string): Promise<Check> {
  const name = 'workers';
  const { namespace } = client.options;
  const missing: string[] = [];
  const told = new Map<string, Set<string>>();
  for (const role of WORKER_ROLES) {
    for (const { queue, tasks } of pollsOf([role], taskQueue)) {
      const request = { namespace, taskQueue: { name: queue }, taskQueueType: TYPES[tasks] };
      // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum is of a package that the client keeps to itself
      const { pollers } = await client.workflowService.describeTaskQueue(request);
      if (pollers.length === 0) missing.push(`${tasks} of ${queue} (role ${role})`);
      const identities = told.get(queue) ?? new Set();
      for (const { identity } of pollers) identities.add(identity ?? '?');
      told.set(queue, identities);
    }
  }
  if (missing.length > 0) {
    const message = `nobody takes ${missing.join(', ')}: start a worker with that role, e.g. by npm start`;
    return { name, state: 'failed', message };
  }
  const takers = [...told].map(([queue, identities]) => `${queue} (${[...identities].toSorted().join(', ')})`);
  return { name, state: 'ok', message: `somebody takes the tasks of ${takers.join(' and ')}` };
}
