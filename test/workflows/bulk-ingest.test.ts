import type { Activities } from '../../src/contract/activities';
import { createFakeActivities, refuse } from './fake-activities';
import { resultOf, start, untilState, useWorker, withWorker } from './workflow-worker';

useWorker();

const TYPE = 'bulkIngestMediaWorkflow';

test('a job of many files is opened, worked through in slices on the queue for ingestion, and closed', async () => {
  const fake = createFakeActivities({ folders: 0, files: 3 });
  await withWorker(fake.activities, async (taskQueue) => {
    const handle = await start(taskQueue, TYPE);
    expect(await resultOf(handle)).toMatchObject({ state: 'done', counts: { total: 30, remaining: 0 } });
    expect(fake.slices.map(({ phase }) => phase)).toEqual(['files', 'files', 'files']);
    const { events } = await handle.fetchHistory();
    const scheduled = (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
    expect(scheduled.map(({ activityType, taskQueue: queue }) => [activityType?.name, queue?.name])).toEqual([
      ['openBulkIngest', taskQueue],
      ...Array.from({ length: 3 }, () => ['ingestFiles', `${taskQueue}-ingest`]),
      ['closeJob', taskQueue],
    ]);
  });
});

test('a fault of our own machine room is tried again without end', async () => {
  const fake = createFakeActivities({ folders: 0, files: 1 });
  let faults = 0;
  const moveChunks: Activities['moveChunks'] = async (request) => {
    faults += 1;
    if (faults < 3) throw new Error('the object store is away');
    return fake.activities.moveChunks(request);
  };
  await withWorker({ ...fake.activities, moveChunks }, async (taskQueue) => {
    expect(await resultOf(await start(taskQueue, TYPE))).toMatchObject({ state: 'done' });
    expect(faults).toBe(3);
  });
});

test('a paused job waits for the word, and goes on with the next slice', async () => {
  const fake = createFakeActivities({ folders: 0, files: 2 });
  let isPaused = true;
  const moveChunks: Activities['moveChunks'] = async (request) => {
    const result = await fake.activities.moveChunks(request);
    return isPaused ? { ...result, state: 'paused' } : result;
  };
  await withWorker({ ...fake.activities, moveChunks }, async (taskQueue) => {
    const handle = await start(taskQueue, TYPE);
    await untilState(handle, 'paused');
    isPaused = false;
    await handle.signal('controlChanged');
    expect(await resultOf(handle)).toMatchObject({ state: 'done' });
    expect(fake.slices).toHaveLength(2);
  });
});

test('a requester who may not write fails it for good', async () => {
  const over = { openBulkIngest: async () => refuse('project: requested_by may not write in it', 'Forbidden') };
  await withWorker(createFakeActivities({ folders: 0, files: 1 }, over).activities, async (taskQueue) => {
    const handle = await start(taskQueue, TYPE);
    await expect(resultOf(handle)).rejects.toMatchObject({ cause: { cause: { type: 'Forbidden' } } });
  });
});
