import { createPace } from '../../src/activities/pace';

function paced() {
  const clock = { ms: 1_000 };
  const done: string[] = [];
  const pace = createPace(450, () => clock.ms);
  const run = (key: string, counts = true) =>
    pace.run(key, async () => {
      done.push(key);
      return counts;
    });
  return { clock, done, pace, run };
}

it('runs an errand once per gap, whoever asks', async () => {
  const { clock, done, run } = paced();
  await Promise.all([run('job'), run('job'), run('job')]);
  expect(done).toHaveLength(1);
  clock.ms += 449;
  await run('job');
  expect(done).toHaveLength(1);
  clock.ms += 1;
  await run('job');
  expect(done).toHaveLength(2);
});

it('keeps the keys apart', async () => {
  const { done, run } = paced();
  await Promise.all([run('a'), run('b')]);
  expect(done).toEqual(['a', 'b']);
});

it('lets the next caller try at once when the work did not count or failed', async () => {
  const { done, pace, run } = paced();
  await run('job', false);
  await expect(pace.run('job', () => Promise.reject(new Error('store away')))).rejects.toThrow('store away');
  await run('job');
  expect(done).toHaveLength(2);
});

it('starts anew for a key that was forgotten', async () => {
  const { done, pace, run } = paced();
  await run('job');
  pace.forget('job');
  await run('job');
  expect(done).toHaveLength(2);
});
