import { sql } from 'kysely';
import type { DagDefinition, JsonObject } from '../domain/dag-action';
import { type EndedNode, planRerun, planResume, type RepeatRefusal } from '../domain/dag-rerun';
import { isEnded, type JobState } from '../domain/job';
import { findReadableAsset } from './asset-access';
import { createDagRun, type DagRunCreation } from './dag-run-creation';
import { type DagRunDetails, readDagNodes } from './dag-run-reading';
import type { Database } from './database';
import { adoptKey, findSameRequest, type Idempotency } from './job-creation';

/** A run to be made from one that has ended. */
export interface RepeatOrder {
  readonly relation: 'resume' | 'rerun';
  readonly origin: Pick<DagRunDetails, 'id' | 'token' | 'jobId' | 'definition' | 'asset'>;
  /** The version to run: that of the origin, or a newer one. */
  readonly action: { readonly id: string; readonly version: number; readonly definition: DagDefinition };
  /** Complete and checked. */
  readonly inputs: JsonObject;
  /** The id of a node; null for the whole. */
  readonly from: string | null;
  /** Of the new job. */
  readonly token: string;
  /** May start actions. */
  readonly caller: { readonly id: string; readonly uuid: string };
  readonly idempotency: Idempotency | null;
  readonly dispatched: boolean;
  readonly now: Date;
}

/** `not_ended`: the origin is still at work; `no_asset`: it is gone or foreign; `in_trash`: it lies there. */
export type RepeatFault = RepeatRefusal | 'not_ended' | 'no_asset' | 'in_trash';

export type RepeatCreation =
  DagRunCreation | { readonly kind: 'refused'; readonly refusal: RepeatFault; readonly state: JobState };

/**
 * Makes the run; of a resumption that is under way already, answers that one: two calls at once meet at the lock of the
 * origin's job. The origin stays as it is.
 */
export async function repeatDagRun(db: Database, order: RepeatOrder): Promise<RepeatCreation> {
  return db.isTransaction ? repeat(db, order) : db.transaction().execute((tx) => repeat(tx, order));
}

async function repeat(tx: Database, order: RepeatOrder): Promise<RepeatCreation> {
  const { relation, origin, action, caller, idempotency, from } = order;
  const state = await lockJob(tx, origin.jobId);
  const refused = (refusal: RepeatFault): RepeatCreation => ({ kind: 'refused', refusal, state });
  const repeated = idempotency === null ? null : await findSameRequest(tx, caller.id, idempotency);
  if (repeated !== null) return repeated;
  const open = relation === 'resume' ? await findOpenResumption(tx, origin.jobId) : null;
  if (open !== null) {
    if (idempotency !== null) await adoptKey(tx, open, caller.id, idempotency);
    return { kind: 'existing', token: open };
  }
  if (!isEnded(state)) return refused('not_ended');
  const nodes = await readEndedNodes(tx, origin);
  const verdict = (relation === 'resume' ? planResume : planRerun)(nodes, action.definition.nodes, from);
  if (verdict.kind === 'refused') return refused(verdict.refusal);
  const asset = origin.asset === null ? null : await findReadableAsset(tx, { by: 'id', id: origin.asset.id }, caller);
  if (asset === null) return refused('no_asset');
  if (asset.deletedAt !== null) return refused('in_trash');
  const { projectId, projectUuid } = asset;
  return createDagRun(tx, {
    token: order.token,
    action,
    asset,
    project: projectId === null || projectUuid === null ? null : { id: projectId, uuid: projectUuid },
    actor: caller,
    inputs: order.inputs,
    origin: relation,
    originRunId: origin.id,
    keptNodes: verdict.plan.kept,
    leftNodes: verdict.plan.left,
    ...(relation === 'resume' && { retriedJobId: origin.jobId }),
    // Whatever the origin was inside of does not wait for this one.
    depth: 0,
    idempotency,
    dispatched: order.dispatched,
    now: order.now,
  });
}

async function lockJob(tx: Database, jobId: string): Promise<JobState> {
  const { rows } = await sql<{ state: JobState }>`select state from jobs where id = ${jobId} for update`.execute(tx);
  if (rows[0] === undefined) throw new Error(`job ${jobId} does not exist`);
  return rows[0].state;
}

async function findOpenResumption(tx: Database, jobId: string): Promise<string | null> {
  const { rows } = await sql<{ token: string }>`
    select uuid as token from jobs where retry_of = ${jobId} and finished_at is null order by id limit 1`.execute(tx);
  return rows[0]?.token ?? null;
}

async function readEndedNodes(tx: Database, { id, definition }: RepeatOrder['origin']): Promise<EndedNode[]> {
  const kinds = new Map(definition.nodes.map((node) => [node.id, node.uses]));
  return (await readDagNodes(tx, id)).map((node) => ({
    id: node.id,
    uses: kinds.get(node.id) ?? '',
    state: node.state,
    cause: node.cause,
  }));
}
