import { decideSharing, FAILED_SHARING, statusOfSharing } from '../../src/domain/set-shared';

const FACTS = { allowed: true, live: true, isShared: false };

test.each([
  ['one without the flag is shared', true, {}, 'set', 'succeeded'],
  ['one with the flag is unshared', false, { isShared: true }, 'set', 'succeeded'],
  ['one that has the flag is left', true, { isShared: true }, 'already_shared', 'skipped'],
  ['one that lacks it is left', false, {}, 'not_shared', 'skipped'],
  ['what is gone is gone, whoever asks', true, { live: false, allowed: false }, 'gone', 'skipped'],
  ['without the right nothing is done, also where nothing is to do', false, { allowed: false }, 'forbidden', 'failed'],
] as const)('%s', (_what, shared, facts, verdict, status) => {
  const decided = decideSharing(shared, { ...FACTS, ...facts });
  expect([decided, statusOfSharing(decided)]).toEqual([verdict, status]);
});

test('a retry takes up what was forbidden', () => {
  expect(FAILED_SHARING).toEqual(['forbidden']);
});
