import type { NodesRequest } from '../../src/contract/dag-action-run';
import { createFakeDagRun } from './fake-dag-run';
import { resultOf, start, until, useWorker, withWorker } from './workflow-worker';

useWorker();

const TYPE = 'dagActionRunWorkflow';

test('five hundred nodes in a row have a history of less than 10,000 events', async () => {
  const nodes = Array.from({ length: 500 }, (_, at) => ({ id: `n${String(at)}`, needs: at === 0 ? [] : [at - 1] }));
  const fake = createFakeDagRun(nodes);
  await withWorker(fake.activities, async (taskQueue) => {
    const handle = await start(taskQueue, TYPE);
    expect(await resultOf(handle)).toMatchObject({ state: 'done', counts: { total: 500, succeeded: 500 } });
    const { historyLength } = await handle.describe();
    expect(historyLength).toBeLessThan(10_000);
    expect(fake.taken).toHaveLength(500);
  });
}, 120_000);

test('a node that asks for more is asked again at once, and one that waits when something has come', async () => {
  const fake = createFakeDagRun([{ id: 'loop' }, { id: 'gate', needs: [0] }], {
    loop: (_, times) => (times < 3 ? { state: 'running', more: true } : {}),
    gate: (_, times) => (times === 1 ? { state: 'waiting' } : {}),
  });
  await withWorker(fake.activities, async (taskQueue) => {
    const handle = await start(taskQueue, TYPE);
    await until(() => fake.taken.includes('gate'));
    await handle.signal('controlChanged');
    fake.store.due.push('gate');
    await handle.signal('controlChanged');
    expect(await resultOf(handle)).toMatchObject({ state: 'done' });
    expect(fake.taken).toEqual(['loop', 'loop', 'loop', 'gate', 'gate']);
  });
});

test('what follows in a row goes through Temporal once, and many side by side by a few activities', async () => {
  const chain = Array.from({ length: 30 }, (_, at) => ({ id: `c${String(at)}`, needs: at === 0 ? [] : [at - 1] }));
  const fan = Array.from({ length: 40 }, (_, at) => ({ id: `f${String(at)}`, needs: [29] }));
  const fake = createFakeDagRun([...chain, ...fan], {}, { maxParallel: 40 });
  const asked: number[] = [];
  const { runNodes } = fake.activities;
  const activities = {
    ...fake.activities,
    runNodes: (request: NodesRequest) => {
      asked.push(request.lanes.flat().length);
      return runNodes(request);
    },
  };
  await withWorker(activities, async (taskQueue) => {
    expect(await resultOf(await start(taskQueue, TYPE))).toMatchObject({ counts: { total: 70, succeeded: 70 } });
    expect(asked).toEqual([30, 10, 10, 10, 10]);
    expect(fake.taken).toHaveLength(70);
  });
});

test('what an activity of several nodes leaves is begun by another one', async () => {
  const nodes = Array.from({ length: 6 }, (_, at) => ({ id: `n${String(at)}`, needs: at === 0 ? [] : [at - 1] }));
  const fake = createFakeDagRun(nodes);
  const activities = {
    ...fake.activities,
    // The time is over after two of them.
    runNodes: async ({ lanes, ...request }: NodesRequest) =>
      fake.activities.runNodes({ ...request, lanes: lanes.map((lane) => lane.slice(0, 2)) }),
  };
  await withWorker(activities, async (taskQueue) => {
    expect(await resultOf(await start(taskQueue, TYPE))).toMatchObject({ counts: { total: 6, succeeded: 6 } });
    expect(fake.taken).toEqual(nodes.map(({ id }) => id));
  });
});

test('a node of several that is to be tried again is asked for by itself', async () => {
  const fake = createFakeDagRun([{ id: 'a' }, { id: 'b', needs: [0] }, { id: 'c', needs: [1] }], {
    b: (_, times) => (times === 1 ? { state: 'queued' } : {}),
  });
  await withWorker(fake.activities, async (taskQueue) => {
    expect(await resultOf(await start(taskQueue, TYPE))).toMatchObject({ state: 'done' });
    expect(fake.taken).toEqual(['a', 'b', 'b', 'c']);
  });
});

test('with fail fast no lane runs ahead of a failure elsewhere', async () => {
  const fake = createFakeDagRun(
    [{ id: 'a' }, { id: 'b', needs: [0] }, { id: 'bad', place: 'outside', uses: 'http_request' }],
    { bad: () => ({ state: 'failed' }) },
    { failFast: true },
  );
  const asked: NodesRequest[] = [];
  const activities = {
    ...fake.activities,
    runNodes: (request: NodesRequest) => {
      asked.push(request);
      return fake.activities.runNodes(request);
    },
  };
  await withWorker(activities, async (taskQueue) => {
    await resultOf(await start(taskQueue, TYPE));
    expect(asked.flatMap(({ lanes }) => lanes.filter((lane) => lane.length > 1))).toEqual([]);
  });
});
