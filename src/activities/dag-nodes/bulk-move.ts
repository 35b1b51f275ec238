import type { Name } from '../../domain/names';
import { parseName } from '../../domain/names';
import { parseSelection } from '../../domain/selection';
import { SelectionInvalid } from '../../domain/selection-invalid';
import type { WithOf } from '../../schemas/dag-nodes';
import { admitBulkMove, createBulkMoveJob } from '../../store/bulk-move';
import type { ChildJob } from '../../store/dag-child-jobs';
import type { Database } from '../../store/database';
import { abandonChild, childTokenOf, resumeChild, waitForChild } from './child-job';
import { failed, findNamedAsset } from './named-asset';
import type { NodeContext, NodeResult, StoreNodeHandler } from './node-handler';

/** Moves a selection by a job of its own, under the checks of `POST /api/p/:gid/assets/bulk/move`. */
export const bulkMoveHandler: StoreNodeHandler<WithOf<'bulk_move'>> = {
  place: 'store',
  async begin(tx, context) {
    const { project: named, to, selection } = context.with;
    const project = await findProjectName(tx, context, named);
    return 'kind' in project ? project : beginBulkMove(tx, context, { project, to, selection });
  },
  resume: (tx, _context, waiting) => resumeChild(tx, waiting, toResult),
  async abandon(tx, context, waiting) {
    await abandonChild(tx, context, waiting);
  },
};

async function findProjectName(
  tx: Database,
  { run, ...context }: NodeContext<unknown>,
  named: string | number | undefined,
): Promise<Name | Extract<NodeResult, { kind: 'failed' }>> {
  if (named !== undefined) return parseName(String(named)) ?? noProject(run.user.email);
  const own = await findNamedAsset(tx, { ...context, run, with: {} });
  if (own.kind === 'failed') return own;
  const { projectId } = own.asset;
  return projectId === null ? failed('no_project', 'the asset belongs to no project') : { by: 'id', id: projectId };
}

function toResult({ token, counts, outcome, itemCode }: ChildJob): NodeResult {
  const { total, succeeded, skipped, failed: faults } = counts;
  const output = { job: token, total: total ?? 0, succeeded, skipped, failed: faults, outcome: outcome ?? 'succeeded' };
  if (faults === 0) return { kind: 'done', output };
  const first = itemCode === null ? '' : `, the first with ${itemCode}`;
  const message = `${String(faults)} of ${String(output.total)} items of job ${token} have failed${first}`;
  return { kind: 'failed', code: 'job_with_failures', message, retryable: true, output };
}

/** Makes the job of a move in the transaction of the node. */
export async function beginBulkMove(
  tx: Database,
  context: NodeContext<unknown>,
  order: { readonly project: Name; readonly to: string | number; readonly selection: unknown },
): Promise<NodeResult> {
  const { user } = context.run;
  const parent = parseName(String(order.to));
  if (parent === null) return failed('bad_target', BAD_TARGET);
  try {
    const selection = parseSelection(order.selection);
    const admission = await admitBulkMove(tx, user, { project: order.project, parent, selection });
    if (admission.kind === 'refused') {
      switch (admission.refusal) {
        case 'no_project':
          return noProject(user.email);
        case 'no_write':
          return failed('forbidden', `${user.email} may not write in the project`);
        case 'parent_invalid':
          return failed('bad_target', BAD_TARGET);
      }
    }
    const made = { token: childTokenOf(context), admission, requester: user, now: context.now };
    const { creation, job } = await createBulkMoveJob(tx, { ...made, idempotency: null, dispatched: false });
    return await waitForChild(tx, context, creation, job);
  } catch (error) {
    if (error instanceof SelectionInvalid) return failed('bad_selection', error.message);
    throw error;
  }
}

const BAD_TARGET = 'to: must be a folder of the project, or the project itself';
const noProject = (email: string) => failed('project_not_found', `the project is not there for ${email}`);
