import type { Database } from './database';
import { findIngest } from './ingests';
import { findMedia, type MediaRecord } from './media';

/**
 * What came of the job of one file: the code for which it was given up (null while none is known), or that it is
 * attached; its media are null when they have been taken from the asset since.
 */
export type AttachedMedia =
  | { readonly kind: 'attached'; readonly media: MediaRecord | null }
  | { readonly kind: 'not_attached'; readonly code: string | null };

export async function readAttachedMedia(db: Database, jobId: string): Promise<AttachedMedia> {
  const file = await findIngest(db, jobId);
  const { assetId, mediaId, code } = file ?? { assetId: null, mediaId: null, code: null };
  if (assetId === null || mediaId === null) return { kind: 'not_attached', code };
  return { kind: 'attached', media: await findMedia(db, assetId, mediaId) };
}
