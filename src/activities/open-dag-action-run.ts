import type { OpenedDagRun } from '../contract/dag-action-run';
import { FAILURE } from '../contract/failures';
import { placeOf } from '../domain/dag-action';
import { toGraph } from '../domain/dag-graph';
import { readInputs } from '../domain/dag-inputs';
import { dagActionRunInput, type DagActionRunOrder } from '../schemas/dag-action-run';
import { isEnded } from '../domain/job';
import { findReadableAsset, type ReadableAsset } from '../store/asset-access';
import { type DagActionRecord, findDagAction } from '../store/dag-actions';
import { createDagRun } from '../store/dag-run-creation';
import { openDagRun } from '../store/dag-run-opening';
import { endJob, findRunnableJob, markTakenUp, type RunnableJob } from '../store/job-progress';
import type { UserRecord } from '../store/lookup';
import { hasPermission } from '../store/permissions';
import type { ActivityDependencies } from './dependencies';
import { assertToken, getRequester, parseInput } from './opening';
import { refused } from './refused';

type OpenRunDependencies = Pick<ActivityDependencies, 'store' | 'now'>;

/** A run that waits for another one is woken when that ends; this is the net below. */
const TURN_WAIT_MS = 5 * 60_000;

/**
 * Opens the run of an action, whoever started its workflow: with the façade, or another run, the row is there already;
 * with the Temporal CLI it is made here, under the same checks. A paused run begins when it is opened again, one that waits
 * for its turn when that has come. Repeated, it changes nothing.
 */
export async function openDagActionRun(
  { store, now }: OpenRunDependencies,
  input: unknown,
  token: string,
): Promise<OpenedDagRun> {
  const { db } = store;
  assertToken(token);
  const order = parseInput<DagActionRunOrder>(dagActionRunInput, input);
  const user = await getRequester(db, order.requested_by);
  const existing = await findRunnableJob(db, token);
  if (existing !== null && (existing.kind !== 'dag_action_run' || existing.owner.id !== user.id)) {
    throw refused(FAILURE.jobConflict, `workflow_id: ${token} is the token of another job`);
  }
  const job = existing ?? (await makeJob({ store, now }, token, order, user));
  // Time has passed since the row was made: the rights are asked for again, unless it has begun already.
  if (existing !== null && !isEnded(job.state) && job.counts.total === null) await recheck(job);
  const opened = await openDagRun(db, job.id, now());
  if (!opened.waits) await markTakenUp(db, job.id, now());
  const { definition, nodes, standing } = opened;
  const graph = toGraph(definition);
  return {
    token,
    project: job.project?.uuid ?? null,
    owner: job.owner.uuid,
    summary: job.project === null ? 'Run of an action' : `Run of an action in project ${job.project.uuid}`,
    state: standing.state,
    counts: standing.counts,
    waitingChunks: { folders: 0, files: standing.counts.remaining ?? 0 },
    graph: graph.map((node, at) => {
      const declared = definition.nodes[at];
      if (declared === undefined) throw new Error(`node ${node.id} is not declared`);
      return { ...node, place: placeOf(declared), uses: declared.uses };
    }),
    maxParallel: definition.maxParallel,
    failFast: definition.failFast,
    standings: nodes.map(({ state, cause }) => ({ state, cause })),
    wakeAt: nodes.map(({ wakeAt }) => wakeAt?.toISOString() ?? null),
    control: standing.control,
    ...(opened.waits ? { waitMs: TURN_WAIT_MS } : {}),
  };

  async function recheck(made: RunnableJob): Promise<void> {
    try {
      await getAsset({ store }, order, user);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const end = { code: FAILURE.forbidden, message };
      await endJob(db, made.id, { state: 'rejected', outcome: 'rejected', error: end }, now());
      throw error;
    }
  }
}

async function makeJob(
  { store, now }: OpenRunDependencies,
  token: string,
  order: DagActionRunOrder,
  user: UserRecord,
): Promise<RunnableJob> {
  const { db } = store;
  if (order.action === undefined) {
    throw refused(FAILURE.inputInvalid, 'run_ref: no job of this workflow id keeps a run');
  }
  const asset = await getAsset({ store }, order, user);
  if (asset.deletedAt !== null) throw refused(FAILURE.inputInvalid, 'asset: is in the trash; restore it first');
  const action = await findDagAction(db, String(order.action));
  if (action === null) throw refused(FAILURE.inputInvalid, 'action: there is no such action');
  const { projectId: id, projectUuid: uuid } = asset;
  const creation = await createDagRun(db, {
    token,
    action,
    asset,
    project: id === null || uuid === null ? null : { id, uuid },
    actor: user,
    inputs: inputsOf(action, order.inputs ?? {}),
    origin: 'start',
    originRunId: null,
    keptNodes: [],
    depth: 0,
    idempotency: null,
    dispatched: true,
    now: now(),
  });
  if (creation.kind === 'busy') {
    throw refused(FAILURE.jobConflict, `action: run ${creation.runId} of it on this asset has not ended`);
  }
  const made = await findRunnableJob(db, token);
  if (made === null) throw new Error(`job ${token} was not made`);
  return made;
}

/** @throws ApplicationFailure that names each bad input */
function inputsOf({ definition }: DagActionRecord, given: Readonly<Record<string, unknown>>) {
  const reading = readInputs(definition.inputs, given);
  if (reading.kind === 'fine') return reading.inputs;
  const faults = reading.faults.map(({ input, message }) => `inputs.${input}: ${message}`);
  throw refused(FAILURE.inputInvalid, faults.join('; '));
}

/** @throws ApplicationFailure when the requester may not see the asset, or may not start actions */
async function getAsset(
  { store }: Pick<OpenRunDependencies, 'store'>,
  order: DagActionRunOrder,
  user: UserRecord,
): Promise<ReadableAsset> {
  const asset = await findReadableAsset(store.db, order.asset, user);
  if (asset === null) throw refused(FAILURE.forbidden, 'asset: there is no such asset for requested_by');
  if (await hasPermission(store.db, user.id, 'ACTIONS_START')) return asset;
  throw refused(FAILURE.forbidden, 'requested_by: must have ACTIONS_START permissions');
}
