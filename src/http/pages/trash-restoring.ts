import type { Principal } from '../../domain/credentials';
import { parseName } from '../../domain/names';
import { findReadableAsset, type ReadableAsset } from '../../store/asset-access';
import { Refusal } from '../refusal';
import type { PagesDependencies } from './dependencies';
import type { RefusedAsset, RestoredName } from './trash-outcome';

/** What came of each; `status` is that of the first refusal, 200 without one. */
export interface Restoring {
  readonly restored: readonly RestoredName[];
  readonly refused: readonly RefusedAsset[];
  readonly status: number;
}

/** Refusals that speak of one thing only; others end the whole request. */
const OF_ONE = [400, 403, 404, 409];
const NOT_THERE = 'It is not in the trash any more: it has gone for good, or is not yours to see.';
const REASONS: Readonly<Record<string, string>> = {
  not_found: NOT_THERE,
  not_in_trash: 'It is not in the trash any more.',
  went_with_folder: 'It went into the trash with a folder: restore that folder.',
  folder_in_trash: 'Its folder is in the trash: restore that folder first.',
};
const NO_RIGHT = 'You have no right to write in its project.';

/** Brings these back, each for itself: what cannot be is told, and the others come back all the same. */
export async function restoreEach(
  { db, assetActions }: Pick<PagesDependencies, 'db' | 'assetActions'>,
  uuids: readonly string[],
  user: Principal,
): Promise<Restoring> {
  const restored: RestoredName[] = [];
  const refused: (RefusedAsset & { readonly status: number })[] = [];
  const found: ReadableAsset[] = [];
  for (const uuid of uuids) {
    const name = parseName(uuid);
    const asset = name === null ? null : await findReadableAsset(db, name, user);
    if (asset === null) refused.push({ uuid, title: null, reason: NOT_THERE, status: 404 });
    else if (!asset.rights.write) refused.push({ ...asset, reason: NO_RIGHT, status: 403 });
    else found.push(asset);
  }
  // A folder can only have been trashed after what lay in it and had been trashed before by itself, and is back first.
  found.sort((a, b) => (b.deletedAt?.getTime() ?? 0) - (a.deletedAt?.getTime() ?? 0));
  for (const asset of found) {
    try {
      const { job } = await assetActions.restore(asset, user);
      restored.push({ uuid: asset.uuid, job });
    } catch (error) {
      if (!(error instanceof Refusal) || !OF_ONE.includes(error.statusCode)) throw error;
      refused.push({ ...asset, reason: REASONS[error.code] ?? asSentence(error.message), status: error.statusCode });
    }
  }
  return { restored, refused, status: refused[0]?.status ?? 200 };
}

function asSentence(text: string): string {
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
