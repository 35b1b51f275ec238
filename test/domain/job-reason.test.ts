import type { JobState } from '../../src/domain/job';
import { askAgainAfterSeconds } from '../../src/domain/job-polling';
import { reasonOf } from '../../src/domain/job-reason';

const HEARD = new Date('2026-11-21T12:00:00.000Z');
const job = (state: JobState, waitingReason: string | null = null) => ({ state, waitingReason, updatedAt: HEARD });

describe('the reason of a job', () => {
  it.each([
    ['a job that waits says what was written down', job('queued', 'waiting for Temporal'), 0, 'waiting for Temporal'],
    ['however long that is ago', job('paused', 'paused by a@b.test'), 1_000_000, 'paused by a@b.test'],
    ['a running job that retries says so', job('running', 'retrying after an error: x'), 1, 'retrying after an error: x'],
    ['a running job that was heard of has none', job('running'), 5_000, null],
    ['one that was not says since when', job('running'), 5_001, 'waiting for a worker: nothing heard since 2026-11-21T12:00:00.000Z'],
    ['a queued job that nobody explained has none', job('queued'), 60_000, null],
    ['an ended job has none', job('done'), 60_000, null],
    ['whatever was left behind', job('cancelled', 'cancelled by a@b.test'), 0, null],
  ])('%s', (_fact, waiting, afterMs, reason) => {
    expect(reasonOf(waiting, HEARD.getTime() + afterMs)).toBe(reason);
  }); // prettier-ignore
});

describe('when to ask again', () => {
  const NOW = HEARD.getTime();
  const paced = (state: JobState, perSecond = 1_000, remaining: number | null = 1_000, reason: string | null = null) => ({
    ...job(state, reason),
    counts: { remaining },
    pace: Array.from({ length: 60 }, (_, no) => [NOW + (no - 59) * 450, no * 0.45 * perSecond] as const),
  }); // prettier-ignore

  it.each([
    ['after a second while the end is near', paced('running'), 1],
    ['after a second while nothing is measured', { ...paced('running'), pace: [] }, 1],
    ['later when the end is far', paced('running', 1_000, 100_000), 8],
    ['after half a minute at most', paced('running', 1_000, 10_000_000), 30],
    ['soon of one that is not begun', paced('queued', 0, null), 2],
    ['later of one that waits', paced('running', 1_000, 1_000, 'waiting for another job'), 5],
    ['much later of one that is paused', paced('paused'), 15],
    ['never of one that has ended', paced('failed'), null],
  ])('%s', (_fact, asked, seconds) => {
    expect(askAgainAfterSeconds(asked, NOW)).toBe(seconds);
  });
});
