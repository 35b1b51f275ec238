import { sql } from 'kysely';
import { canRetry, canUndo, isEnded, isIngest, type JobKind, type JobState } from '../domain/job';
import { keepsItems } from '../domain/job-retention';
import { isReviewKind } from '../domain/review-request';
import { readDagRunOfJob } from './dag-run-reading';
import { repeatDagRun, type RepeatFault } from './dag-run-repeat';
import type { Database } from './database';
import { findAssetOfIngest, hasRetryableFiles, retriedFiles } from './ingest-retry';
import { adoptKey, createJob, findSameRequest, type Idempotency, type NewJob } from './job-creation';
import type { DispatchableJob } from './job-dispatch';
import type { JobChild } from './jobs';
import { hasPermission } from './permissions';
import { findReadableProject } from './projects';
import { copiedTerms } from './review-request';

export type ChildRelation = Exclude<JobChild['relation'], 'child'>;

/** A job to be made from one that has ended: a retry of its failed items, or an undo of the moved ones. */
export interface ChildOrder {
  readonly relation: ChildRelation;
  /** Store id of the parent, which the caller may see. */
  readonly parentId: string;
  /** The child's. */
  readonly token: string;
  readonly caller: { readonly id: string; readonly uuid: string };
  readonly idempotencyKey: string | null;
  /** True when the workflow of the child runs already. */
  readonly dispatched: boolean;
  readonly now: Date;
}

/** Why there is no child; nothing has been changed. */
export type ChildRefusal =
  | 'not_offered'
  | 'no_write'
  | 'no_permission'
  | 'in_trash'
  | 'run_under_way'
  | 'not_ended'
  | 'details_pruned'
  | 'nothing_failed'
  | 'nothing_retryable'
  | 'nothing_moved';

/**
 * `existing`: the caller's Idempotency-Key made it, or it is open still; `conflict`: the key was used for another
 * request.
 */
export type ChildCreation =
  | { readonly kind: 'created'; readonly job: DispatchableJob }
  | { readonly kind: 'existing'; readonly token: string }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'refused'; readonly refusal: ChildRefusal; readonly state: JobState };

/** The retry of a run goes on where it failed. */
async function resumeRun(tx: Database, parent: ParentRow, order: ChildOrder): Promise<ChildCreation> {
  const { caller, token, dispatched, now } = order;
  const refused = (refusal: ChildRefusal) => ({ kind: 'refused', refusal, state: parent.state }) as const;
  if (!(await hasPermission(tx, caller.id, 'ACTIONS_START'))) return refused('no_permission');
  const origin = await readDagRunOfJob(tx, parent.token);
  if (origin === null) throw new Error(`job ${parent.token} has no run`);
  const { definition, inputs, version } = origin;
  const creation = await repeatDagRun(tx, {
    ...{ relation: 'resume', origin, action: { id: origin.action.id, version, definition }, inputs, from: null },
    idempotency: toIdempotency(order, parent),
    ...{ token, caller, dispatched, now },
  });
  switch (creation.kind) {
    case 'created':
      return { kind: 'created', job: creation.job };
    case 'existing':
    case 'conflict':
      return creation;
    case 'busy':
      return refused('run_under_way');
    case 'refused':
      return refused(RUN_REFUSALS[creation.refusal]);
  }
}

const RUN_REFUSALS: Readonly<Record<RepeatFault, ChildRefusal>> = {
  unknown_node: 'not_offered',
  node_finished: 'nothing_failed',
  nothing_unfinished: 'nothing_failed',
  not_ended: 'not_ended',
  no_asset: 'no_write',
  in_trash: 'in_trash',
};

interface ParentRow {
  readonly token: string;
  readonly kind: JobKind;
  readonly project_id: string | null;
  readonly state: JobState;
  readonly succeeded: string;
  readonly failed: string;
  readonly pruned_at: Date | null;
  readonly target_id: string | null;
  readonly rules: readonly unknown[];
}

/**
 * Makes the child, or answers the one that is under way: two calls at once meet at the lock of the parent's row. What
 * the child works on is resolved by its workflow.
 */
export async function createChildJob(db: Database, order: ChildOrder): Promise<ChildCreation> {
  return db.transaction().execute(async (tx) => {
    const parent = await lockParent(tx, order.parentId);
    const refused = (refusal: ChildRefusal) => ({ kind: 'refused', refusal, state: parent.state }) as const;
    if (parent.kind === 'dag_action_run' && order.relation === 'retry') return resumeRun(tx, parent, order);
    const isOffered = order.relation === 'retry' ? canRetry(parent.kind) : canUndo(parent.kind);
    if (!isOffered) return refused('not_offered');
    const place = await findPlace(tx, parent, order);
    if (place === null) return refused('no_write');

    const idempotency = toIdempotency(order, parent);
    const repeated = idempotency === null ? null : await findSameRequest(tx, order.caller.id, idempotency);
    if (repeated !== null) return repeated;
    const open = await findOpenChild(tx, order);
    if (open !== null) {
      if (idempotency !== null) await adoptKey(tx, open, order.caller.id, idempotency);
      return { kind: 'existing', token: open };
    }
    if (!isEnded(parent.state)) return refused('not_ended');
    if (!keepsItems({ kind: parent.kind, prunedAt: parent.pruned_at })) return refused('details_pruned');
    if (order.relation === 'retry' && parent.failed === '0') return refused('nothing_failed');
    if (isIngest(parent.kind) && !(await hasRetryableFiles(tx, order.parentId))) return refused('nothing_retryable');
    if (order.relation === 'undo' && parent.succeeded === '0') return refused('nothing_moved');

    const { token, caller } = order;
    const { project, asset } = place;
    const input = {
      ...(asset === null ? { project: project?.uuid } : { asset: asset.uuid }),
      requested_by: caller.uuid,
      [`${order.relation}_of`]: parent.token,
    };
    const creation = await createJob(tx, {
      token,
      kind: parent.kind,
      project,
      createdBy: caller.id,
      input,
      selection: {
        parentId: parent.target_id,
        assetIds: asset === null ? [] : [asset.id],
        // What is to be done with the items, where it is not told by their chunks or the target.
        rules: parent.kind === 'set_shared' || isReviewKind(parent.kind) ? parent.rules : [],
      },
      origin: { relation: order.relation, jobId: order.parentId },
      idempotency,
      dispatched: order.dispatched,
      ...toBeside(parent.kind, order),
      now: order.now,
    });
    if (creation.kind !== 'created') return creation;
    const job = { token, kind: parent.kind, projectUuid: project?.uuid ?? null, ownerUuid: caller.uuid, input };
    return { kind: 'created', job };
  });
}

/** What else is written with the child. */
function toBeside(kind: JobKind, { parentId, caller, now }: ChildOrder): Pick<NewJob, 'beside'> {
  if (isIngest(kind)) return { beside: retriedFiles(kind, parentId, now) };
  return isReviewKind(kind) ? { beside: copiedTerms(parentId, caller.id, now) } : {};
}

interface ChildPlace {
  /** Null outside any project. */
  readonly project: { readonly id: string; readonly uuid: string } | null;
  /** Of a job about a single one. */
  readonly asset: { readonly id: string; readonly uuid: string } | null;
}

/** Where the child works; null when the caller has not the right to do this there. */
async function findPlace(
  tx: Database,
  parent: ParentRow,
  { parentId, caller }: ChildOrder,
): Promise<ChildPlace | null> {
  if (parent.kind === 'ingest_media') {
    const asset = await findAssetOfIngest(tx, parentId, caller);
    if (asset?.rights.write !== true) return null;
    const { projectId: id, projectUuid: uuid } = asset;
    return { asset, project: id === null || uuid === null ? null : { id, uuid } };
  }
  if (parent.project_id === null) return null;
  const project = await findReadableProject(tx, { by: 'id', id: parent.project_id }, caller);
  const isAllowed = parent.kind === 'force_approve' ? project?.rights.manage : project?.rights.write;
  return project !== null && isAllowed === true ? { project, asset: null } : null;
}

async function lockParent(tx: Database, parentId: string): Promise<ParentRow> {
  const { rows } = await sql<ParentRow>`
    select j.uuid as token, j.kind, j.project_id, j.state, j.succeeded, j.failed, j.pruned_at,
      s.parent_id as target_id, s.rules
    from jobs j join job_selections s on s.job_id = j.id where j.id = ${parentId} for update of j`.execute(tx);
  if (rows[0] === undefined) throw new Error(`job ${parentId} does not exist`);
  return rows[0];
}

const toIdempotency = ({ idempotencyKey: key, relation }: ChildOrder, parent: ParentRow): Idempotency | null =>
  key === null ? null : { key, request: JSON.stringify([relation, parent.token]) };

async function findOpenChild(tx: Database, { relation, parentId }: ChildOrder): Promise<string | null> {
  const { rows } = await sql<{ token: string }>`
    select uuid as token from jobs
    where ${sql.ref(`${relation}_of`)} = ${parentId} and finished_at is null order by id limit 1`.execute(tx);
  return rows[0]?.token ?? null;
}
