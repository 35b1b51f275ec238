import type { Name } from './names';
import { parseSearchQuery, type SearchQuery } from './search-query';
import { type SearchLanguage, toSearchLanguage } from './search-language';
import { type Filter, type FilterBudget, parseFilter } from './selection-filter';
import { readFields, readText } from './selection-form';
import { SelectionInvalid, type SelectionPath } from './selection-invalid';
import { collectName, createNameList, type NameList, parseNameList, parseOneName, refuseName } from './selection-names';

/** Items with `children` or `search` that one selection may hold. */
export const MAX_RULES = 1_000;

/** A checked selection: the ids listed one by one, and the rules. Whether the ids exist is the store's to say. */
export interface Selection extends NameList {
  readonly rules: readonly SelectionRule[];
}

interface RuleBase {
  /** What this rule leaves out; no other rule heeds it. */
  readonly exclude: NameList;
  /** Position in the caller's list. */
  readonly position: number;
}

export interface ChildrenRule extends RuleBase {
  readonly kind: 'children';
  readonly parent: Name;
}

export interface SearchRule extends RuleBase {
  readonly kind: 'search';
  readonly language: SearchLanguage;
  readonly query: SearchQuery;
  readonly filter: Filter | null;
}

export type SelectionRule = ChildrenRule | SearchRule;

/** Where a selection stands in the request body. */
export const SELECTION_PATH: SelectionPath = ['selection'];
const NO_NAMES = createNameList(0);

/**
 * Reads the selection language of Unicat's bulk requests: ids, `{children, exclude?}`, `{search: {language?, q?,
 * filter?}, exclude?}`. Takes any JSON value; throws {@link SelectionInvalid} with the path of the first bad part.
 * Linear in its size: a million ids take no more than the arrays that hold them.
 */
export function parseSelection(value: unknown): Selection {
  if (!Array.isArray(value)) throw new SelectionInvalid(SELECTION_PATH, 'must be a list');
  if (value.length === 0) throw new SelectionInvalid(SELECTION_PATH, 'must not be empty');
  const items = value as readonly unknown[];
  const list = createNameList(items.length);
  const rules: SelectionRule[] = [];
  const budget: FilterBudget = { conditions: 0 };
  for (let position = 0; position < items.length; position += 1) {
    const item = items[position];
    if (collectName(list, item, position)) continue;
    if (typeof item !== 'object' || item === null) throw refuseName(item, [...SELECTION_PATH, position]);
    if (rules.length === MAX_RULES) {
      throw new SelectionInvalid(
        [...SELECTION_PATH, position],
        `more than ${MAX_RULES.toLocaleString('en')} items with children or search`,
      );
    }
    rules.push(parseRule(item, position, budget));
  }
  return { ...list, rules };
}

function parseRule(item: object, position: number, budget: FilterBudget): SelectionRule {
  const path = [...SELECTION_PATH, position];
  const { children, search, exclude } = readFields(item, path, ['children', 'search', 'exclude']);
  if ((children === undefined) === (search === undefined)) {
    throw new SelectionInvalid(path, 'must have either children or search');
  }
  const base = {
    position,
    exclude: exclude === undefined ? NO_NAMES : parseNameList(exclude, [...path, 'exclude']),
  };
  if (children !== undefined) {
    return { kind: 'children', parent: parseOneName(children, [...path, 'children']), ...base };
  }
  return { kind: 'search', ...parseSearch(search, [...path, 'search'], budget), ...base };
}

function parseSearch(
  value: unknown,
  path: SelectionPath,
  budget: FilterBudget,
): Pick<SearchRule, 'language' | 'query' | 'filter'> {
  const { language, q, filter } = readFields(value, path, ['language', 'q', 'filter']);
  return {
    language: language === undefined ? 'simple' : toSearchLanguage(readText(language, [...path, 'language'])),
    query: q === undefined ? [] : parseSearchQuery(readText(q, [...path, 'q'])),
    filter: filter === undefined ? null : parseFilter(filter, [...path, 'filter'], budget),
  };
}
