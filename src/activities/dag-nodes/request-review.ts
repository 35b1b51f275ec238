import type { ReviewPolicy } from '../../domain/review';
import { findTermsFault } from '../../domain/review-terms';
import type { WithOf } from '../../schemas/dag-nodes';
import { type AwaitedReview, awaitReview } from '../../store/dag-child-reviews';
import type { ChildJob } from '../../store/dag-child-jobs';
import { findReadableProject } from '../../store/projects';
import { waitForChunks } from '../../store/item-chunk';
import { countCandidates } from '../../store/review-candidates';
import { closeOpenReview } from '../../store/review-decision';
import { createReviewJob, findApproverIds, type ReviewTerms } from '../../store/review-request';
import { RIGHT_OF_REVIEW } from '../../store/review-request-chunk';
import { abandonChild, childTokenOf, resumeChild, waitForChild } from './child-job';
import { failed, findNamedAsset } from './named-asset';
import type { NodeResult, StoreNodeHandler } from './node-handler';

type Terms = WithOf<'request_review'>;

/**
 * Puts the asset under review by a job, under the checks of `POST /api/v1/galleries/:id/review_request`, and waits for
 * what the approvers say. When the asset is under review already, that review is waited for.
 */
export const requestReviewHandler: StoreNodeHandler<Terms> = {
  place: 'store',
  async begin(tx, context) {
    const { user } = context.run;
    const named = await findNamedAsset(tx, context);
    if (named.kind === 'failed') return named;
    const { id, projectId, mediaType, deletedAt } = named.asset;
    if (projectId === null) return failed('no_project', 'the asset belongs to no project');
    if (mediaType === 'folder') return failed('not_a_file', 'files are reviewed, folders are not');
    if (deletedAt !== null) return failed('in_trash', 'the asset is in the trash');
    const project = await findReadableProject(tx, { by: 'id', id: projectId }, user);
    if (project?.rights[RIGHT_OF_REVIEW.review_request] !== true) {
      return failed('forbidden', `${user.email} may not write in the project`);
    }
    const approverIds = await findApproverIds(tx, projectId);
    if (approverIds.length === 0) return failed('no_approver', 'nobody may approve in the project');
    const terms = toTerms(context.with);
    const fault = findTermsFault(terms, approverIds.length, context.now);
    if (fault !== null) return failed('bad_with', `with.${fault.field}: ${fault.message}`);
    const scope = { projectId, assetIds: [id], folderIds: [], root: false, recursive: false };
    const { open: count } = await countCandidates(tx, 'review_request', scope);
    const [token, kind] = [childTokenOf(context), 'review_request' as const];
    const order = { token, kind, project, requester: user, scope, terms, approverIds, count };
    const { creation, input } = await createReviewJob(tx, {
      ...order,
      idempotency: null,
      dispatched: false,
      now: context.now,
    });
    const job = { token, kind, projectUuid: project.uuid, ownerUuid: user.uuid, input };
    return waitForChild(tx, context, creation, job, { asset: id });
  },

  resume: (tx, context, waiting) =>
    resumeChild(tx, waiting, async (child) => {
      const review = await awaitReview(tx, child.id);
      if (review === null) return notAsked(child);
      const isOpen = review.closed === null && review.status === 'pending';
      if (!isOpen) return toResult(child, review, context.with);
      return { kind: 'waiting', waiting: { ...waiting, review: review.id }, wakeAt: null };
    }),

  async abandon(tx, context, waiting) {
    const child = await abandonChild(tx, context, waiting);
    const assetId = waiting['asset'];
    if (child === null || typeof assetId !== 'string') return;
    // It may be asking at this moment.
    await waitForChunks(tx, child.id);
    // Of a review that others have asked for, they see to the end.
    await closeOpenReview(tx, { assetId, userId: context.run.user.id, jobId: child.id }, context.now);
  },
};

function toTerms({ policy, due_at: dueAt, remind_every_hours: hours, message }: Terms): ReviewTerms {
  return {
    policy: toPolicy(policy),
    message: message ?? null,
    dueAt: dueAt === undefined ? null : new Date(dueAt),
    remindEveryHours: hours ?? null,
    includeNewApprovers: false,
  };
}

function toPolicy(policy: Terms['policy']): ReviewPolicy {
  return typeof policy === 'number' ? { kind: 'minimum', minimum: policy } : { kind: policy };
}

function toResult({ token }: ChildJob, review: AwaitedReview, { on_needs_revision: onRevision }: Terms): NodeResult {
  // What was closed by a forced approval was approved, if not by those who were asked.
  const approved = review.closed === 'superseded' || (review.closed === null && review.status === 'approved');
  const status = approved ? 'approved' : review.closed === null ? 'needs_revision' : 'closed';
  const output = { job: token, status };
  if (status === 'approved' || (status === 'needs_revision' && onRevision === 'succeed'))
    return { kind: 'done', output };
  if (status === 'needs_revision') return failed('needs_revision', 'the asset needs a revision', { output });
  const how = review.closed === 'cancelled' ? 'was cancelled' : 'was asked for again';
  return failed('review_closed', `the review ${how}`, { output });
}

function notAsked({ token, itemCode }: ChildJob): NodeResult {
  const code = itemCode ?? 'gone';
  if (code === 'forbidden') return failed(code, `job ${token} was not allowed to ask for the review`);
  const output = { job: token, status: 'closed' };
  return failed('review_closed', `there is no review that job ${token} has asked for: ${code}`, { output });
}
