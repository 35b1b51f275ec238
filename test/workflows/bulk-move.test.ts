import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { Activities } from '../../src/contract/activities';
import type { JobProgress } from '../../src/contract/job';
import { createFakeActivities, OPENED, refuse } from './fake-activities';
import { resultOf, start, until, untilState, useWorker, withWorker } from './workflow-worker';

useWorker();

async function failureOf(result: Promise<unknown>): Promise<ApplicationFailure> {
  const error = await result.then(
    () => new Error('the workflow did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof WorkflowFailedError)) throw error;
  const cause = error.cause?.cause ?? error.cause;
  if (!(cause instanceof ApplicationFailure)) throw error;
  return cause;
}

it('opens, works through both phases and closes', async () => {
  const { activities, slices, closes } = createFakeActivities({ folders: 2, files: 9 });
  const result = await withWorker(activities, async (taskQueue) => resultOf(await start(taskQueue)));
  expect(result).toMatchObject({ state: 'done', counts: { total: 110, succeeded: 110, remaining: 0 } });
  const phases = slices.map((slice) => slice.phase);
  expect(phases.slice(0, 2)).toEqual(['folders', 'folders']);
  expect(new Set(phases.slice(2))).toEqual(new Set(['files']));
  expect(closes).toEqual([expect.objectContaining({ state: 'done', outcome: null, error: null })]);
});

it('starts no slice for a phase without chunks', async () => {
  const { activities, slices } = createFakeActivities({ folders: 0, files: 0 });
  const result = await withWorker(activities, async (taskQueue) => resultOf(await start(taskQueue)));
  expect(result.counts.total).toBe(0);
  expect(slices).toEqual([]);
});

it('fails at once, and closes nothing, when the input is refused', async () => {
  const { activities, closes } = createFakeActivities(
    { folders: 0, files: 1 },
    {
      openBulkMove: async () => refuse('parent: is required', 'InputInvalid'),
    },
  );
  const failure = await withWorker(activities, async (taskQueue) => failureOf((await start(taskQueue)).result()));
  expect(failure).toMatchObject({ type: 'InputInvalid', message: 'parent: is required', nonRetryable: true });
  expect(closes).toEqual([]);
});

it('says in the store that a job failed, with the reason', async () => {
  const { activities, closes } = createFakeActivities(
    { folders: 0, files: 1 },
    {
      moveChunks: async () => refuse('the tree is damaged', 'TreeDamaged'),
    },
  );
  const failure = await withWorker(activities, async (taskQueue) => failureOf((await start(taskQueue)).result()));
  expect(failure.type).toBe('TreeDamaged');
  expect(closes).toEqual([
    expect.objectContaining({ state: 'failed', outcome: 'failed', error: { code: 'TreeDamaged', message: 'the tree is damaged' } }), // prettier-ignore
  ]);
});

it('tries a slice again after a fault of our own machine room', async () => {
  let faults = 0;
  const fake = createFakeActivities({ folders: 0, files: 1 });
  const moveChunks: Activities['moveChunks'] = async (request) => {
    faults += 1;
    if (faults === 1) throw new Error('connection refused');
    return fake.activities.moveChunks(request);
  };
  const result = await withWorker({ ...fake.activities, moveChunks }, async (taskQueue) => resultOf(await start(taskQueue))); // prettier-ignore
  expect(result.state).toBe('done');
  expect(faults).toBe(2);
});

it('ends as cancelled, and says so in the store, when it is cancelled while a slice runs', async () => {
  const fake = createFakeActivities(
    { folders: 0, files: 1 },
    {
      moveChunks: async () => {
        const context = Context.current();
        const beat = setInterval(() => {
          context.heartbeat();
        }, 50);
        return context.cancelled.finally(() => {
          clearInterval(beat);
        });
      },
    },
  );
  await withWorker(fake.activities, async (taskQueue) => {
    const handle = await start(taskQueue);
    await untilState(handle, 'running');
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
  });
  expect(fake.closes).toEqual([expect.objectContaining({ state: 'cancelled', outcome: 'cancelled', error: null })]);
});

it('ends the job in the store as soon as it is cancelled, before the slice under way has ended', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const fake = createFakeActivities({ folders: 0, files: 2 });
  const moveChunks: Activities['moveChunks'] = async (request) => {
    await held;
    return { ...(await fake.activities.moveChunks(request)), state: 'cancelled' };
  };
  await withWorker({ ...fake.activities, moveChunks }, async (taskQueue) => {
    const handle = await start(taskQueue);
    await untilState(handle, 'running');
    await handle.cancel();
    await until(() => fake.closes.length > 0);
    expect(fake.slices).toEqual([]);
    release();
    await expect(handle.result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
  });
});

it('shows its progress to a query, its search attributes and its current details', async () => {
  const fake = createFakeActivities({ folders: 0, files: 4 });
  await withWorker(fake.activities, async (taskQueue) => {
    const handle = await start(taskQueue);
    await handle.result();
    const progress = await handle.query<JobProgress>('getProgress');
    expect(progress).toMatchObject({ token: handle.workflowId, state: 'done', counts: { total: 40, remaining: 0 } });
    const { typedSearchAttributes } = await handle.describe();
    const attributes = Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
    expect(attributes).toMatchObject({
      LonghaulKind: 'bulk_move_assets',
      LonghaulProject: OPENED.project,
      LonghaulOwner: OPENED.owner,
      LonghaulState: 'done',
    });
    const metadata = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(metadata.currentDetails).toContain('**done** · 100 %');
  });
});

it('refuses an unknown workflow type with the list of known ones', async () => {
  const { activities } = createFakeActivities({ folders: 0, files: 0 });
  const failure = await withWorker(activities, async (taskQueue) =>
    failureOf((await start(taskQueue, 'bulkMove')).result()),
  );
  expect(failure.type).toBe('UnknownWorkflowType');
  expect(failure.message).toBe(
    'unknown workflow type "bulkMove"; known are bulkMoveWorkflow, trashAssetsWorkflow, restoreAssetsWorkflow, ' +
      'assignAssetsWorkflow, deleteAssetsWorkflow, ingestMediaWorkflow, bulkIngestMediaWorkflow, setSharedWorkflow, ' +
      'reviewRequestWorkflow, forceApproveWorkflow, dagActionRunWorkflow, ' +
      'sweepQueuedJobsWorkflow, expireSyncEventsWorkflow, pruneWorkflow, purgeTrashWorkflow, sweepObjectsWorkflow, ' +
      'shareExpiryWorkflow, watchSharesWorkflow, mailWorkflow, trackReviewWorkflow, watchReviewsWorkflow, ' +
      'deliverWebhookWorkflow, watchWebhooksWorkflow',
  );
});

it.each([
  ['sweepQueuedJobsWorkflow', { started: 3, failed: 0, cancelled: 0, requeued: 1 }],
  ['expireSyncEventsWorkflow', { removed: 7 }],
  ['pruneWorkflow', { jobs: 2, details: 30, history: 5, visits: 1 }],
])('%s does what its schedule is for', async (type, answer) => {
  const { activities } = createFakeActivities({ folders: 0, files: 0 });
  expect(await withWorker(activities, async (taskQueue) => resultOf(await start(taskQueue, type)))).toEqual(answer);
});
