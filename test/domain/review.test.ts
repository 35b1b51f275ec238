import { decideReview, REVIEW_ANSWERS, type ReviewPolicy, type ReviewStatus } from '../../src/domain/review';

const ALL: ReviewPolicy = { kind: 'all' };
const ANY: ReviewPolicy = { kind: 'any' };
const minimum = (n: number): ReviewPolicy => ({ kind: 'minimum', minimum: n });

/** `A` approved, `R` needs revision, `.` has not answered. */
function decide(policy: ReviewPolicy, answers: string): ReviewStatus {
  const count = (letter: string) => Array.from(answers).filter((each) => each === letter).length;
  return decideReview(policy, { approvers: answers.length, approved: count('A'), needsRevision: count('R') });
}

test.each<[string, ReviewPolicy, string, ReviewStatus]>([
  ['all: nobody has answered', ALL, '...', 'pending'],
  ['all: one is missing', ALL, 'AA.', 'pending'],
  ['all: each has approved', ALL, 'AAA', 'approved'],
  ['all: one objection ends it early', ALL, 'R..', 'needs_revision'],
  ['all: one objection among approvals', ALL, 'AAR', 'needs_revision'],
  ['all: the only approver', ALL, 'A', 'approved'],
  ['any: nobody has answered', ANY, '...', 'pending'],
  ['any: one approval is enough', ANY, 'A..', 'approved'],
  ['any: an approval outweighs objections', ANY, 'RRA', 'approved'],
  ['any: one may still approve', ANY, 'RR.', 'pending'],
  ['any: nobody is left who could approve', ANY, 'RRR', 'needs_revision'],
  ['minimum: too few so far', minimum(2), 'A..', 'pending'],
  ['minimum: enough', minimum(2), 'A.A', 'approved'],
  ['minimum: enough in spite of objections', minimum(2), 'RAAR', 'approved'],
  ['minimum: just enough are left', minimum(2), 'R..', 'pending'],
  ['minimum: too few are left, with one unanswered', minimum(2), 'RR.', 'needs_revision'],
  ['minimum: too few are left beside an approval', minimum(2), 'ARR', 'needs_revision'],
  ['minimum: more than there are approvers, since some lost the right', minimum(3), 'AA', 'needs_revision'],
  ['nobody is left: nobody can decide', ALL, '', 'pending'],
  ['nobody is left for any', ANY, '', 'pending'],
  ['nobody is left for a minimum', minimum(1), '', 'pending'],
])('%s', (_what, policy, answers, status) => {
  expect(decide(policy, answers)).toBe(status);
});

/** Every list of answers of up to five approvers, in each order. */
function* lists(length: number): Generator<string> {
  if (length === 0) yield '';
  else for (const rest of lists(length - 1)) for (const letter of 'AR.') yield letter + rest;
}

describe.each([
  ['all', ALL],
  ['any', ANY],
  ['a minimum of 2', minimum(2)],
  ['a minimum of 4', minimum(4)],
])('under %s', (_name, policy) => {
  const cases = [1, 2, 3, 4, 5].flatMap((length) => [...lists(length)]);

  it('a decision is one that no further first answer can change', () => {
    for (const answers of cases) {
      const now = decide(policy, answers);
      const ends = new Set([
        decide(policy, answers.replaceAll('.', 'A')),
        decide(policy, answers.replaceAll('.', 'R')),
      ]);
      if (now === 'pending') expect([answers, ends.size]).toEqual([answers, 2]);
      else expect([answers, [...ends]]).toEqual([answers, [now]]);
    }
  });

  it('the order of the approvers makes no difference, and one of the three words is told', () => {
    for (const answers of cases) {
      const now = decide(policy, answers);
      expect(REVIEW_ANSWERS).toContain(now);
      expect(decide(policy, Array.from(answers).sort().join(''))).toBe(now);
    }
  });
});
