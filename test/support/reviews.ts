import type { ReviewAnswer, ReviewPolicy } from '../../src/domain/review';
import { newUuid } from '../../src/store/ids';
import type { Database } from '../../src/store/database';
import type { TestThing, TestUser } from './fixtures';

/** What a review in a test is made of; the row of its job is there, without a workflow. */
export interface TestReview {
  readonly project: Pick<TestThing, 'id'>;
  readonly requester: Pick<TestUser, 'id'>;
  readonly policy: ReviewPolicy;
  readonly assetIds: readonly string[];
  readonly approverIds: readonly string[];
  readonly includeNewApprovers?: boolean;
}

/** Makes an order with one open request for each asset; answers the id of its job and the ids of the requests. */
export async function createReview(
  db: Database,
  { project, requester, policy, assetIds, approverIds, includeNewApprovers = false }: TestReview,
): Promise<{ readonly jobId: string; readonly requestIds: readonly string[] }> {
  const uuid = newUuid();
  const job = { uuid, key: uuid.slice(-20), kind: 'review_request', project_id: project.id, created_by: requester.id };
  const { id: jobId } = await db
    .insertInto('jobs')
    .values({ ...job, input: '{}', total: String(assetIds.length) })
    .returning('id')
    .executeTakeFirstOrThrow();
  const order = { job_id: jobId, project_id: project.id, requested_by: requester.id };
  await db
    .insertInto('review_orders')
    .values({
      ...order,
      policy: policy.kind,
      minimum: policy.kind === 'minimum' ? policy.minimum : null,
      approver_ids: [...approverIds],
      include_new_approvers: includeNewApprovers,
    })
    .execute();
  const requests = await db
    .insertInto('review_requests')
    .values(assetIds.map((id) => ({ ...order, asset_id: id })))
    .returning('id')
    .execute();
  const requestIds = requests.map(({ id }) => id);
  const reviews = requestIds.flatMap((id) =>
    approverIds.map((approver) => ({ request_id: id, approver_id: approver })),
  );
  if (reviews.length > 0) await db.insertInto('reviews').values(reviews).execute();
  return { jobId, requestIds };
}

/** Writes an answer as it is, and nothing of what follows from it. */
export async function writeAnswer(db: Database, requestId: string, approverId: string, answer: ReviewAnswer) {
  await db
    .updateTable('reviews')
    .set({ answer, waiting: answer === 'pending', answered_at: answer === 'pending' ? null : new Date() })
    .where('request_id', '=', requestId)
    .where('approver_id', '=', approverId)
    .execute();
}
