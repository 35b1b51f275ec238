import { describeStanding, drawStanding, summarize } from '../../src/cli/job-line';
import { clip, oneLine, widthOf } from '../../src/cli/screen';
import type { JobAnswer } from '../../src/domain/job-answer';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const iso = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();

const running = {
  kind: 'bulk_move_assets',
  state: 'running',
  outcome: null,
  reason: null,
  error: null,
  total: 100_000,
  succeeded: 39_990,
  skipped: 10,
  failed: 0,
  remaining: 60_000,
  rate_per_second: 8_300,
  eta: { earliest: iso(6), latest: iso(12) },
  created_at: iso(-9),
  started_at: iso(-8),
  finished_at: null,
  pruned_at: null,
  steps: [],
} as unknown as JobAnswer;
const paused: JobAnswer = { ...running, state: 'paused', reason: 'paused by ann@example.com' };

test.each([
  [
    140,
    `running  ${'█'.repeat(11)}${'░'.repeat(17)}  40 %  40,000 / 100,000  about 8,300 per second  done in 6 to 12 s`,
  ],
  [84, `running  ${'█'.repeat(6)}${'░'.repeat(10)}  40 %  40,000 / 100,000  8,300/s  done in 6 to 12 s`],
  [50, `running  ████░░░░░░  40 %  done in 6 to 12 s`],
  [30, `running  ████░░░░░░  40 %`],
  [20, 'running  40 %  don…'],
  [1, ''],
])('on %i columns the standing is drawn as far as it fits', (columns, line) => {
  expect(drawStanding(running, NOW, columns)).toBe(line);
});

test('no width is ever filled to its last column, whatever a reason holds', () => {
  const reasons = [
    null,
    'paused by ann@example.com',
    `trying again: ${'x'.repeat(300)}`,
    '再試行中：接続できません\n\u001b[2J'.repeat(9),
  ];
  for (const reason of reasons) {
    for (let columns = 1; columns <= 200; columns += 1) {
      const line = drawStanding({ ...running, reason }, NOW, columns);
      expect(widthOf(line)).toBeLessThan(Math.max(1, columns));
      expect(line).not.toMatch(/[\u0000-\u001f]/); // eslint-disable-line no-control-regex
    }
  }
});

test('a reason takes the place of rate and end, and outlives bar and counts on a narrow screen', () => {
  expect(describeStanding(paused, NOW)).toBe('paused  40 %  40,000 / 100,000  paused by ann@example.com');
  expect(drawStanding(paused, NOW, 84)).toBe(
    `paused   ${'█'.repeat(6)}${'░'.repeat(10)}  40 %  40,000 / 100,000  paused by ann@example.com`,
  );
  expect(drawStanding(paused, NOW, 44)).toBe('paused  40 %  paused by ann@example.com');
});

test('before the selection is resolved the line says so', () => {
  const unresolved: JobAnswer = { ...running, total: null, remaining: null, rate_per_second: null, eta: null };
  expect(drawStanding(unresolved, NOW, 80)).toBe('running  resolving the selection');
  const queued: JobAnswer = { ...unresolved, state: 'queued', reason: 'waiting for a worker' };
  expect(drawStanding(queued, NOW, 80)).toBe('queued  waiting for a worker');
});

const ended = { ...running, state: 'done', outcome: 'succeeded', succeeded: 9_997, skipped: 3, total: 10_000, remaining: 0 } as const; // prettier-ignore

test.each<[Partial<JobAnswer>, string]>([
  [{ finished_at: iso(4.3) }, '9,997 moved, 3 skipped, 0 failed of 10,000 in 12.3 s: succeeded'],
  [{ finished_at: iso(117) }, '9,997 moved, 3 skipped, 0 failed of 10,000 in 2 min 5 s: succeeded'],
  [
    { outcome: 'with_failures', skipped: 0, failed: 3, finished_at: iso(0) },
    '9,997 moved, 0 skipped, 3 failed of 10,000 in 8.0 s: with failures',
  ],
  [
    { state: 'cancelled', outcome: 'cancelled', succeeded: 4_000, skipped: 0, remaining: 6_000, finished_at: iso(0) },
    '4,000 moved, 0 skipped, 0 failed, 6,000 remaining of 10,000 in 8.0 s: cancelled',
  ],
  [
    {
      state: 'failed',
      outcome: 'failed',
      total: null,
      remaining: null,
      error: { code: 'Forbidden', message: 'no\nright' },
    },
    'Ended before its selection was resolved: failed (Forbidden: no right)',
  ],
])('the summary of %j', (change, line) => {
  expect(summarize({ ...ended, ...change })).toBe(line);
});

test('a summary says what became of the items by the kind of the job', () => {
  const words = (
    ['trash_assets', 'restore_assets', 'assign_assets', 'delete_assets', 'set_shared', 'force_approve'] as const
  ).map((kind) => summarize({ ...ended, kind }).split(' ')[1]);
  expect(words).toEqual(['trashed,', 'restored,', 'assigned,', 'deleted,', 'changed,', 'approved,']);
});

test('text for a screen is clipped by columns, and stays on its line', () => {
  expect(clip('waiting', 7)).toBe('waiting');
  expect(clip('waiting', 6)).toBe('waiti…');
  expect(clip('再試行', 4)).toBe('再…');
  expect(widthOf('e\u0301再')).toBe(3);
  expect(oneLine('a\r\n\u001b[31mb\u202ec')).toBe('a [31mb c');
});
