import { FAILURE } from '../contract/failures';
import type { OpenedReview } from '../contract/review-request';
import { findTermsFault } from '../domain/review-terms';
import type { ReviewKind } from '../domain/review-request';
import { createNameList } from '../domain/selection-names';
import { forceApproveInput, reviewRequestInput, type ReviewRequestOrder } from '../schemas/review-request';
import type { Database } from '../store/database';
import { findRunnableJob, markTakenUp } from '../store/job-progress';
import type { ProjectJob } from '../store/project-job';
import { countCandidates, type ReviewScope } from '../store/review-candidates';
import {
  createReviewJob,
  findApproverIds,
  findScope,
  isFollowedUp,
  type ReviewTerms,
  snapshotReview,
} from '../store/review-request';
import { RIGHT_OF_REVIEW } from '../store/review-request-chunk';
import type { ActivityDependencies } from './dependencies';
import { checkMade, getProject, type ItemJobOpening, makeRetry, requireMade, tellOpened } from './open-item-job';
import { assertToken, getRequester, parseInput } from './opening';
import { refused } from './refused';

const SUMMARY: Readonly<Record<ReviewKind, string>> = {
  review_request: 'Request the review of assets of project',
  force_approve: 'Force the approval of assets of project',
};

/**
 * Opens the job that puts assets under review, or forces their approval, whoever started its workflow: with the façade
 * the row is there already, with the Temporal CLI it is made here, under the same checks. What it is for is resolved into
 * chunks, unless the job is paused: then that waits for the call after it was resumed. Repeated, it changes nothing.
 */
export async function openReviewRequest(
  { store, now }: ActivityDependencies,
  kind: ReviewKind,
  input: unknown,
  token: string,
): Promise<OpenedReview> {
  const { db } = store;
  assertToken(token);
  const order = parseInput<ReviewRequestOrder>(kind === 'review_request' ? reviewRequestInput : forceApproveInput, input); // prettier-ignore
  const user = await getRequester(db, order.requested_by);
  const opening: ItemJobOpening = { kind, right: RIGHT_OF_REVIEW[kind], token, user, now: now() };
  const existing = await findRunnableJob(db, token);
  const job = existing === null ? await makeJob() : await checkMade(db, existing, opening);
  await markTakenUp(db, job.id, now());
  const standing = await snapshotReview(db, { id: job.id, token, projectId: job.project.id }, now());
  const opened = await tellOpened(db, job, standing, `${SUMMARY[kind]} ${job.project.uuid}`);
  return { ...opened, followedUp: await isFollowedUp(db, job.id) };

  async function makeJob(): Promise<ProjectJob> {
    const project = await getProject(db, order.project, opening);
    if (order.retry_of !== undefined) {
      await makeRetry(store, project, order.retry_of, opening);
      return requireMade(db, token);
    }
    if (order.selection_ref !== undefined) {
      throw refused(FAILURE.inputInvalid, 'selection_ref: no job of this workflow id keeps a selection');
    }
    const scope = await getScope(db, project.id, order);
    const approverIds = await findApproverIds(db, project.id);
    const terms = toTerms(kind, order);
    if (kind === 'review_request') assertAskable(terms, approverIds.length, now());
    const count = (await countCandidates(db, kind, scope)).open;
    const made = { token, kind, project, requester: user, scope, terms, approverIds, count };
    await createReviewJob(db, { ...made, idempotency: null, dispatched: true, now: now() });
    return requireMade(db, token);
  }
}

function toTerms(kind: ReviewKind, order: ReviewRequestOrder): ReviewTerms {
  const message = order.message ?? null;
  if (kind === 'force_approve') {
    return { policy: null, message, dueAt: null, remindEveryHours: null, includeNewApprovers: false };
  }
  return {
    policy: order.policy ?? { kind: 'all' },
    message,
    dueAt: order.due_at ?? null,
    remindEveryHours: order.remind_every_hours ?? null,
    includeNewApprovers: order.include_new_approvers ?? false,
  };
}

function assertAskable(terms: ReviewTerms, approvers: number, now: Date): void {
  if (approvers === 0) throw refused(FAILURE.inputInvalid, 'project: nobody may approve in it');
  const fault = findTermsFault(terms, approvers, now);
  if (fault !== null) throw refused(FAILURE.inputInvalid, `${fault.field}: ${fault.message}`);
}

async function getScope(db: Database, projectId: string, order: ReviewRequestOrder): Promise<ReviewScope> {
  const found = await findScope(db, projectId, {
    assets: order.asset_ids ?? createNameList(0),
    folders: (order.folders ?? []).map(({ dirname }) => dirname),
    recursive: order.recursive ?? false,
  });
  if (found.kind === 'found') return found.scope;
  const places =
    found.kind === 'unknown_assets'
      ? found.unknown.map(({ position }) => `asset_ids[${String(position)}]: no such asset in this project`)
      : found.unknown.map((position) => `folders[${String(position)}].dirname: no such folder in this project`);
  throw refused(FAILURE.selectionInvalid, places.join('; '));
}
