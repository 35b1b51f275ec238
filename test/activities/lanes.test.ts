import { createLanes, type LaneShare } from '../../src/activities/lanes';

/** Steps that end when they are told to. */
function createSteps() {
  const started: string[] = [];
  const ends: { readonly name: string; readonly end: () => void }[] = [];
  const ended: string[] = [];
  return {
    started,
    ended: (name: string) => count(ended, name),
    run: (share: LaneShare, name: string) =>
      share.run(async () => {
        started.push(name);
        await new Promise<void>((end) => ends.push({ name, end }));
      }),
    async endOldest(name: string) {
      const at = ends.findIndex((step) => step.name === name);
      ends.splice(at, 1)[0]?.end();
      ended.push(name);
      await settled();
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const count = (names: readonly string[], name: string) => names.filter((each) => each === name).length;

it('one project has all lanes, and no more', async () => {
  const lanes = createLanes(4);
  const share = lanes.join('a');
  const steps = createSteps();
  for (let step = 0; step < 6; step += 1) void steps.run(share, 'a');
  await settled();
  expect(steps.started).toHaveLength(4);
  await steps.endOldest('a');
  expect(steps.started).toHaveLength(5);
});

it('gives the next lane that falls free to the project that comes, and half of them from then on', async () => {
  const lanes = createLanes(4);
  const huge = lanes.join('a');
  const steps = createSteps();
  for (let step = 0; step < 20; step += 1) void steps.run(huge, 'a');
  await settled();
  const late = lanes.join('b');
  for (let step = 0; step < 3; step += 1) void steps.run(late, 'b');
  expect(count(steps.started, 'b')).toBe(0);
  await steps.endOldest('a');
  await steps.endOldest('a');
  expect(steps.started).toEqual(['a', 'a', 'a', 'a', 'b', 'b']);
  await steps.endOldest('a');
  expect(steps.started).toEqual(['a', 'a', 'a', 'a', 'b', 'b', 'a']);
  await steps.endOldest('b');
  expect(steps.started.at(-1)).toBe('b');
});

it('counts several jobs of a project as one', async () => {
  const lanes = createLanes(4);
  const steps = createSteps();
  const jobs = [lanes.join('a'), lanes.join('a'), lanes.join('a')];
  const other = lanes.join('b');
  for (const job of jobs) for (let step = 0; step < 4; step += 1) void steps.run(job, 'a');
  for (let step = 0; step < 4; step += 1) void steps.run(other, 'b');
  await settled();
  expect([count(steps.started, 'a'), count(steps.started, 'b')]).toEqual([2, 2]);
});

it('gives the lanes back to who stays, a second after the other one has gone', async () => {
  const clock = { ms: 0 };
  const lanes = createLanes(4, () => clock.ms);
  const steps = createSteps();
  const [a, b] = [lanes.join('a'), lanes.join('b')];
  for (let step = 0; step < 8; step += 1) void steps.run(a, 'a');
  await settled();
  expect(steps.started).toHaveLength(2);
  b.leave();
  b.leave();
  await steps.endOldest('a');
  expect(steps.started).toHaveLength(3);
  clock.ms = 1_000;
  await steps.endOldest('a');
  expect(steps.started).toHaveLength(6);
});

describe('a project that was busy before', () => {
  /** It has held all lanes for long, and has more to do. */
  async function createBusy() {
    const clock = { ms: 0 };
    const lanes = createLanes(4, () => clock.ms);
    const steps = createSteps();
    const busy = lanes.join('busy');
    for (let step = 0; step < 40; step += 1) void steps.run(busy, 'busy');
    await settled();
    clock.ms = 1_000;
    for (let step = 0; step < 4; step += 1) await steps.endOldest('busy');
    return { clock, lanes, steps };
  }

  it('keeps one lane beside a new one, though that needs none', async () => {
    const { lanes, steps } = await createBusy();
    const before = steps.started.length;
    lanes.join('new');
    for (let step = 0; step < 3; step += 1) await steps.endOldest('busy');
    expect(steps.started).toHaveLength(before);
    await steps.endOldest('busy');
    expect(steps.started).toHaveLength(before + 1);
  });

  it('shares equally with one that turns out to be as busy', async () => {
    const { clock, lanes, steps } = await createBusy();
    const other = lanes.join('new');
    for (let step = 0; step < 40; step += 1) void steps.run(other, 'new');
    for (let step = 0; step < 4; step += 1) await steps.endOldest('busy');
    const running = (name: string) => count(steps.started, name) - steps.ended(name);
    expect([running('busy'), running('new')]).toEqual([1, 2]);
    clock.ms = 2_000;
    await steps.endOldest('new');
    await steps.endOldest('busy');
    expect([running('busy'), running('new')]).toEqual([2, 2]);
  });

  it('stands aside for each of many small jobs, and never stands still', async () => {
    const { clock, lanes, steps } = await createBusy();
    for (let job = 0; job < 20; job += 1) {
      const small = lanes.join('new');
      void steps.run(small, 'new');
      await steps.endOldest('busy');
      clock.ms += 10;
      await steps.endOldest('new');
      small.leave();
      clock.ms += 200;
    }
    expect(count(steps.started, 'new')).toBe(20);
    expect(count(steps.started, 'busy') - steps.ended('busy')).toBe(1);
  });
});

it('a step that fails gives its lane back', async () => {
  const share = createLanes(1).join('a');
  await expect(share.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await share.run(() => Promise.resolve(7))).toBe(7);
});

it('more projects than lanes take turns', async () => {
  const lanes = createLanes(2);
  const steps = createSteps();
  for (const [name, share] of ['a', 'b', 'c'].map((each) => [each, lanes.join(each)] as const)) {
    for (let step = 0; step < 3; step += 1) void steps.run(share, name);
  }
  await settled();
  expect(steps.started).toEqual(['a', 'b']);
  await steps.endOldest('a');
  expect(steps.started.at(-1)).toBe('c');
  await steps.endOldest('b');
  expect(steps.started.at(-1)).toBe('a');
  await steps.endOldest('c');
  expect(steps.started.at(-1)).toBe('b');
});
