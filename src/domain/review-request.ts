import { failedVerdicts } from './failed-verdicts';
import type { JobKind } from './job';

/** The kinds of jobs that put assets under review. */
export const REVIEW_KINDS = ['review_request', 'force_approve'] as const satisfies readonly JobKind[];
export type ReviewKind = (typeof REVIEW_KINDS)[number];

/** True for the kinds of jobs that put assets under review. */
export function isReviewKind(kind: JobKind): kind is ReviewKind {
  return (REVIEW_KINDS as readonly JobKind[]).includes(kind);
}

/**
 * How an asset stands to such a job: `open` to it, or not, with the reason. `already_pending` is one whose open request
 * is still undecided, `already_approved` one whose approval has been forced.
 */
export type ReviewCandidacy = 'open' | 'gone' | 'trashed' | 'not_a_file' | 'already_pending' | 'already_approved';

/** What became of one asset: a request was made (`made`), or it was left, with the reason. */
export type ReviewVerdict = 'made' | Exclude<ReviewCandidacy, 'open'> | 'forbidden';

const STATUS = {
  made: 'succeeded',
  gone: 'skipped',
  trashed: 'skipped',
  not_a_file: 'skipped',
  already_pending: 'skipped',
  already_approved: 'skipped',
  forbidden: 'failed',
} as const satisfies Readonly<Record<ReviewVerdict, string>>;

/** Whether an item with this verdict counts as succeeded, skipped or failed. */
export function statusOfReview<Verdict extends ReviewVerdict>(verdict: Verdict): (typeof STATUS)[Verdict] {
  return STATUS[verdict];
}

/** The verdicts that a retry takes up again. */
export const FAILED_REVIEWS: readonly ReviewVerdict[] = failedVerdicts(STATUS);

/** Decides one asset. What can never be reviewed is told as that whoever asks; then come the rights. */
export function decideReviewItem(candidacy: ReviewCandidacy, allowed: boolean): ReviewVerdict {
  if (candidacy === 'gone' || candidacy === 'trashed' || candidacy === 'not_a_file') return candidacy;
  if (!allowed) return 'forbidden';
  return candidacy === 'open' ? 'made' : candidacy;
}
