import { z } from 'zod';
import { parseName } from '../../../domain/names';
import { findReadableAsset, type ReadableAsset } from '../../../store/asset-access';
import type { Database } from '../../../store/database';
import { forbidden, notFound, type Refusal } from '../../refusal';

export const assetParams = z.object({ asset_id: z.string().describe('The asset: its key, uuid or id') });

/** The 404 of an asset that is not there for the caller. */
export function assetNotFound(): Refusal {
  return notFound('asset not found');
}

/**
 * The asset that a path names, by any of its three names.
 * @throws Refusal 404 when there is none for the caller
 */
export async function openAsset(db: Database, text: string, user: { readonly id: string }): Promise<ReadableAsset> {
  const name = parseName(text);
  const asset = name === null ? null : await findReadableAsset(db, name, user);
  if (asset === null) throw assetNotFound();
  return asset;
}

/** The 403 of Media Pocket. */
export function notAllowed(): Refusal {
  return forbidden('Not allowed to perform this action');
}

/** @throws Refusal 403 when the caller may only read the asset */
export function assertMayWrite(asset: ReadableAsset): void {
  if (!asset.rights.write) throw notAllowed();
}
