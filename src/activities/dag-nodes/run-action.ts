import { DAG_LIMITS, type JsonObject } from '../../domain/dag-action';
import { readInputs } from '../../domain/dag-inputs';
import type { WithOf } from '../../schemas/dag-nodes';
import { type DagActionRecord, findDagAction } from '../../store/dag-actions';
import type { ChildJob } from '../../store/dag-child-jobs';
import { createDagRun } from '../../store/dag-run-creation';
import { isInsideRunOf } from '../../store/dag-run-nesting';
import { readDagRunOfJob } from '../../store/dag-run-reading';
import type { Database } from '../../store/database';
import { hasPermission } from '../../store/permissions';
import { abandonChild, childTokenOf, resumeChild, waitForChild } from './child-job';
import { failed, findNamedAsset } from './named-asset';
import type { NodeContext, NodeResult, StoreNodeHandler } from './node-handler';

/** Runs another action, under the checks of `POST /api/v2/assets/:id/dag_actions/:id`, inside the run at hand. */
export const runActionHandler: StoreNodeHandler<WithOf<'run_action'>> = {
  place: 'store',
  async begin(tx, context) {
    const { run, now } = context;
    const named = await findNamedAsset(tx, context);
    if (named.kind === 'failed') return named;
    const { asset } = named;
    if (!(await hasPermission(tx, run.user.id, 'ACTIONS_START'))) {
      return failed('forbidden', `${run.user.email} has no permission ACTIONS_START`);
    }
    const action = await findDagAction(tx, String(context.with.action));
    if (action === null) return failed('action_not_found', `there is no action ${String(context.with.action)}`);
    if (asset.deletedAt !== null) return failed('in_trash', 'the asset is in the trash');
    const refusal = await refuseNesting(tx, context, action, asset.id);
    if (refusal !== null) return refusal;
    const reading = readInputs(action.definition.inputs, context.with.inputs);
    if (reading.kind === 'invalid') {
      const faults = reading.faults.map(({ input, message }) => `with.inputs.${input}: ${message}`);
      return failed('bad_with', faults.join('; '));
    }
    const { projectId: id, projectUuid: uuid } = asset;
    const project = id === null || uuid === null ? null : { id, uuid };
    const token = childTokenOf(context);
    const { user: actor } = run;
    const creation = await createDagRun(tx, {
      ...{ token, action, asset, project, actor, inputs: reading.inputs, origin: 'child', originRunId: run.runId },
      keptNodes: [],
      depth: run.depth + 1,
      idempotency: null,
      dispatched: false,
      now,
    });
    if (creation.kind === 'busy') {
      const message = `run ${creation.runId} of the action on the asset is under way, and it takes no second one`;
      return { kind: 'failed', code: 'busy', message, retryable: true };
    }
    return waitForChild(tx, context, creation, creation.kind === 'created' ? creation.job : null);
  },
  resume: (tx, _context, waiting) => resumeChild(tx, waiting, (child) => toResult(tx, child)),
  async abandon(tx, context, waiting) {
    await abandonChild(tx, context, waiting);
  },
};

/** A run that waits for its own turn would wait for ever, and one that goes ever deeper would never end. */
async function refuseNesting(
  tx: Database,
  { run }: NodeContext<unknown>,
  action: DagActionRecord,
  assetId: string,
): Promise<NodeResult | null> {
  if (run.depth + 1 > DAG_LIMITS.depth) {
    return failed('too_deep', `runs lie at most ${String(DAG_LIMITS.depth)} deep inside one another`);
  }
  if (!(await isInsideRunOf(tx, run.runId, { actionId: action.id, assetId }))) return null;
  return failed('runs_itself', `the run lies inside a run of ${action.name} on the same asset`);
}

async function toResult(tx: Database, { token }: ChildJob): Promise<NodeResult> {
  const run = await readDagRunOfJob(tx, token);
  if (run === null) throw new Error(`job ${token} has no run`);
  const nodes: JsonObject = Object.fromEntries(run.nodes.map(({ id, state, output }) => [id, { state, output }]));
  const output = { run: Number(run.id), job: token, status: run.status, nodes };
  if (run.status === 'succeeded') return { kind: 'done', output };
  const bad = run.nodes.filter(({ state }) => state === 'failed').map(({ id }) => id);
  const message = `run ${run.id} of ${run.action.name} has failed at ${bad.slice(0, 10).join(', ')}`;
  return { kind: 'failed', code: 'run_failed', message, retryable: true, output };
}
