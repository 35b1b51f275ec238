import { createHostHealth } from '../../src/activities/host-health';

function create() {
  const clock = { ms: 0 };
  return { clock, health: createHostHealth(() => clock.ms) };
}

/** Faults, one every so many ms. */
function fail({ clock, health }: ReturnType<typeof create>, times: number, everyMs: number): void {
  for (let time = 0; time < times; time += 1) {
    health.faulted('dead.test');
    clock.ms += everyMs;
  }
}

it('a host that failed is suspect until it answers', () => {
  const { health } = create();
  expect(health.isSuspect('dead.test')).toBe(false);
  health.faulted('dead.test');
  expect(health.isSuspect('dead.test')).toBe(true);
  expect(health.isSuspect('well.test')).toBe(false);
  health.answered('dead.test');
  expect(health.isSuspect('dead.test')).toBe(false);
});

it.each([
  ['many faults at once', 100, 10, false],
  ['few faults over long', 5, 20_000, false],
  ['many faults over long', 8, 6_000, true],
])('%s: given up %p', (_what, times, everyMs, given) => {
  const made = create();
  fail(made, times, everyMs);
  expect(made.health.isGivenUp('dead.test')).toBe(given);
});

it('one answer in between begins the count anew', () => {
  const made = create();
  fail(made, 5, 8_000);
  made.health.answered('dead.test');
  fail(made, 5, 8_000);
  expect(made.health.isGivenUp('dead.test')).toBe(false);
});

it('a host that is given up is tried by one file every half minute, until it answers', () => {
  const made = create();
  const { clock, health } = made;
  fail(made, 8, 6_000);
  expect(health.isGivenUp('dead.test')).toBe(true);
  clock.ms += 30_000;
  expect([health.isGivenUp('dead.test'), health.isGivenUp('dead.test')]).toEqual([false, true]);
  health.faulted('dead.test');
  expect(health.isGivenUp('dead.test')).toBe(true);
  clock.ms += 30_000;
  expect(health.isGivenUp('dead.test')).toBe(false);
  health.answered('dead.test');
  expect(health.isGivenUp('dead.test')).toBe(false);
});
