import { MediaFault } from '../../domain/media-fault';
import { DownloadFault } from '../../domain/download-fault';
import { ObjectGoneError } from '../../domain/object-gone';
import type { StagedFile } from '../../outbound/staging';
import type { ReadableAsset } from '../../store/asset-access';
import type { Database } from '../../store/database';
import { findNewestMedia, type NewestMedia } from '../../store/dag-media';
import type { IngestSteps } from '../ingest-steps';
import { failed } from './named-asset';
import type { NodeContext, NodeResult } from './node-handler';

type Failed = Extract<NodeResult, { kind: 'failed' }>;

export interface MediaNodeDependencies {
  readonly db: Database;
  readonly steps: Pick<IngestSteps, 'find' | 'probe' | 'previews' | 'discard'>;
}

/** The newest file of an asset that is not in the trash. */
export async function openNewestMedia(
  db: Database,
  asset: ReadableAsset,
): Promise<{ readonly kind: 'found'; readonly media: NewestMedia } | Failed> {
  if (asset.deletedAt !== null) return failed('asset_trashed', `the asset ${asset.uuid} is in the trash`);
  const media = await findNewestMedia(db, asset.id);
  return media === null ? failed('no_media', `the asset ${asset.uuid} has no file`) : { kind: 'found', media };
}

/**
 * Has somebody look into the bytes of media, which are brought to the disk of this worker for it, piece by piece. What is
 * wrong with the file, or that it is gone, fails for good.
 */
export async function withBytes(
  steps: MediaNodeDependencies['steps'],
  { run, nodeNo, itemNo }: NodeContext<unknown>,
  media: NewestMedia,
  signal: AbortSignal,
  work: (staged: StagedFile) => Promise<NodeResult>,
): Promise<NodeResult> {
  // No other job, node or file ever has the same.
  const id = [run.token, nodeNo, itemNo ?? 0, media.id].join('-');
  try {
    const staged = await steps.find(id, media.objectKey, signal);
    return staged === null ? objectGone(media) : await work(staged);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ObjectGoneError) return objectGone(media);
    if (error instanceof MediaFault || error instanceof DownloadFault) return failed(error.code, error.message);
    throw error;
  } finally {
    await steps.discard(id);
  }
}

function objectGone({ id }: NewestMedia): Failed {
  return failed('object_gone', `the file of media ${id} is not in the object store any more`);
}
