import { decideReviewItem, FAILED_REVIEWS, isReviewKind, statusOfReview } from '../../src/domain/review-request';
import { findTermsFault, parseDueAt, parsePolicy } from '../../src/domain/review-terms';

test.each([
  ['open', true, 'made'],
  ['open', false, 'forbidden'],
  ['already_pending', true, 'already_pending'],
  ['already_pending', false, 'forbidden'],
  ['already_approved', true, 'already_approved'],
  ['already_approved', false, 'forbidden'],
  ['trashed', true, 'trashed'],
  ['trashed', false, 'trashed'],
  ['not_a_file', false, 'not_a_file'],
  ['gone', false, 'gone'],
] as const)('an asset that is %s, asked for with the right %s, is %s', (candidacy, allowed, verdict) => {
  expect(decideReviewItem(candidacy, allowed)).toBe(verdict);
});

test('only what was forbidden has failed, and a retry takes up just that', () => {
  expect(FAILED_REVIEWS).toEqual(['forbidden']);
  expect([statusOfReview('made'), statusOfReview('already_pending')]).toEqual(['succeeded', 'skipped']);
});

test('of the kinds of jobs two put assets under review', () => {
  const kinds = (['review_request', 'force_approve', 'set_shared'] as const).map(isReviewKind);
  expect(kinds).toEqual([true, true, false]);
});

test.each([
  ['all', { kind: 'all' }],
  ['any', { kind: 'any' }],
  [1, { kind: 'minimum', minimum: 1 }],
  [20, { kind: 'minimum', minimum: 20 }],
  [0, null],
  [-1, null],
  [1.5, null],
  [1e21, null],
  ['2', null],
  ['ALL', null],
  [true, null],
  [{}, null],
])('the policy %j is read as %j', (value, policy) => {
  expect(parsePolicy(value)).toEqual(policy);
});

test.each([
  ['2027-03-01T12:00:00+02:00', '2027-03-01T10:00:00.000Z'],
  ['2027-03-01T10:00:00.5Z', '2027-03-01T10:00:00.500Z'],
  ['2027-02-28', '2027-03-01T00:00:00.000Z'],
  ['2027-02-29', null],
  ['2027-03-01T10:00:00', null],
  ['2027-03-01T10:00:60Z', null],
  ['soon', null],
  [1893456000, null],
])('the due time %j is read as %j', (value, instant) => {
  expect(parseDueAt(value)?.toISOString() ?? null).toBe(instant);
});

test.each([
  [{ policy: { kind: 'all' }, dueAt: null }, 1, null],
  [{ policy: { kind: 'minimum', minimum: 3 }, dueAt: null }, 3, null],
  [{ policy: { kind: 'minimum', minimum: 3 }, dueAt: null }, 2, 'policy'],
  [{ policy: { kind: 'any' }, dueAt: new Date(1_001) }, 1, null],
  [{ policy: { kind: 'any' }, dueAt: new Date(1_000) }, 1, 'due_at'],
] as const)('on the terms %j of %i approvers the fault is %j', (terms, approvers, field) => {
  expect(findTermsFault(terms, approvers, new Date(1_000))?.field ?? null).toBe(field);
});
