import type { Principal } from '../../domain/credentials';
import { isUuid } from '../../domain/names';
import { readAssetPlaces, type PlacedAsset } from '../../store/asset-place';
import type { Database } from '../../store/database';

/** What came of the wish to restore things. */
export interface TrashOutcome {
  readonly restored: readonly RestoredAsset[];
  readonly refused: readonly RefusedAsset[];
  /** A button was pressed, and nothing was chosen. */
  readonly nothingChosen: boolean;
}

export interface RestoredAsset {
  readonly asset: PlacedAsset;
  /** Token of the job that brings it back; null when it is back already. */
  readonly job: string | null;
}

export interface RefusedAsset {
  readonly uuid: string;
  /** Null when it is not there, or not the viewer's to see. */
  readonly title: string | null;
  readonly reason: string;
}

/** What was restored, as an address tells it: names and never words, so that nobody can put theirs into a page of ours. */
export interface RestoredName {
  readonly uuid: string;
  readonly job: string | null;
}

export const NO_OUTCOME: TrashOutcome = { restored: [], refused: [], nothingChosen: false };

const BETWEEN = '.';
const BEFORE_JOB = '_';

/** `<uuid>`, or `<uuid>_<job token>`, one after the other with dots between. */
export function toRestoredText(names: readonly RestoredName[]): string {
  return names.map(({ uuid, job }) => (job === null ? uuid : uuid + BEFORE_JOB + job)).join(BETWEEN);
}

/** Reads {@link toRestoredText}; what has not its form is left out. */
export function parseRestoredText(text: string): readonly RestoredName[] {
  return text.split(BETWEEN).flatMap((part) => {
    const [uuid = '', job, ...rest] = part.split(BEFORE_JOB);
    const isGood = isUuid(uuid) && (job === undefined || isUuid(job)) && rest.length === 0;
    return isGood ? [{ uuid, job: job ?? null }] : [];
  });
}

/** Where these lie now, whatever the address says of them; what has been trashed again is left out. */
export async function findRestored(
  db: Database,
  user: Principal,
  names: readonly RestoredName[],
): Promise<readonly RestoredAsset[]> {
  if (names.length === 0) return [];
  const places = await readAssetPlaces(db, user, names.map(({ uuid }) => uuid)); // prettier-ignore
  const byUuid = new Map(places.map((asset) => [asset.uuid, asset]));
  return names.flatMap(({ uuid, job }) => {
    const asset = byUuid.get(uuid);
    return asset === undefined || (asset.trashed && job === null) ? [] : [{ asset, job }];
  });
}
