import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { NodeHandlers } from '../../src/activities/dag-nodes';
import { MAX_OUTPUT_BYTES } from '../../src/activities/node-results';
import { createNodeActivities } from '../../src/activities/run-node';
import type { NodeStep } from '../../src/contract/dag-action-run';
import { openDagRun } from '../../src/store/dag-run-opening';
import type { Store } from '../../src/store/database';
import { cancelJob, pauseJob, resumeJob } from '../../src/store/job-control';
import { endJob } from '../../src/store/job-progress';
import { readJob } from '../../src/store/jobs';
import { createNode } from '../support/dag-actions';
import {
  createDagLibrary,
  createNodeDependencies,
  createTestHandlers,
  createTestRun,
  type DagLibrary,
  DONE,
  messagesOf,
  readRun,
  type TestRun,
} from '../support/dag-engine';
import { createTestDatabase, type TestDatabase } from '../support/database';

/** Failures are what these tests are about. */
const SILENT = new DefaultLogger('ERROR');
const HTTP = { uses: 'http_request', with: { url: 'https://x.test' } } as const;
const RETRY = { maxAttempts: 3, initialIntervalMs: 60_000, backoff: 2, maxIntervalMs: 90_000, totalMs: null };

let database: TestDatabase;
let store: Store;
let library: DagLibrary;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ store } = database);
});
afterAll(() => database.drop());
beforeEach(async () => {
  library = await createDagLibrary(store);
});

async function open(nodes: Parameters<typeof createNode>[1][]): Promise<TestRun> {
  const run = await createTestRun(library, { nodes: nodes.map((node, at) => createNode(`n${String(at)}`, node)) });
  await openDagRun(store.db, run.jobId, new Date());
  return run;
}

/** As another worker would run it. */
function run({ token }: TestRun, node = 'n0', handlers: NodeHandlers = createTestHandlers()): Promise<NodeStep> {
  const { runNode } = createNodeActivities(createNodeDependencies(store, handlers));
  return new MockActivityEnvironment(undefined, { logger: SILENT }).run(runNode, {
    token,
    node,
    at: new Date().toISOString(),
  });
}

const failing = (retryable: boolean) =>
  createTestHandlers(() => Promise.resolve({ kind: 'failed', code: 'http_503', message: 'HTTP 503', retryable }));
const nodeOf = async ({ token }: TestRun) => (await readRun(store, token)).nodes[0];
const tags = async () => (await store.db.selectFrom('assets').select('tags').where('id', '=', library.asset.id).executeTakeFirstOrThrow()).tags; // prettier-ignore

test('two workers at once take one effect, and a repeated call is told how the node ended', async () => {
  const at = await open([{}]);
  const steps = await Promise.all([run(at), run(at), run(at)]);
  expect(steps.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  expect(await run(at)).toMatchObject({ state: 'succeeded', more: false, wakeAt: null });
  expect(await tags()).toEqual(['n0']);
  expect(await readJob(store.db, at.token)).toMatchObject({ counts: { total: 1, succeeded: 1, remaining: 0 } });
  expect((await messagesOf(store, at.token)).filter((text) => text === 'Node n0 succeeded')).toHaveLength(1);
});

test('a worker that dies between beginning and end costs no attempt, and the key stays the same', async () => {
  const at = await open([{ ...HTTP, retry: RETRY }]);
  const keys: string[] = [];
  const dying = createTestHandlers(({ idempotencyKey }) => {
    keys.push(idempotencyKey);
    return Promise.reject(new Error('the process is gone'));
  });
  await expect(run(at, 'n0', dying)).rejects.toThrow('the process is gone');
  expect(await nodeOf(at)).toMatchObject({ state: 'running', attempts: 1 });
  const heir = createTestHandlers(({ idempotencyKey, attempt }) => {
    keys.push(idempotencyKey);
    return Promise.resolve({ kind: 'done', output: { attempt } });
  });
  expect(await run(at, 'n0', heir)).toMatchObject({ state: 'succeeded' });
  expect(await nodeOf(at)).toMatchObject({ attempts: 1, output: { attempt: 1 } });
  expect(new Set(keys)).toEqual(new Set([`${at.token}:n0`]));
});

test('a failed attempt says when the next is due, one before that is sent back, and the last is final', async () => {
  const at = await open([{ ...HTTP, retry: { ...RETRY, maxAttempts: 2 } }]);
  await expect(run(at, 'n0', failing(true))).rejects.toMatchObject({ type: 'http_503', nextRetryDelay: 60_000 });
  expect(await readJob(store.db, at.token)).toMatchObject({ waitingReason: 'Node n0 failed (attempt 1 of 2): HTTP 503; next attempt in 60 s' }); // prettier-ignore
  await expect(run(at, 'n0', failing(true))).rejects.toMatchObject({ type: 'Early' });
  expect(await nodeOf(at)).toMatchObject({ state: 'queued', attempts: 1 });
  await store.db.updateTable('dag_run_nodes').set({ wake_at: new Date() }).where('run_id', '=', at.runId).execute();
  expect(await run(at, 'n0', failing(true))).toMatchObject({ state: 'failed' });
  expect(await nodeOf(at)).toMatchObject({ attempts: 2, error: { code: 'http_503', retryable: true } });
  expect(await readJob(store.db, at.token)).toMatchObject({ counts: { failed: 1, remaining: 0 }, waitingReason: null });
});

test('a failure that will not pass, and one behind the limit of all attempts, are final at once', async () => {
  const at = await open([{ ...HTTP, retry: RETRY }]);
  expect(await run(at, 'n0', failing(false))).toMatchObject({ state: 'failed' });
  const limited = await open([{ ...HTTP, retry: { ...RETRY, totalMs: 30_000 } }]);
  expect(await run(limited, 'n0', failing(true))).toMatchObject({ state: 'failed' });
});

test('an attempt that takes too long is aborted, and has failed', async () => {
  const at = await open([{ ...HTTP, timeoutMs: 30 }]);
  const slow = createTestHandlers((_, signal) => new Promise((__, reject) => { signal.addEventListener('abort', () => { reject(signal.reason as Error); }); })); // prettier-ignore
  expect(await run(at, 'n0', slow)).toMatchObject({ state: 'failed' });
  expect(await nodeOf(at)).toMatchObject({ error: { code: 'timeout', message: 'it took longer than 30 ms' } });
});

test('an effect that fails half-way is taken back', async () => {
  const at = await open([{}]);
  const { update_asset: tagging } = createTestHandlers();
  const half: NodeHandlers = {
    update_asset: {
      place: 'store',
      async begin(tx, context) {
        if (tagging?.place === 'store') await tagging.begin(tx, context);
        return { kind: 'failed', code: 'no', message: 'after all', retryable: false };
      },
    },
  };
  expect(await run(at, 'n0', half)).toMatchObject({ state: 'failed' });
  expect(await tags()).toEqual([]);
});

test('bad conditions, bad templates and outputs that are too big fail the node with what is wrong', async () => {
  const cases = [
    [{ if: 'inputs.nothing.at.all > 1' }, 'bad_expression'],
    [{ with: { add_tags: '${{ inputs.nothing }}' } }, 'bad_expression'],
    [{ with: { add_tags: 7 } }, 'bad_with'],
  ] as const;
  for (const [node, code] of cases) {
    const at = await open([node]);
    expect(await run(at)).toMatchObject({ state: 'failed' });
    expect(await nodeOf(at)).toMatchObject({ error: { code, retryable: false } });
  }
  const at = await open([HTTP]);
  const output = 'x'.repeat(MAX_OUTPUT_BYTES);
  await run(
    at,
    'n0',
    createTestHandlers(() => Promise.resolve({ kind: 'done', output })),
  );
  expect(await nodeOf(at)).toMatchObject({ state: 'failed', error: { code: 'output_too_large' } });
});

test('a false condition skips the node, and what the store cannot keep is replaced', async () => {
  const at = await open([{ if: '1 > 2' }]);
  expect(await run(at)).toMatchObject({ state: 'skipped' });
  expect(await messagesOf(store, at.token)).toContain('Node n0 skipped: its condition is false');
  const odd = await open([HTTP]);
  const nasty = createTestHandlers(() => Promise.resolve({ kind: 'done', output: { 'a\0': 'b\0\ud800c' } }));
  expect(await run(odd, 'n0', nasty)).toMatchObject({ state: 'succeeded' });
  expect((await nodeOf(odd))?.output).toEqual({ 'a\ufffd': 'b\ufffd\ufffdc' });
});

test('nothing begins in a run that is paused, cancelled or over', async () => {
  const at = await open([{}, { trigger: 'always' }]);
  await pauseJob(store.db, at.jobId, null, new Date());
  expect(await run(at)).toMatchObject({ state: 'pending' });
  await resumeJob(store.db, at.jobId, null, new Date());
  await cancelJob(store.db, at.jobId, null, new Date());
  expect(await run(at)).toMatchObject({ state: 'pending' });
  expect(await run(at, 'n1')).toMatchObject({ state: 'succeeded' });
  await endJob(store.db, at.jobId, { state: 'cancelled', outcome: 'cancelled', error: null }, new Date());
  expect(await run(at)).toMatchObject({ state: 'cancelled' });
  expect(await tags()).toEqual(['n1']);
});

test('what comes back to a run that is over changes nothing', async () => {
  const at = await open([HTTP]);
  const late = createTestHandlers(async () => {
    await endJob(store.db, at.jobId, { state: 'failed', outcome: 'failed', error: null }, new Date());
    return DONE;
  });
  expect(await run(at, 'n0', late)).toMatchObject({ state: 'cancelled' });
  expect(await readJob(store.db, at.token)).toMatchObject({ state: 'failed', counts: { succeeded: 0, remaining: 1 } });
});
