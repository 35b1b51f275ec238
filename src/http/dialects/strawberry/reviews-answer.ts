import { z } from 'zod';
import { REVIEW_ANSWERS } from '../../../domain/review';
import type { ReviewPerson, ReviewRecord } from '../../../store/review-reading';

const id = z.int();
const instant = z.iso.datetime().nullable();
const person = z.object({ id, email: z.string(), first_name: z.string().nullable(), last_name: z.string().nullable() });

/** The review of an asset, as it stands. */
export const reviewAnswer = z
  .object({
    id,
    asset_id: id,
    status: z.enum(REVIEW_ANSWERS).describe('Of the request as a whole'),
    open: z.boolean().describe('It takes answers'),
    closed_reason: z.enum(['cancelled', 'superseded', 'asked_again']).nullable(),
    forced: z.boolean().describe('Approved without being asked for'),
    policy: z.union([z.enum(['all', 'any']), z.int()]).nullable().describe('How many approvers have to approve; null when it was forced'), // prettier-ignore
    message: z.string().nullable(),
    requested_by: person,
    requested_at: z.iso.datetime(),
    due_at: instant,
    decided_at: instant,
    closed_at: instant,
    'job.token': z.uuid(),
    approvals: z.array(
      z.object({
        user: person,
        status: z.enum(REVIEW_ANSWERS),
        answered_at: instant,
        counts: z.boolean().describe('False once the approver has lost the right to approve'),
      }),
    ),
  })
  .meta({ id: 'ReviewRequest' });

export function toReviewAnswer(assetId: string, review: ReviewRecord): z.output<typeof reviewAnswer> {
  return {
    id: Number(review.id),
    asset_id: Number(assetId),
    status: review.status,
    open: review.closedAt === null,
    closed_reason: review.closedReason,
    forced: review.forced,
    policy: review.policy,
    message: review.message,
    requested_by: toPerson(review.requestedBy),
    requested_at: review.requestedAt.toISOString(),
    due_at: toText(review.dueAt),
    decided_at: toText(review.decidedAt),
    closed_at: toText(review.closedAt),
    'job.token': review.jobUuid,
    approvals: review.voices.map(({ approver, answer, answeredAt, lostAt }) => ({
      user: toPerson(approver),
      status: answer,
      answered_at: toText(answeredAt),
      counts: lostAt === null,
    })),
  };
}

const toText = (at: Date | null): string | null => at?.toISOString() ?? null;

function toPerson({ id: userId, email, firstName, lastName }: ReviewPerson): z.output<typeof person> {
  return { id: Number(userId), email, first_name: firstName, last_name: lastName };
}
