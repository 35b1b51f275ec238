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
