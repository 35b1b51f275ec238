import { SELECTION_PATH, type Selection } from '../domain/selection';
import { SelectionInvalid } from '../domain/selection-invalid';
import { positionOf, UNKNOWN_ASSET } from '../domain/selection-names';
import type { Place, UnknownIds } from './selection-lookup';

/** What the store found of the names in a selection: first those listed one by one, then rule by rule. */
export interface FoundNames {
  readonly unknownIds: UnknownIds;
  /** Of all UUIDs; an empty text where there is no such asset. */
  readonly idsOfUuids: readonly string[];
  /** Of the `children` rules. */
  readonly places: readonly Place[];
}

interface Fault {
  readonly position: number;
  /** The place in `exclude`; -1 for the item itself or its `children`, which come first. */
  readonly excluded: number;
  readonly field?: 'children';
  readonly reason: string;
}

/** The first bad name of a selection in the order of the caller's list; null when all are good. */
export function findFirstFault(selection: Selection, found: FoundNames): SelectionInvalid | null {
  const faults = [
    ...faultsOfIds(selection, found),
    ...faultsOfUuids(selection, found),
    ...faultsOfPlaces(selection, found),
  ];
  faults.sort((a, b) => a.position - b.position || a.excluded - b.excluded);
  const [first] = faults;
  if (first === undefined) return null;
  const { position, excluded, field, reason } = first;
  const below = excluded >= 0 ? ['exclude', excluded] : field === undefined ? [] : [field];
  return new SelectionInvalid([...SELECTION_PATH, position, ...below], reason);
}

function faultsOfIds(selection: Selection, { unknownIds: { listed, rest } }: FoundNames): Fault[] {
  return [
    ...(listed === null ? [] : [faultOfListed(selection, 'id', listed)]),
    ...(rest === null ? [] : [faultOfExcluded(selection, 'id', rest - selection.ids.length)]),
  ];
}

function faultsOfUuids(selection: Selection, { idsOfUuids }: FoundNames): Fault[] {
  const listedCount = selection.uuids.length;
  const first = idsOfUuids.indexOf('');
  const firstExcluded = idsOfUuids.indexOf('', listedCount);
  return [
    ...(first >= 0 && first < listedCount ? [faultOfListed(selection, 'uuid', first)] : []),
    ...(firstExcluded >= 0 ? [faultOfExcluded(selection, 'uuid', firstExcluded - listedCount)] : []),
  ];
}

function faultsOfPlaces({ rules }: Selection, { places }: FoundNames): Fault[] {
  const children = rules.filter((rule) => rule.kind === 'children');
  return children.flatMap(({ position }, index): Fault[] => {
    const kind = places[index]?.kind;
    if (kind === 'folder' || kind === 'root') return [];
    const reason = kind === 'file' ? 'is no folder, so that it has no children' : UNKNOWN_ASSET;
    return [{ position, excluded: -1, field: 'children', reason }];
  });
}

function faultOfListed(selection: Selection, form: 'id' | 'uuid', nth: number): Fault {
  return { position: positionOf(selection, form, nth), excluded: -1, reason: UNKNOWN_ASSET };
}

function faultOfExcluded({ rules }: Selection, form: 'id' | 'uuid', nth: number): Fault {
  let left = nth;
  for (const { position, exclude } of rules) {
    const { length } = form === 'id' ? exclude.ids : exclude.uuids;
    if (left < length) return { position, excluded: positionOf(exclude, form, left), reason: UNKNOWN_ASSET };
    left -= length;
  }
  throw new RangeError(`the rules exclude no ${form} no. ${String(nth)}`);
}
