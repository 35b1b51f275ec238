import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { type WorkflowHandle, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import type { PurgeActivities, PurgeProgress } from '../../src/contract/purge';
import { connectTestTemporal, type TestTemporal } from '../support/temporal';
import { refuse } from './fake-activities';
import { createFakePurge } from './fake-purge';

let temporal: TestTemporal;

beforeAll(async () => {
  temporal = await connectTestTemporal();
});
afterAll(() => temporal.close());

/** With a worker of its own. */
async function withPurge<T>(
  activities: PurgeActivities,
  input: readonly unknown[],
  work: (handle: WorkflowHandle) => Promise<T>,
): Promise<T> {
  const taskQueue = randomUUID();
  const { nativeConnection: connection, workflowBundle } = temporal;
  const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities });
  return worker.runUntil(async () => {
    const options = { taskQueue, workflowId: randomUUID(), args: [...input] };
    return work(await temporal.client.workflow.start('purgeTrashWorkflow', options));
  });
}

const resultOf = (handle: WorkflowHandle) => handle.result() as Promise<PurgeProgress>;
const progressOf = (handle: WorkflowHandle) => handle.query<PurgeProgress>('getProgress');

it.each([[[]], [[{}]], [[null]], [[{ dry_run: false }]]])(
  'with the input %j deletes what is due, then the objects',
  async (input) => {
    const { activities, calls } = createFakePurge({ assets: 3, objects: 2 });
    const result = await withPurge(activities, input, resultOf);
    expect(result).toEqual({
      dry_run: false,
      total: 30,
      purged: 30,
      kept: 0,
      remaining: 0,
      objects: { removed: 2, waiting: 0 },
    });
    const names = calls.map(({ name }) => name);
    expect(names).toEqual(['openPurge', 'purgeAssets', 'purgeAssets', 'purgeAssets', 'removeObjects', 'removeObjects']);
    expect(new Set(calls.map(({ token }) => token)).size).toBe(1);
  },
);

it('looks after objects also when nothing is due', async () => {
  const { activities, calls } = createFakePurge({ assets: 0, objects: 1 });
  expect(await withPurge(activities, [], resultOf)).toMatchObject({ total: 0, objects: { removed: 1 } });
  expect(calls.map(({ name }) => name)).toEqual(['openPurge', 'removeObjects']);
});

it('of a dry run does nothing but look', async () => {
  const { activities, calls } = createFakePurge({ assets: 3, objects: 2 });
  const result = await withPurge(activities, [{ dry_run: true }], resultOf);
  expect(result).toMatchObject({ dry_run: true, total: 30, purged: 0, remaining: 30 });
  expect(calls.map(({ name }) => name)).toEqual(['openPurge']);
});

it('fails at once when the input is refused', async () => {
  const { activities } = createFakePurge({ assets: 1, objects: 0 }, {
    openPurge: async () => refuse('dry_run: expected boolean', 'InputInvalid'),
  }); // prettier-ignore
  const failure = withPurge(activities, [{ dry_run: 'yes' }], resultOf);
  const error: unknown = await failure.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(WorkflowFailedError);
  const cause = (error as WorkflowFailedError).cause?.cause;
  expect(cause).toBeInstanceOf(ApplicationFailure);
  expect(cause).toMatchObject({ type: 'InputInvalid', message: 'dry_run: expected boolean' });
});

it('waits until objects that failed are due again', async () => {
  const fake = createFakePurge({ assets: 0, objects: 3 });
  const removeObjects: PurgeActivities['removeObjects'] = async (request) => {
    const slice = await fake.activities.removeObjects(request);
    return slice.more ? { ...slice, waitMs: 10 } : slice;
  };
  expect(await withPurge({ ...fake.activities, removeObjects }, [], resultOf)).toMatchObject({ objects: { removed: 3, waiting: 0 } }); // prettier-ignore
});

it('shows where it stands to a query and in its current details', async () => {
  const { activities } = createFakePurge({ assets: 120, objects: 0 });
  await withPurge(activities, [], async (handle) => {
    await handle.result();
    expect(await progressOf(handle)).toMatchObject({ total: 1_200, purged: 1_200, remaining: 0 });
    const metadata = await handle.query<{ currentDetails: string; definition: { queryDefinitions: { name: string; description: string }[] } }>('__temporal_workflow_metadata'); // prettier-ignore
    expect(metadata.currentDetails).toContain('**1 200 due**');
    expect(metadata.currentDetails).toContain('- purged: 1 200');
    const query = metadata.definition.queryDefinitions.find(({ name }) => name === 'getProgress');
    expect(query?.description).toContain('total = purged + kept + remaining');
  });
});

it('ends as cancelled after the slice at hand, with the counts of the store', async () => {
  const fake = createFakePurge({ assets: 2, objects: 1 });
  let started = () => {};
  const isStarted = new Promise<void>((resolve) => (started = resolve));
  const purgeAssets: PurgeActivities['purgeAssets'] = async (request) => {
    const context = Context.current();
    const beat = setInterval(() => {
      context.heartbeat();
    }, 50);
    started();
    try {
      return await context.cancelled;
    } finally {
      clearInterval(beat);
      // What the chunk at hand deleted is told by nobody but the store.
      await fake.activities.purgeAssets(request);
    }
  };
  await withPurge({ ...fake.activities, purgeAssets }, [], async (handle) => {
    await isStarted;
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
    expect(await handle.describe()).toMatchObject({ status: { name: 'CANCELLED' } });
    expect(await progressOf(handle)).toMatchObject({ total: 20, purged: 10, remaining: 10 });
  });
  expect(fake.calls.map(({ name }) => name)).toEqual(['openPurge', 'purgeAssets', 'readPurge']);
});

it('keeps its token and its counts when it continues as new', async () => {
  const fake = createFakePurge({ assets: 40, objects: 0 });
  // A history of some MiB is one to leave behind.
  const ballast = 'x'.repeat(250_000);
  const purgeAssets: PurgeActivities['purgeAssets'] = async (request) => {
    return { ...(await fake.activities.purgeAssets(request)), ballast };
  };
  const result = await withPurge({ ...fake.activities, purgeAssets }, [], resultOf);
  expect(result).toMatchObject({ total: 400, purged: 400, remaining: 0 });
  const openings = fake.calls.filter(({ name }) => name === 'openPurge');
  expect(openings.length).toBeGreaterThan(1);
  expect(new Set(fake.calls.map(({ token }) => token)).size).toBe(1);
});
