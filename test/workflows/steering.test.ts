import { CancelledFailure } from '@temporalio/common';
import type { Activities } from '../../src/contract/activities';
import { controlChangedSignal, type JobProgress } from '../../src/contract/job';
import { createFakeActivities, refuse } from './fake-activities';
import { createSteeredFake } from './steered-fake';
import { resultOf, start, until, untilState, useWorker, withWorker } from './workflow-worker';

useWorker();

it('pauses by an update, moves nothing meanwhile, and goes on by another one', async () => {
  const fake = createSteeredFake(300);
  await withWorker(fake.activities, async (taskQueue) => {
    const handle = await start(taskQueue);
    await until(() => fake.slices.length >= 3);
    expect(await handle.executeUpdate('pause')).toMatchObject({ state: 'paused' });
    const before = fake.slices.length;
    expect(await handle.executeUpdate('pause', { args: [{ by: 'a@example.test' }] })).toMatchObject({ state: 'paused' }); // prettier-ignore
    expect(fake.slices.length).toBe(before);
    expect(await handle.query<JobProgress>('getProgress')).toMatchObject({ state: 'paused' });
    expect(await handle.executeUpdate('resume')).toMatchObject({ state: 'running' });
    expect(await resultOf(handle)).toMatchObject({ state: 'done', counts: { total: 3000, succeeded: 3000 } });
  });
});

it('goes on when the store was changed from outside and a signal says so', async () => {
  const fake = createSteeredFake(5);
  fake.store.paused = true;
  await withWorker(fake.activities, async (taskQueue) => {
    const handle = await start(taskQueue);
    await untilState(handle, 'paused');
    fake.store.paused = false;
    await handle.signal(controlChangedSignal);
    expect(await resultOf(handle)).toMatchObject({ state: 'done' });
  });
});

it('is opened again after a pause that came before its selection was resolved', async () => {
  const fake = createSteeredFake(1);
  fake.store.paused = true;
  const openBulkMove: Activities['openBulkMove'] = async (input) => {
    const opened = await fake.activities.openBulkMove(input);
    const unresolved = { total: null, succeeded: 0, skipped: 0, failed: 0, remaining: null };
    return fake.store.paused ? { ...opened, counts: unresolved, waitingChunks: { folders: 0, files: 0 } } : opened;
  };
  await withWorker({ ...fake.activities, openBulkMove }, async (taskQueue) => {
    const handle = await start(taskQueue);
    await handle.executeUpdate('resume');
    expect(await resultOf(handle)).toMatchObject({ state: 'done', counts: { total: 10, succeeded: 10 } });
  });
  expect(fake.store.opens).toBe(2);
});

it('is cancelled while it is paused', async () => {
  const fake = createSteeredFake(5);
  fake.store.paused = true;
  await withWorker(fake.activities, async (taskQueue) => {
    const handle = await start(taskQueue);
    await untilState(handle, 'paused');
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
    expect(await handle.describe()).toMatchObject({ status: { name: 'CANCELLED' } });
  });
  expect(fake.closes).toEqual([expect.objectContaining({ state: 'cancelled' })]);
});

it('ends as cancelled in Temporal too when it was cancelled in the store, once Temporal is asked to', async () => {
  const fake = createFakeActivities({ folders: 0, files: 3 });
  const cancelled = { state: 'cancelled', outcome: 'cancelled' } as const;
  const activities: Activities = {
    ...fake.activities,
    moveChunks: async (request) => ({ ...(await fake.activities.moveChunks(request)), state: 'cancelled' }),
    closeJob: async (request) => ({ ...(await fake.activities.closeJob(request)), ...cancelled }),
  };
  await withWorker(activities, async (taskQueue) => {
    const handle = await start(taskQueue);
    await until(() => fake.closes.length > 0);
    expect(await handle.describe()).toMatchObject({ status: { name: 'RUNNING' } });
    await handle.cancel();
    await expect(handle.result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
    expect(await handle.describe()).toMatchObject({ status: { name: 'CANCELLED' } });
  });
  expect(fake.slices).toHaveLength(1);
  expect(fake.closes[0]).toMatchObject({ state: 'done' });
});

it.each([['later'], [[1]], [{ by: 7 }], [{ by: '' }]])('refuses %j as the input of an update', async (input) => {
  const fake = createSteeredFake(5);
  fake.store.paused = true;
  await withWorker(fake.activities, async (taskQueue) => {
    const handle = await start(taskQueue);
    const refused = handle.executeUpdate('pause', { args: [input] });
    await expect(refused).rejects.toMatchObject({ cause: { type: 'InputInvalid' } });
    await handle.terminate();
  });
});

it('fails an update, and nothing else, when the job cannot be steered any more', async () => {
  const fake = createSteeredFake(5);
  fake.store.paused = true;
  const controlJob: Activities['controlJob'] = async () => refuse('the job has ended: it is done', 'ControlRefused');
  await withWorker({ ...fake.activities, controlJob }, async (taskQueue) => {
    const handle = await start(taskQueue);
    const refused = handle.executeUpdate('pause');
    await expect(refused).rejects.toMatchObject({ cause: { type: 'ControlRefused', message: 'the job has ended: it is done' } }); // prettier-ignore
    expect(await handle.describe()).toMatchObject({ status: { name: 'RUNNING' } });
    await handle.terminate();
  });
});
