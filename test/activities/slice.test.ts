import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { SLICE_MS, workSlice } from '../../src/activities/slice';

// What the tests provoke would be logged.
const createEnvironment = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });

const run = (
  step: () => Promise<'worked' | 'idle'>,
  publish = () => Promise.resolve(),
  nowMs: () => number = Date.now,
) => createEnvironment().run(() => workSlice(step, publish, { nowMs }));

it('works until nothing is left, and says so', async () => {
  let left = 3;
  const more = await run(async () => {
    left -= 1;
    return left > 0 ? 'worked' : 'idle';
  });
  expect([more, left]).toEqual([false, 0]);
});

it('leaves the rest to the next slice when its time is over', async () => {
  let now = 0;
  let steps = 0;
  const step = async () => {
    steps += 1;
    now += SLICE_MS / 4;
    return 'worked' as const;
  };
  expect(await run(step, undefined, () => now)).toBe(true);
  expect(steps).toBe(4);
});

it('publishes right after the first step', async () => {
  const order: string[] = [];
  let steps = 0;
  await run(
    async () => {
      order.push('step');
      steps += 1;
      return steps < 2 ? 'worked' : 'idle';
    },
    async () => {
      order.push('publish');
    },
  );
  expect(order.slice(0, 2)).toEqual(['step', 'publish']);
});

it('does not let a fault of publishing end the work', async () => {
  let steps = 0;
  const more = await run(
    async () => {
      steps += 1;
      return steps < 3 ? 'worked' : 'idle';
    },
    () => Promise.reject(new Error('the store is away')),
  );
  expect([more, steps]).toEqual([false, 3]);
});

it('throws after the step at hand when the activity is cancelled', async () => {
  const environment = createEnvironment();
  let steps = 0;
  const slice = environment.run(() =>
    workSlice(
      async () => {
        steps += 1;
        environment.cancel('CANCELLED');
        return 'worked';
      },
      () => Promise.resolve(),
    ),
  );
  await expect(slice).rejects.toMatchObject({ name: 'CancelledFailure' });
  expect(steps).toBe(1);
});

it('lets a fault of a step through, for the retry policy to deal with', async () => {
  await expect(run(() => Promise.reject(new Error('deadlock')))).rejects.toThrow('deadlock');
});

describe('several lanes', () => {
  const runLanes = (step: () => Promise<'worked' | 'idle'>, lanes: number) =>
    createEnvironment().run(() => workSlice(step, () => Promise.resolve(), { lanes }));
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('take their steps side by side', async () => {
    let under = 0;
    let most = 0;
    let left = 9;
    const more = await runLanes(async () => {
      under += 1;
      most = Math.max(most, under);
      await turn();
      under -= 1;
      left -= 1;
      return left > 0 ? 'worked' : 'idle';
    }, 3);
    expect([more, most]).toEqual([false, 3]);
  });

  it('have all ended when the fault of one is thrown', async () => {
    let steps = 0;
    let under = 0;
    const slice = runLanes(async () => {
      steps += 1;
      const isFirst = steps === 1;
      under += 1;
      await turn();
      if (!isFirst) await turn();
      under -= 1;
      if (isFirst) throw new Error('deadlock');
      return 'worked';
    }, 3);
    await expect(slice).rejects.toThrow('deadlock');
    expect([under, steps]).toEqual([0, 3]);
  });
});
