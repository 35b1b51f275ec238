import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { type FormFault, readApprovalWait, readFormValues } from '../domain/approval-form';
import type { JsonObject } from '../domain/dag-action';
import type { ApprovalDecision, NodeState } from '../domain/dag-run';
import type { JobControl } from '../domain/job';
import { isUuid } from '../domain/names';
import { ASSETS_READABLE_BY_U, WRITE_AND_MANAGE } from './asset-access';
import { runAgain } from './contention';
import { appendMessages } from './dag-run-messages';
import type { Database } from './database';

/** What somebody says to a node that waits for approval. */
export interface ApprovalOrder {
  /** Of the job of the run. */
  readonly token: string;
  /** The id of the node. */
  readonly node: string;
  readonly decision: ApprovalDecision;
  /** As the form of the node asks for. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly user: { readonly id: string };
}

/** A decision as the row of its node keeps it. */
export interface StoredDecision {
  readonly decision: ApprovalDecision;
  readonly values: JsonObject;
  /** An e-mail address, as it was then. */
  readonly by: string;
  /** The uuid of that user. */
  readonly user: string;
  /** RFC 3339. */
  readonly at: string;
}

/**
 * `unchanged`: the same person had said the same before; `already_answered`: somebody was faster; `not_waiting`: the node
 * has not come to it, or waits no more.
 */
export type ApprovalOutcome =
  | { readonly kind: 'answered'; readonly decision: StoredDecision }
  | { readonly kind: 'unchanged'; readonly decision: StoredDecision }
  | { readonly kind: 'already_answered'; readonly decision: StoredDecision }
  | { readonly kind: 'not_waiting'; readonly state: NodeState }
  | { readonly kind: 'no_such_run' }
  | { readonly kind: 'no_such_node' }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'invalid'; readonly faults: readonly FormFault[] };

/**
 * Keeps the first decision on a waiting node and has the workflow of the run woken, in one transaction. Whoever may
 * control the job may decide, and whoever may start actions and write the asset. To somebody who may see neither the job
 * nor the asset there is no such run.
 */
export async function answerApproval(db: Database, order: ApprovalOrder, now: Date): Promise<ApprovalOutcome> {
  if (!isUuid(order.token)) return { kind: 'no_such_run' };
  return runAgain(db, () =>
    db.isTransaction ? answer(db, order, now) : db.transaction().execute((tx) => answer(tx, order, now)),
  );
}

async function answer(tx: Database, order: ApprovalOrder, now: Date): Promise<ApprovalOutcome> {
  const run = await findRun(tx, order);
  if (run === null) return { kind: 'no_such_run' };
  if (!run.may_answer) return { kind: run.may_see ? 'forbidden' : 'no_such_run' };
  const node = await lockNode(tx, run.id, order.node);
  if (node === null) return { kind: 'no_such_node' };
  if (node.decision !== null) return compare(node.decision, order, run.user_uuid);
  const wait = readApprovalWait(node.waiting);
  if (node.state !== 'waiting' || wait === null) return { kind: 'not_waiting', state: node.state };
  if (run.control === 'cancel' || run.ended) return { kind: 'not_waiting', state: 'cancelled' };

  const reading = readFormValues(wait.form, order.values, { complete: order.decision === 'approve' });
  if (reading.kind === 'invalid') return reading;
  const decision: StoredDecision = {
    decision: order.decision,
    values: reading.values,
    by: run.email,
    user: run.user_uuid,
    at: now.toISOString(),
  };
  await sql`update dag_run_nodes set decision = ${JSON.stringify(decision)}::jsonb
    where run_id = ${run.id} and no = ${node.no}`.execute(tx);
  await sql`update jobs set nudge_due_at = ${now} where id = ${run.job_id}`.execute(tx);
  const verb = order.decision === 'approve' ? 'approved' : 'rejected';
  await appendMessages(tx, run.id, [
    { node: order.node, attempt: Math.max(1, node.attempts), message: `Node ${order.node} ${verb} by ${run.email}` },
  ]);
  return { kind: 'answered', decision };
}

/** The decision on a node of a run, locked: who wants to decide now comes too late, or is waited for. Null for none. */
export async function lockDecision(tx: Database, runId: string, nodeNo: number): Promise<StoredDecision | null> {
  const { rows } = await sql<{ decision: StoredDecision | null }>`
    select decision from dag_run_nodes where run_id = ${runId} and no = ${nodeNo} for update`.execute(tx);
  return rows[0]?.decision ?? null;
}

interface RunRow {
  readonly id: string;
  readonly job_id: string;
  readonly control: JobControl;
  readonly ended: boolean;
  readonly email: string;
  readonly user_uuid: string;
  readonly may_see: boolean;
  readonly may_answer: boolean;
}

async function findRun(tx: Database, { token, user }: ApprovalOrder): Promise<RunRow | null> {
  const { rows } = await sql<RunRow>`
    select run.id, run.job_id, j.control, j.finished_at is not null as ended, u.email, u.uuid as user_uuid,
      job.control or asset.write is not null as may_see, job.control or (asset.write is true and exists (
        select from permissions p where p.user_id = u.id and p.name = 'ACTIONS_START')) as may_answer
    from jobs j
      join dag_action_runs run on run.job_id = j.id
      join users u on u.id = ${user.id} and u.deleted_at is null
      cross join lateral (select u.admin or j.created_by = u.id or exists (
        select from team_members m join team_access t on t.team_id = m.team_id
        where m.user_id = u.id and t.project_id = j.project_id and t.can_manage) as control) job
      left join lateral (select ${WRITE_AND_MANAGE} ${ASSETS_READABLE_BY_U} and a.id = run.asset_id) asset on true
    where j.uuid = ${token}`.execute(tx);
  return rows[0] ?? null;
}

interface NodeRow {
  readonly no: number;
  readonly state: NodeState;
  readonly attempts: number;
  readonly waiting: JsonObject | null;
  readonly decision: StoredDecision | null;
}

async function lockNode(tx: Database, runId: string, nodeId: string): Promise<NodeRow | null> {
  const { rows } = await sql<NodeRow>`
    select no, state, attempts, waiting, decision from dag_run_nodes
    where run_id = ${runId} and id = ${nodeId} for update`.execute(tx);
  return rows[0] ?? null;
}

function compare(made: StoredDecision, order: ApprovalOrder, userUuid: string): ApprovalOutcome {
  const given = Object.fromEntries(
    Object.entries(order.values).filter(([, value]) => value !== null && value !== undefined),
  );
  const isSame = made.user === userUuid && made.decision === order.decision && isDeepStrictEqual(made.values, given);
  return { kind: isSame ? 'unchanged' : 'already_answered', decision: made };
}
