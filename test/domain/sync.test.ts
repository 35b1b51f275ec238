import type { Counts, JobOutcome, JobState } from '../../src/domain/job';
import { parseCursor, refuseCursor, toJobEventData } from '../../src/domain/sync';

describe('parseCursor', () => {
  test.each([
    [0, 0],
    [7, 7],
    ['0', 0],
    ['42', 42],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('%j is a cursor', (given, cursor) => {
    expect(parseCursor(given)).toBe(cursor);
  });

  test.each([
    [-1],
    [1.5],
    [1e21],
    [Number.NaN],
    ['-1'],
    ['+1'],
    ['007'],
    ['1e3'],
    ['0x10'],
    [' 1'],
    ['1, 2'],
    [''],
    ['9007199254740992'],
    ['99999999999999999999'],
    [null],
    [true],
    [[1]],
    [{}],
  ])('%j is none', (given) => {
    expect(parseCursor(given)).toBeNull();
  });
});

describe('refuseCursor', () => {
  const range = { oldest: 10, current: 20 };

  test.each([[10], [11], [20]])('a reader may continue after %i', (cursor) => {
    expect(refuseCursor(cursor, range)).toBeNull();
  });

  test.each([[0], [9]])('after %i it is told that events have been removed, and what to call', (cursor) => {
    expect(refuseCursor(cursor, range)).toMatch(/up to cursor 10 have been removed.*sync\/cursors/);
  });

  test('a cursor that was never reached is refused with both numbers', () => {
    expect(refuseCursor(21, range)).toMatch(/cursor 21 is beyond the current cursor 20/);
  });

  test('a project without events has the cursor 0 only', () => {
    expect(refuseCursor(0, { oldest: 0, current: 0 })).toBeNull();
    expect(refuseCursor(1, { oldest: 0, current: 0 })).not.toBeNull();
  });
});

describe('toJobEventData', () => {
  const counts: Counts = { total: 120, succeeded: 90, skipped: 3, failed: 1, remaining: 26 };
  const job = {
    projectUuid: '0190a1b2-0000-7000-8000-000000000001',
    kind: 'bulk_move_assets' as const,
    state: 'running' as JobState,
    outcome: null,
    counts,
    createdAt: new Date(1613565541455),
    updatedAt: new Date(1613565543283),
  };

  test('it has the form of the reference', () => {
    expect(toJobEventData(job)).toEqual({
      project_gid: job.projectUuid,
      job: 'bulk_move_assets',
      status: 'processing',
      info: { total: 120, remaining: 26, succeeded: 90, skipped: 3, failed: 1, state: 'running', outcome: null },
      created_on: 1613565541.455,
      updated_on: 1613565543.283,
    });
  });

  test.each<[JobState, JobOutcome | null, string]>([
    ['queued', null, 'queued'],
    ['running', null, 'processing'],
    ['paused', null, 'processing'],
    ['done', 'with_failures', 'done'],
    ['cancelled', 'cancelled', 'done'],
    ['failed', 'failed', 'done'],
    ['rejected', 'rejected', 'rejected'],
  ])('a %s job (%s) has the status %s and tells its state', (state, outcome, status) => {
    expect(toJobEventData({ ...job, state, outcome })).toMatchObject({ status, info: { state, outcome } });
  });

  test('totals stay null until the selection is resolved', () => {
    const unresolved: Counts = { total: null, succeeded: 0, skipped: 0, failed: 0, remaining: null };
    expect(toJobEventData({ ...job, counts: unresolved }).info).toMatchObject({ total: null, remaining: null });
  });
});
