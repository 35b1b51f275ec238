import type { Selection } from '../domain/selection';
import type { Database } from './database';
import { composeSearchWords, type SearchWords } from './search-words';
import { mergeRules, type StoredRule } from './selection-rules';
import { findFirstFault, type FoundNames } from './selection-faults';
import { findIdsOfUuids, findPlaces, findUnknownIds, type ProjectId } from './selection-lookup';

export { selectedAssets, type StoredRule } from './selection-rules';

/** A selection in ids of the store, for `job_selections`: what was listed one by one (distinct), and the rules. */
export interface StoredSelection {
  readonly assetIds: string[];
  readonly rules: StoredRule[];
}

/**
 * Resolves the names in a selection, in a handful of statements whatever its size. Every one has to be a live asset of
 * the project, also under `exclude`; the parent of `children` has to be a folder or to name the project, which stands
 * for its root. Throws `SelectionInvalid` with the path of the first that is not. What the rules pick is not looked at.
 */
export async function resolveSelection(
  db: Database,
  projectId: ProjectId,
  selection: Selection,
): Promise<StoredSelection> {
  const { rules } = selection;
  const ids = selection.ids.concat(...rules.map((rule) => rule.exclude.ids));
  const uuids = selection.uuids.concat(...rules.map((rule) => rule.exclude.uuids));
  const parents = rules.flatMap((rule) => (rule.kind === 'children' ? [rule.parent] : []));
  const found = {
    unknownIds: await findUnknownIds(db, projectId, ids, selection.ids.length),
    idsOfUuids: await findIdsOfUuids(db, projectId, uuids),
    places: await findPlaces(db, projectId, parents),
  };
  const fault = findFirstFault(selection, found);
  if (fault !== null) throw fault;
  const words = await composeSearchWords(
    db,
    rules.filter((rule) => rule.kind === 'search'),
  );
  return {
    assetIds: [...new Set(selection.ids.concat(found.idsOfUuids.slice(0, selection.uuids.length)))],
    rules: mergeRules(toStoredRules(selection, found, words)),
  };
}

function toStoredRules(selection: Selection, found: FoundNames, words: readonly SearchWords[]): StoredRule[] {
  const places = found.places.values();
  const wordsOfSearches = words.values();
  let offset = selection.uuids.length;
  return selection.rules.flatMap((rule): StoredRule[] => {
    const end = offset + rule.exclude.uuids.length;
    const exclude = rule.exclude.ids.concat(found.idsOfUuids.slice(offset, end));
    offset = end;
    if (rule.kind === 'children') {
      const place = take(places);
      return [{ kind: 'children', parentId: place.kind === 'folder' ? place.id : null, exclude }];
    }
    const { language, filter } = rule;
    const wanted = take(wordsOfSearches);
    if (wanted.find === 'nothing') return [];
    return [{ kind: 'search', language, tsquery: wanted.find === 'matches' ? wanted.tsquery : null, filter, exclude }];
  });
}

function take<T>(values: Iterator<T>): T {
  const next = values.next();
  if (next.done === true) throw new RangeError('fewer answers from the store than rules in the selection');
  return next.value;
}
