import type { ReviewKind } from '../../src/domain/review-request';
import { createNameList, collectName } from '../../src/domain/selection-names';
import type { Store } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { endJob, findRunnableJob, finishJob, type JobStanding } from '../../src/store/job-progress';
import { countCandidates, type ReviewScope } from '../../src/store/review-candidates';
import { createReviewJob, findApproverIds, findScope, type ReviewTerms, snapshotReview } from '../../src/store/review-request'; // prettier-ignore
import { readReviewJob, type ReviewJob, reviewNextChunk } from '../../src/store/review-request-chunk';

export interface TestReviewOrder {
  readonly project: { readonly id: string; readonly uuid: string };
  readonly user: { readonly id: string; readonly uuid: string };
  readonly kind?: ReviewKind;
  readonly assetIds?: readonly string[];
  readonly folders?: readonly string[];
  readonly recursive?: boolean;
  readonly terms?: Partial<ReviewTerms>;
}

export const PLAIN_TERMS: ReviewTerms = {
  policy: { kind: 'all' },
  message: null,
  dueAt: null,
  remindEveryHours: null,
  includeNewApprovers: false,
};

/** What the order names, which is there. */
export async function scopeOf({ db }: Store, order: TestReviewOrder): Promise<ReviewScope> {
  const { project, assetIds = [], folders = [], recursive = false } = order;
  const assets = createNameList(assetIds.length);
  assetIds.forEach((id, at) => collectName(assets, id, at));
  const found = await findScope(db, project.id, { assets, folders, recursive });
  if (found.kind !== 'found') throw new Error(`the order names what is not there: ${JSON.stringify(found)}`);
  return found.scope;
}

/** A job as its workflow finds it: committed, and resolved into chunks. */
export async function prepareReview(store: Store, order: TestReviewOrder): Promise<ReviewJob & { token: string }> {
  const { db } = store;
  const { project, user, kind = 'review_request', terms } = order;
  const token = newUuid();
  const scope = await scopeOf(store, order);
  const count = (await countCandidates(db, kind, scope)).open;
  const asked = { ...PLAIN_TERMS, ...(kind === 'force_approve' && { policy: null }), ...terms };
  const made = { token, kind, project, requester: user, scope, terms: asked, count, idempotency: null };
  const approverIds = await findApproverIds(db, project.id);
  await createReviewJob(db, { ...made, approverIds, dispatched: true, now: new Date() });
  const job = await findRunnableJob(db, token);
  if (job === null) throw new Error(`job ${token} was not made`);
  await snapshotReview(db, { id: job.id, token, projectId: project.id }, new Date());
  return { ...(await readReviewJob(db, job.id)), token };
}

/** Does every chunk that waits. */
export async function reviewAllChunks({ db }: Store, job: ReviewJob): Promise<void> {
  while ((await reviewNextChunk(db, job, new Date())) === 'worked');
}

/** Runs a whole job as its workflow does, without Temporal. */
export async function runReview(
  store: Store,
  order: TestReviewOrder,
): Promise<JobStanding & { jobId: string; token: string }> {
  const job = await prepareReview(store, order);
  await reviewAllChunks(store, job);
  const { jobId, token } = job;
  const end = { state: 'done', outcome: null, error: null } as const;
  const ended = (await finishJob(store.db, jobId, new Date())) ?? (await endJob(store.db, jobId, end, new Date()));
  return { ...ended, jobId, token };
}
