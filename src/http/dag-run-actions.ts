import type { Principal } from '../domain/credentials';
import type { DagDefinition, JsonObject } from '../domain/dag-action';
import { readInputs } from '../domain/dag-inputs';
import type { ApprovalDecision } from '../domain/dag-run';
import type { JobState } from '../domain/job';
import type { Permission } from '../domain/permission';
import type { Dispatcher } from '../dispatch';
import type { ReadableAsset } from '../store/asset-access';
import { type DagActionRecord, findDagAction, readDagActionVersion } from '../store/dag-actions';
import { answerApproval, type ApprovalOutcome } from '../store/dag-approvals';
import { createDagRun, type DagRunCreation } from '../store/dag-run-creation';
import { type DagRunDetails, readDagRunOfJob } from '../store/dag-run-reading';
import { repeatDagRun, type RepeatFault } from '../store/dag-run-repeat';
import type { Database } from '../store/database';
import { newUuid } from '../store/ids';
import { findJob } from '../store/jobs';
import { hasPermission } from '../store/permissions';
import { toShownKey } from './clean-value';
import { invalidParameter, missingParameter } from './parameters';
import { forbidden, notFound, Refusal, unprocessable } from './refusal';

export interface DagRunActionsDependencies {
  readonly db: Database;
  readonly dispatcher: Pick<Dispatcher, 'dispatch' | 'nudge'>;
  readonly now: () => Date;
}

/** Another run of what a run was for. */
export interface RepeatWish {
  /** The id of a node; null for the whole. */
  readonly from: string | null;
  /** Of a rerun: with the newest version of the action. */
  readonly newest: boolean;
}

/**
 * What people do with actions and their runs, through the API and the pages alike. Each answers the run as soon as it is
 * committed, and throws a Refusal in the words of the Media Pocket API. `idempotencyKey` as of the header, null without
 * one.
 */
export interface DagRunActions {
  /**
   * Starts an action, named by its id, uuid, key or name, on an asset that the user may read.
   * @throws Refusal 403 without the permission, 404 for no such action, 422 for bad inputs, 400 for an asset in the trash,
   * 409 when another run is under way and the action takes no second one
   */
  start(asset: ReadableAsset, action: string, wish: StartWish, user: Principal): Promise<DagRunDetails>;
  /** Goes on where an ended run has failed, in a run of its own; one that is under way already is answered as it is. */
  resume(run: DagRunDetails, from: string | null, user: Principal, key: string | null): Promise<DagRunDetails>;
  /** Does an ended run over, or a part of it, in a run of its own. */
  rerun(run: DagRunDetails, wish: RepeatWish, user: Principal, key: string | null): Promise<DagRunDetails>;
  /** @throws Refusal 403 unless the user may answer the approvals of the run: see {@link DagRunActions.answerApproval} */
  assertMayAnswer(run: DagRunDetails, asset: ReadableAsset, user: Principal): Promise<void>;
  /**
   * Answers an approval for which a node waits: whoever may control the job may, and whoever may start actions and write
   * the asset. Answers the run as it is then.
   * @throws Refusal 422 naming `values.<name>`, 409 when somebody else has answered, or the node does not wait for it
   */
  answerApproval(run: DagRunDetails, wish: ApprovalWish, user: Principal): Promise<DagRunDetails>;
}

export interface ApprovalWish {
  readonly node: string;
  readonly decision: ApprovalDecision;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface StartWish {
  /** Reads the inputs that were sent; called when it is clear that there is such an action. */
  readonly readInputs: () => Readonly<Record<string, unknown>>;
  readonly idempotencyKey: string | null;
}

export function createDagRunActions({ db, dispatcher, now }: DagRunActionsDependencies): DagRunActions {
  /** The run that was made, or had been before, on its way. */
  async function settle(creation: DagRunCreation): Promise<DagRunDetails> {
    if (creation.kind === 'created') dispatcher.dispatch(creation.job);
    return readRun(tokenOf(creation));
  }

  async function readRun(token: string): Promise<DagRunDetails> {
    const run = await readDagRunOfJob(db, token);
    if (run === null) throw new Error(`job ${token} has no run`);
    return run;
  }

  async function repeat(
    relation: 'resume' | 'rerun',
    run: DagRunDetails,
    { from, newest }: RepeatWish,
    user: Principal,
    key: string | null,
  ): Promise<DagRunDetails> {
    const action = await getVersion(db, run, newest);
    const request = JSON.stringify([`dag_action_run_${relation}`, run.token, from, newest]);
    const creation = await repeatDagRun(db, {
      ...{ relation, origin: run, action, from, caller: user },
      inputs: newest ? inputsOf(action.definition, takeOver(action.definition, run.inputs)) : run.inputs,
      token: newUuid(),
      idempotency: key === null ? null : { key, request },
      dispatched: false,
      now: now(),
    });
    if (creation.kind === 'refused') throw REFUSALS[creation.refusal](creation.state, from ?? '');
    return settle(creation);
  }

  return {
    async start(asset, text, { readInputs: read, idempotencyKey: key }, user) {
      await assertPermitted(db, user, 'ACTIONS_START');
      const action = await findDagAction(db, text);
      if (action === null) throw notFound(`Couldn't find DagAction with 'id'=${text}`, 'dag_action_not_found');
      const given = read();
      const inputs = inputsOf(action.definition, given);
      if (asset.deletedAt !== null) throw inTrash();
      const { projectId, projectUuid } = asset;
      const request = JSON.stringify(['dag_action_run', asset.uuid, action.id, given]);
      const creation = await createDagRun(db, {
        ...{ token: newUuid(), action, asset, actor: user, inputs, origin: 'start', originRunId: null },
        project: projectId === null || projectUuid === null ? null : { id: projectId, uuid: projectUuid },
        keptNodes: [],
        depth: 0,
        idempotency: key === null ? null : { key, request },
        dispatched: false,
        now: now(),
      });
      return settle(creation);
    },

    async resume(run, from, user, key) {
      await assertPermitted(db, user, 'ACTIONS_START');
      return repeat('resume', run, { from, newest: false }, user, key);
    },

    async rerun(run, wish, user, key) {
      await assertPermitted(db, user, 'ACTIONS_START');
      return repeat('rerun', run, wish, user, key);
    },

    async assertMayAnswer({ token }, asset, user) {
      if ((await findJob(db, { by: 'uuid', uuid: token }, token, user)) !== null) return;
      await assertPermitted(db, user, 'ACTIONS_START');
      if (!asset.rights.write) throw forbidden('Not allowed to perform this action');
    },

    async answerApproval(run, wish, user) {
      const outcome = await answerApproval(db, { ...wish, token: run.token, user }, now());
      assertAnswered(outcome, wish);
      dispatcher.nudge(run.token);
      return readRun(run.token);
    },
  };
}

/** @throws Refusal unless the answer counts */
function assertAnswered(outcome: ApprovalOutcome, { node, values }: ApprovalWish): void {
  switch (outcome.kind) {
    case 'answered':
    case 'unchanged':
      return;
    case 'already_answered':
      throw told(409, 'already_answered', `Node ${node} was answered by ${outcome.decision.by}: ${outcome.decision.decision}`); // prettier-ignore
    case 'not_waiting':
      throw told(409, 'not_waiting', `Node ${node} does not wait for an approval: it is ${outcome.state}`);
    case 'no_such_node':
      throw nodeNotFound(node);
    case 'no_such_run':
      throw notFound('asset not found');
    case 'forbidden':
      throw forbidden('Not allowed to perform this action');
    case 'invalid': {
      const [fault] = outcome.faults;
      const field = fault?.field ?? '';
      const value = Object.hasOwn(values, field) ? values[field] : undefined;
      const name = `values.${toShownKey(field)}`;
      throw value === undefined ? missingParameter(name) : invalidParameter(name, value, fault?.message ?? 'Invalid');
    }
  }
}

/** @throws Refusal 403, in the words of the Media Pocket API */
export async function assertPermitted(db: Database, user: Pick<Principal, 'id'>, name: Permission): Promise<void> {
  if (await hasPermission(db, user.id, name)) return;
  throw forbidden(`Permission denied. Must have ${name} permissions.`, 'permission_denied');
}

/** @throws Refusal 404 in the words of the Media Pocket API, down to a condition that no statement of ours has */
export function nodeNotFound(id: string): Refusal {
  const condition = '[WHERE "dag_action_run_nodes"."dag_action_run_id" = $1]';
  return notFound(`Couldn't find DagActionRunNode with 'id'=${id} ${condition}`, 'node_not_found');
}

/** @throws Refusal 422 that names the first bad input as `inputs.<name>` */
function inputsOf({ inputs: declared }: DagDefinition, given: Readonly<Record<string, unknown>>): JsonObject {
  const reading = readInputs(declared, given);
  if (reading.kind === 'fine') return reading.inputs;
  const [fault] = reading.faults;
  const name = `inputs.${toShownKey(fault?.input ?? '')}`;
  throw fault?.value === undefined ? missingParameter(name) : invalidParameter(name, fault.value, fault.message);
}

/** What a newer version still takes of the inputs of a run. */
function takeOver({ inputs: declared }: DagDefinition, inputs: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => Object.hasOwn(declared, name)));
}

async function getVersion(db: Database, run: DagRunDetails, newest: boolean): Promise<DagActionRecord> {
  const newestOne = newest ? await findDagAction(db, run.action.name) : null;
  const action = newestOne ?? (await readDagActionVersion(db, run.action.id, run.version));
  if (action === null) throw new Error(`version ${String(run.version)} of action ${run.action.id} is gone`);
  return action;
}

function tokenOf(creation: DagRunCreation): string {
  switch (creation.kind) {
    case 'created':
      return creation.job.token;
    case 'existing':
      return creation.token;
    case 'conflict':
      throw unprocessable('idempotency_key_reused', 'this Idempotency-Key was used for another request');
    case 'busy':
      throw told(409, 'run_under_way', `Run ${creation.runId} of this action on the asset is under way, and it takes no second one`); // prettier-ignore
  }
}

const told = (status: number, code: string, message: string) => new Refusal(status, code, message, { tellsCode: true });

const inTrash = () => told(400, 'in_trash', 'Can not start actions on Assets that is in trash bin');

const REFUSALS: Readonly<Record<RepeatFault, (state: JobState, node: string) => Refusal>> = {
  unknown_node: (_state, node) => nodeNotFound(node),
  not_ended: (state) => told(409, 'run_not_ended', `The run has not ended: its job is ${state}`),
  nothing_unfinished: () => told(409, 'nothing_unfinished', 'Nothing of the run is unfinished: it can be rerun'),
  node_finished: (_state, node) =>
    told(409, 'node_finished', `Node ${node} has done its part: the run can be rerun from it`),
  no_asset: () => notFound('asset not found'),
  in_trash: inTrash,
};
