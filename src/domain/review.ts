/** What an approver says of an asset; `pending`: nothing yet, or taken back. */
export const REVIEW_ANSWERS = ['pending', 'approved', 'needs_revision'] as const;
export type ReviewAnswer = (typeof REVIEW_ANSWERS)[number];

/** Where a review request as a whole stands; the words are those of the answers. */
export type ReviewStatus = ReviewAnswer;

/** How many of the approvers have to approve: each of them, one, or so many. */
export type ReviewPolicy =
  { readonly kind: 'all' } | { readonly kind: 'any' } | { readonly kind: 'minimum'; readonly minimum: number };

/** The answers of those approvers who count: who has lost the right to approve does not. */
export interface ReviewTally {
  readonly approvers: number;
  readonly approved: number;
  readonly needsRevision: number;
}

/**
 * Decides a request by the answers as they stand, whatever came before: approved as soon as enough have approved, and
 * `needs_revision` as soon as those who have not asked for a revision are too few for that, without waiting for the rest.
 * With nobody left who could answer it stays `pending`.
 */
export function decideReview(policy: ReviewPolicy, { approvers, approved, needsRevision }: ReviewTally): ReviewStatus {
  if (approvers === 0) return 'pending';
  const needed = neededApprovals(policy, approvers);
  if (approved >= needed) return 'approved';
  return approvers - needsRevision < needed ? 'needs_revision' : 'pending';
}

function neededApprovals(policy: ReviewPolicy, approvers: number): number {
  switch (policy.kind) {
    case 'all':
      return approvers;
    case 'any':
      return 1;
    case 'minimum':
      return policy.minimum;
  }
}

/** Why a request takes no more answers: withdrawn, overruled by a forced approval, or replaced by a later request. */
export type ReviewClosing = 'cancelled' | 'superseded' | 'asked_again';
