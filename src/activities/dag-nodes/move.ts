import type { WithOf } from '../../schemas/dag-nodes';
import type { ChildJob } from '../../store/dag-child-jobs';
import { beginBulkMove } from './bulk-move';
import { abandonChild, resumeChild } from './child-job';
import { failed, findNamedAsset } from './named-asset';
import type { NodeResult, StoreNodeHandler } from './node-handler';

/** Moves one asset: a bulk move of nothing else. */
export const moveHandler: StoreNodeHandler<WithOf<'move'>> = {
  place: 'store',
  async begin(tx, context) {
    const named = await findNamedAsset(tx, context);
    if (named.kind === 'failed') return named;
    const { id, projectId, deletedAt } = named.asset;
    if (deletedAt !== null) return failed('in_trash', 'the asset is in the trash');
    if (projectId === null) return failed('no_project', 'the asset belongs to no project');
    const project = { by: 'id', id: projectId } as const;
    return beginBulkMove(tx, context, { project, to: context.with.to, selection: [id] });
  },
  resume: (tx, _context, waiting) => resumeChild(tx, waiting, toResult),
  async abandon(tx, context, waiting) {
    await abandonChild(tx, context, waiting);
  },
};

function toResult({ token, counts, itemCode }: ChildJob): NodeResult {
  if (counts.succeeded === 1) return { kind: 'done', output: { moved: true, job: token } };
  if (itemCode === 'already_there') return { kind: 'done', output: { moved: false, job: token } };
  const output = { moved: false, job: token, code: itemCode };
  const message = `the asset was not moved by job ${token}: ${itemCode ?? 'it was gone'}`;
  return { kind: 'failed', code: 'not_moved', message, retryable: counts.failed > 0, output };
}
