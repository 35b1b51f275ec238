import { createHostLanes } from '../../src/activities/host-lanes';

const settled = () => new Promise((resolve) => setImmediate(resolve));

function createSteps() {
  const started: string[] = [];
  const ends: (() => void)[] = [];
  return {
    started,
    step: (name: string) => async () => {
      started.push(name);
      await new Promise<void>((end) => ends.push(end));
    },
    async endOne() {
      await settled();
      ends.shift()?.();
      await settled();
    },
  };
}

it('lets so many steps in for each host, whatever other hosts do', async () => {
  const hosts = createHostLanes(2);
  const steps = createSteps();
  const runs = ['a', 'a', 'a', 'b', 'b', 'b'].map((host) => hosts.run(`${host}.test`, 'p', steps.step(host)));
  await steps.endOne();
  expect(steps.started).toEqual(['a', 'a', 'b', 'b', 'a']);
  for (let step = 0; step < 5; step += 1) await steps.endOne();
  await Promise.all(runs);
  expect(steps.started).toHaveLength(6);
});

it('has the projects that want the same host take turns', async () => {
  const hosts = createHostLanes(2);
  const steps = createSteps();
  const runs = Array.from({ length: 8 }, () => hosts.run('a.test', 'huge', steps.step('huge')));
  runs.push(hosts.run('a.test', 'small', steps.step('small')));
  await steps.endOne();
  expect(steps.started).toEqual(['huge', 'huge', 'small']);
  for (let step = 0; step < 8; step += 1) await steps.endOne();
  await Promise.all(runs);
});

it('a step that fails leaves its place to the next one', async () => {
  const hosts = createHostLanes(1);
  await expect(hosts.run('a.test', 'p', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await hosts.run('a.test', 'p', () => Promise.resolve('yes'))).toBe('yes');
});
