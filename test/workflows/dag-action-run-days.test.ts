import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { createDagActionRunActivities } from '../../src/activities/dag-action-run';
import { createJobActivities } from '../../src/activities/job';
import { SEARCH_ATTRIBUTES } from '../../src/contract/search-attributes';
import { createActivityDependencies } from '../support/activity-dependencies';
import { createNode } from '../support/dag-actions';
import {
  createDagLibrary,
  createNodeDependencies,
  createTestRun,
  messagesOf,
  readRun,
  statesOf,
} from '../support/dag-engine';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { readTestVariable } from '../support/environment';
import { startTimeSkippingServer } from '../support/time-skipping';

const DAY_MS = 86_400_000;
/** temporal.api.enums.v1.IndexedValueType */
const KEYWORD = 2;

let database: TestDatabase;
let server: TestWorkflowEnvironment | undefined;

Runtime.install({ logger: new DefaultLogger('ERROR') });
beforeAll(async () => {
  database = await createTestDatabase();
  server = await startTimeSkippingServer();
}, 120_000);
afterAll(async () => {
  await server?.teardown();
  await database.drop();
});

/** This server can list none, so that they are added unseen. */
async function defineSearchAttributes({ connection }: TestWorkflowEnvironment): Promise<void> {
  const searchAttributes = Object.fromEntries(Object.keys(SEARCH_ATTRIBUTES).map((name) => [name, KEYWORD]));
  await connection.operatorService.addSearchAttributes({ namespace: 'default', searchAttributes });
}

it('an approval that nobody gives within seven days is decided as it says, and a slow branch holds up no one_success', async () => {
  if (server === undefined) throw new Error('there is no server');
  const { client, nativeConnection: connection } = server;
  await defineSearchAttributes(server);
  const { store } = database;
  const library = await createDagLibrary(store);
  const gate = { uses: 'approval', with: { message: 'may it?', timeout: '7d' } } as const;
  const nodes = [
    createNode('fast'),
    createNode('slow', { uses: 'wait', with: { duration: '9d' } }),
    createNode('first', { needs: ['fast', 'slow'], trigger: 'one_success' }),
    createNode('strict', gate),
    createNode('strict_after', { needs: ['strict'] }),
    createNode('lenient', { ...gate, with: { ...gate.with, on_timeout: 'approve' } }),
    createNode('lenient_after', { needs: ['lenient'] }),
    createNode('passing', { ...gate, with: { ...gate.with, on_timeout: 'skip' } }),
    createNode('limited', { uses: 'wait', with: { duration: '30d' }, timeoutMs: 8 * DAY_MS }),
    createNode('told', { needs: ['limited'], trigger: 'one_failed' }),
  ];
  const run = await createTestRun(library, { nodes });
  const dependencies = {
    ...createActivityDependencies(store),
    ...createNodeDependencies(store),
    keeper: createActivityDependencies(store).keeper,
    discardStaged: () => Promise.resolve(),
  };
  const taskQueue = run.token;
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: { codePath: readTestVariable('TEST_WORKFLOW_BUNDLE') },
    activities: { ...createDagActionRunActivities(dependencies), ...createJobActivities(dependencies) },
  });
  const { result, days } = await worker.runUntil(async () => {
    const handle = await client.workflow.start('dagActionRunWorkflow', { taskQueue, workflowId: run.token, args: [run.input] }); // prettier-ignore
    const result = (await handle.result()) as unknown;
    const { startTime, closeTime } = await handle.describe();
    return { result, days: ((closeTime?.getTime() ?? 0) - startTime.getTime()) / DAY_MS };
  });
  expect(days).toBeGreaterThanOrEqual(9);
  expect(days).toBeLessThan(9.1);
  expect(result).toMatchObject({ state: 'done', outcome: 'with_failures' });
  expect(await statesOf(store, run.token)).toEqual({
    fast: 'succeeded',
    slow: 'succeeded',
    first: 'succeeded',
    strict: 'failed',
    strict_after: 'omitted',
    lenient: 'succeeded',
    lenient_after: 'succeeded',
    passing: 'skipped',
    limited: 'failed',
    told: 'succeeded',
  });
  const { nodes: records } = await readRun(store, run.token);
  expect(records.find(({ id }) => id === 'limited')?.error).toMatchObject({ code: 'timeout' });
  expect(records.find(({ id }) => id === 'lenient')?.output).toMatchObject({ decision: 'timeout' });
  const messages = await messagesOf(store, run.token);
  const order = ['Node first succeeded', 'Node lenient_after succeeded', 'Node told succeeded', 'Node slow succeeded'];
  expect(messages.filter((text) => order.includes(text))).toEqual(order);
}, 120_000);
