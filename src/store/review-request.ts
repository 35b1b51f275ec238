import { type RawBuilder, sql } from 'kysely';
import type { ReviewPolicy } from '../domain/review';
import { FAILED_REVIEWS, type ReviewKind } from '../domain/review-request';
import type { NameList } from '../domain/selection-names';
import { approversOf } from './approvers';
import { findAssetsOfProject, type UnknownAsset } from './assets-of-project';
import type { Database } from './database';
import { snapshotItems } from './item-snapshot';
import { createJob, type Idempotency, type JobCreation } from './job-creation';
import type { JobStanding } from './job-progress';
import { candidatesOf, type ReviewScope } from './review-candidates';
import { findFoldersByPath } from './review-folders';

/** What is to be put under review, as a caller names it: assets, and folders by their paths. */
export interface ReviewSelection {
  readonly assets: NameList;
  readonly folders: readonly string[];
  readonly recursive: boolean;
}

/** A selection resolved to ids; or what it names that is not there, each by its position (from 0). */
export type FoundScope =
  | { readonly kind: 'found'; readonly scope: ReviewScope }
  | { readonly kind: 'unknown_assets'; readonly unknown: readonly UnknownAsset[] }
  | { readonly kind: 'unknown_folders'; readonly unknown: readonly number[] };

/** Resolves a selection within a project, in three statements whatever its size. */
export async function findScope(db: Database, projectId: string, selection: ReviewSelection): Promise<FoundScope> {
  const { assets, folders, recursive } = selection;
  // Those in the trash are known too: they are told as what they are.
  const found = await findAssetsOfProject(db, projectId, assets, 'live or trashed');
  if (found.kind === 'unknown') return { kind: 'unknown_assets', unknown: found.unknown };
  const places = await findFoldersByPath(db, projectId, folders);
  if (places.kind === 'unknown') return { kind: 'unknown_folders', unknown: places.unknown };
  const { folderIds, root } = places;
  return { kind: 'found', scope: { projectId, assetIds: found.assetIds, folderIds, root, recursive } };
}

/** The ids of who may approve in the project, ascending. */
export async function findApproverIds(db: Database, projectId: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select user_id as id from (${approversOf(sql`${projectId}`)}) approvers order by 1`.execute(db);
  return rows.map(({ id }) => id);
}

/** On which terms approvers are asked; of a forced approval only the message matters, which says why. */
export interface ReviewTerms {
  /** Null for a forced approval. */
  readonly policy: ReviewPolicy | null;
  readonly message: string | null;
  readonly dueAt: Date | null;
  readonly remindEveryHours: number | null;
  readonly includeNewApprovers: boolean;
}

/** An order to put assets under review. */
export interface ReviewOrder {
  readonly token: string;
  readonly kind: ReviewKind;
  readonly project: { readonly id: string; readonly uuid: string };
  readonly requester: { readonly id: string; readonly uuid: string };
  readonly scope: ReviewScope;
  readonly terms: ReviewTerms;
  /** Who is an approver at this moment: they are the ones who are asked. */
  readonly approverIds: readonly string[];
  /** How many requests it is expected to make; kept for who repeats the order. */
  readonly count: number;
  readonly idempotency: Idempotency | null;
  /** True when the workflow runs already. */
  readonly dispatched: boolean;
  readonly now: Date;
}

/** What a job of these kinds keeps of its order in `job_selections.rules`; ids of assets lie beside it. */
export interface ReviewRule {
  readonly kind: ReviewKind;
  readonly folder_ids: readonly string[];
  readonly root: boolean;
  readonly recursive: boolean;
  readonly count: number;
}

/** Commits the job with its terms, in one statement; `input` is what its workflow is to be started with. */
export async function createReviewJob(
  db: Database,
  order: ReviewOrder,
): Promise<{ readonly creation: JobCreation; readonly input: Readonly<Record<string, unknown>> }> {
  const { token, kind, project, requester, scope, count, idempotency, dispatched, now } = order;
  const input = { project: project.uuid, selection_ref: token, requested_by: requester.uuid };
  const { folderIds, root, recursive } = scope;
  const rule: ReviewRule = { kind, folder_ids: folderIds, root, recursive, count };
  const creation = await createJob(db, {
    token,
    kind,
    project,
    createdBy: requester.id,
    input,
    selection: { parentId: null, assetIds: scope.assetIds, rules: [rule] },
    idempotency,
    dispatched,
    beside: termsOf(order),
    now,
  });
  return { creation, input };
}

function termsOf({ project, requester, terms, approverIds, now }: ReviewOrder): RawBuilder<unknown> {
  const { policy, message, dueAt, remindEveryHours, includeNewApprovers } = terms;
  const minimum = policy?.kind === 'minimum' ? policy.minimum : null;
  return sql`terms as (
    insert into review_orders (job_id, project_id, requested_by, policy, minimum, message, due_at, remind_every_hours,
      include_new_approvers, approver_ids, created_at)
    select id, ${project.id}::bigint, ${requester.id}::bigint, ${policy?.kind ?? null}::text, ${minimum}::int,
      ${message}::text, ${dueAt}::timestamptz, ${remindEveryHours}::int, ${includeNewApprovers}::boolean,
      ${approverIds}::bigint[], ${now}::timestamptz from job)`;
}

/** The CTE that gives a job made from another one the terms of that. */
export function copiedTerms(parentId: string, requesterId: string, now: Date): RawBuilder<unknown> {
  return sql`terms as (
    insert into review_orders (job_id, project_id, requested_by, policy, minimum, message, due_at, remind_every_hours,
      include_new_approvers, approver_ids, created_at)
    select job.id, o.project_id, ${requesterId}::bigint, o.policy, o.minimum, o.message, o.due_at, o.remind_every_hours,
      o.include_new_approvers, o.approver_ids, ${now}::timestamptz
    from job join review_orders o on o.job_id = ${parentId})`;
}

/** Whether the reviews of a job have a due time or reminders. */
export async function isFollowedUp(db: Database, jobId: string): Promise<boolean> {
  const { due_at: dueAt, remind_every_hours: hours } = await db
    .selectFrom('review_orders')
    .select(['due_at', 'remind_every_hours'])
    .where('job_id', '=', jobId)
    .executeTakeFirstOrThrow();
  return dueAt !== null || hours !== null;
}

/** What the job with that token was asked for. */
export async function readReviewRule(db: Database, token: string): Promise<ReviewRule> {
  const { rules } = await db
    .selectFrom('job_selections as s')
    .innerJoin('jobs as j', 'j.id', 's.job_id')
    .select('s.rules')
    .where('j.uuid', '=', token)
    .executeTakeFirstOrThrow();
  const [rule] = rules as readonly ReviewRule[];
  if (rule === undefined) throw new Error(`job ${token} keeps no order to put assets under review`);
  return rule;
}

/** Resolves what a job is to put under review, as {@link snapshotItems} does: by the very query that counted it before. */
export async function snapshotReview(
  db: Database,
  job: { readonly id: string; readonly token: string; readonly projectId: string },
  now: Date,
): Promise<JobStanding> {
  const own = async (tx: Database) => {
    const { folder_ids: folderIds, root, recursive } = await readReviewRule(tx, job.token);
    const { asset_ids: assetIds } = await tx
      .selectFrom('job_selections')
      .select('asset_ids')
      .where('job_id', '=', job.id)
      .executeTakeFirstOrThrow();
    return candidatesOf({ projectId: job.projectId, assetIds, folderIds, root, recursive });
  };
  return snapshotItems(db, job.id, { own, retried: FAILED_REVIEWS }, now);
}
