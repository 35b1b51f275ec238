import { type Client, Connection } from '@temporalio/client';
import { createTemporalClient, createWorkflowKeeper, pingTemporal } from '../../src/temporal';
import { applySchedules, registerSearchAttributes, SCHEDULE_IDS } from '../../src/temporal-setup';
import { newUuid } from '../../src/store/ids';
import { connectTestTemporal, type TestTemporal } from '../support/temporal';

let temporal: TestTemporal;

beforeAll(async () => {
  temporal = await connectTestTemporal();
});
afterAll(async () => {
  for (const id of SCHEDULE_IDS) await temporal.client.schedule.getHandle(id).delete();
  await temporal.close();
});

it('makes every schedule, also when it is there already, and leaves a paused one paused', async () => {
  expect(await applySchedules(temporal.client)).toEqual([...SCHEDULE_IDS]);
  const handle = temporal.client.schedule.getHandle('longhaul-sweep-queued-jobs');
  await handle.pause('an operator looks into something');
  await applySchedules(temporal.client);
  const { state, policies, action } = await handle.describe();
  expect(state).toMatchObject({ paused: true, note: 'an operator looks into something' });
  expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 600_000 });
  expect(action).toMatchObject({ workflowType: 'sweepQueuedJobsWorkflow', taskQueue: 'longhaul' });
});

it('purges the trash every hour, and makes up for what it missed of a day', async () => {
  await applySchedules(temporal.client);
  const { policies, action, spec } = await temporal.client.schedule.getHandle('longhaul-purge-trash').describe();
  expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 86_400_000, pauseOnFailure: false });
  expect(action).toMatchObject({ workflowType: 'purgeTrashWorkflow', workflowId: 'longhaul-purge-trash', args: [{}] });
  expect(spec.intervals).toEqual([expect.objectContaining({ every: 3_600_000 })]);
});

it('registers the search attributes once', async () => {
  await registerSearchAttributes(temporal.client);
  await registerSearchAttributes(temporal.client);
  const { connection } = temporal.client;
  if (!(connection instanceof Connection)) throw new TypeError('the test client has a connection of another kind');
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
  expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(['LonghaulKind', 'LonghaulState']));
});

it('starts the workflow of a job once, under its token, with the attributes that operators search by', async () => {
  const starter = createWorkflowKeeper(temporal.client);
  const token = newUuid();
  const projectUuid = newUuid();
  const job = { token, kind: 'bulk_move_assets', projectUuid, ownerUuid: newUuid(), input: { project: 'P' } } as const;
  await starter.start(job);
  await starter.start(job);
  const handle = temporal.client.workflow.getHandle(token);
  const description = await handle.describe();
  expect(await starter.standingOf(token)).toBe('running');
  // However often it is told, and whatever became of it meanwhile.
  await starter.wake({ token, state: 'paused' });
  await starter.wake({ token, state: 'cancelled' });
  await starter.wake({ token, state: 'cancelled' });
  await starter.wake({ token: newUuid(), state: 'running' });
  await handle.terminate('the test is over');
  expect(await starter.standingOf(token)).toEqual({ ended: 'TERMINATED' });
  expect(await starter.standingOf(newUuid())).toBe('missing');
  await starter.wake({ token, state: 'cancelled' });
  await starter.wake({ token, state: 'running' });
  await starter.start(job);
  expect((await handle.describe()).runId).toBe(description.runId);
  expect(description.type).toBe('bulkMoveWorkflow');
  expect(await description.staticSummary()).toBe(`bulk move assets in project ${projectUuid}`);
  const attributes = description.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]);
  expect(Object.fromEntries(attributes)).toMatchObject({ LonghaulProject: projectUuid, LonghaulState: 'queued' });
  expect(description.priority?.fairnessKey).toBe(projectUuid);
});

it('pings a Temporal server that is there, and says soon that one is not', async () => {
  await pingTemporal(temporal.client, 2_000);
  const nowhere: Client = createTemporalClient({ connection: { address: '127.0.0.1:1' }, namespace: 'default' });
  await expect(pingTemporal(nowhere, 500)).rejects.toThrow();
  await nowhere.connection.close();
});
