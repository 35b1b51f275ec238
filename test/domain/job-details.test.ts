import { outcomeOfDone } from '../../src/domain/job';
import { describeProgress } from '../../src/domain/job-details';

it('tells a running job as a share and counts that add up', () => {
  const counts = { total: 1_234_567, succeeded: 1_000_000, skipped: 4_567, failed: 0, remaining: 230_000 };
  expect(describeProgress('running', counts)).toBe(
    [
      '**running** · 81 % of 1 234 567',
      '',
      '- succeeded: 1 000 000',
      '- skipped: 4 567',
      '- failed: 0',
      '- remaining: 230 000',
    ].join('\n'),
  );
});

it('says that the selection is being resolved while the total is not known', () => {
  const counts = { total: null, succeeded: 0, skipped: 0, failed: 0, remaining: null };
  expect(describeProgress('queued', counts)).toBe('**queued** · the selection is being resolved');
});

it('tells an empty job as complete', () => {
  const counts = { total: 0, succeeded: 0, skipped: 0, failed: 0, remaining: 0 };
  expect(describeProgress('done', counts)).toContain('100 %');
});

it.each([
  [0, 'succeeded'],
  [1, 'with_failures'],
])('calls the outcome of a job with %d failures %s', (failed, outcome) => {
  expect(outcomeOfDone({ total: 3, succeeded: 3 - failed, skipped: 0, failed, remaining: 0 })).toBe(outcome);
});
