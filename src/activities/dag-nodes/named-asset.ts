import { parseName } from '../../domain/names';
import { findReadableAsset, type ReadableAsset } from '../../store/asset-access';
import type { Database } from '../../store/database';
import type { NodeContext, NodeResult } from './node-handler';

type Failed = Extract<NodeResult, { kind: 'failed' }>;

/** A failure that another attempt cannot mend. */
export function failed(code: string, message: string, more: Pick<Failed, 'output'> = {}): Failed {
  return { kind: 'failed', code, message, retryable: false, ...more };
}

/**
 * The asset that a node is about: the one that its `with` names, or that of the run. As the user of the run may read it at
 * this moment; one that is foreign is told as one that is not there.
 */
export async function findNamedAsset(
  tx: Database,
  { run, with: given }: NodeContext<{ readonly asset?: string | number | undefined }>,
): Promise<{ readonly kind: 'found'; readonly asset: ReadableAsset } | Failed> {
  const name = given.asset === undefined ? ({ by: 'id', id: run.asset.id } as const) : parseName(String(given.asset));
  const asset = name === null ? null : await findReadableAsset(tx, name, run.user);
  if (asset !== null) return { kind: 'found', asset };
  const which = given.asset === undefined ? 'of the run' : String(given.asset).slice(0, 100);
  return failed('asset_not_found', `the asset ${which} is not there for ${run.user.email}`);
}

/** The same when the user may change it too. */
export async function findWritableAsset(
  tx: Database,
  context: NodeContext<{ readonly asset?: string | number | undefined }>,
): ReturnType<typeof findNamedAsset> {
  const named = await findNamedAsset(tx, context);
  if (named.kind === 'failed' || named.asset.rights.write) return named;
  return failed('forbidden', `${context.run.user.email} may not change the asset ${named.asset.uuid}`);
}
