import {
  FILTER_FIELDS,
  FILTER_OPERATORS,
  type FilterField,
  type FilterOperator,
  operatorsOfField,
} from './selection-filter-fields';
import { type FilterValue, parseFilterValue } from './selection-filter-value';
import { SelectionInvalid, type SelectionPath } from './selection-invalid';

/** How many filters may stand in each other; a bare condition is 1 deep. */
export const MAX_FILTER_DEPTH = 32;
/** Conditions that the filters of one selection may hold together. */
export const MAX_CONDITIONS = 1_000;

/** What holds of one field of an asset, e.g. `["type", "is", "image"]`. */
export interface FilterCondition {
  readonly field: FilterField;
  readonly operator: FilterOperator;
  readonly value: FilterValue;
}

/** A filter as the store evaluates it: plain JSON, values normalised. */
export type Filter =
  { readonly and: readonly Filter[] } | { readonly or: readonly Filter[] } | { readonly not: Filter } | FilterCondition;

/** Counts the conditions of all filters of one selection. */
export interface FilterBudget {
  conditions: number;
}

/** Reads `[field, operator, value]`, `["and", f…]`, `["or", f…]` or `["not", f]`. */
export function parseFilter(value: unknown, path: SelectionPath, budget: FilterBudget, depth = 1): Filter {
  if (!Array.isArray(value)) throw new SelectionInvalid(path, 'must be a list such as ["type", "is", "image"]');
  if (depth > MAX_FILTER_DEPTH) {
    throw new SelectionInvalid(path, `nested more than ${String(MAX_FILTER_DEPTH)} deep`);
  }
  const [head, ...rest] = value as readonly unknown[];
  const parseRest = (): Filter[] =>
    rest.map((part, index) => parseFilter(part, [...path, index + 1], budget, depth + 1));
  switch (head) {
    case 'and':
      return { and: atLeastOne(parseRest(), path, head) };
    case 'or':
      return { or: atLeastOne(parseRest(), path, head) };
    case 'not':
      if (rest.length !== 1) throw new SelectionInvalid(path, 'not takes exactly one filter');
      return { not: parseFilter(rest[0], [...path, 1], budget, depth + 1) };
    default:
      return parseCondition(value, path, budget);
  }
}

function atLeastOne(filters: readonly Filter[], path: SelectionPath, word: string): readonly Filter[] {
  if (filters.length === 0) throw new SelectionInvalid(path, `${word} takes at least one filter`);
  return filters;
}

function parseCondition(value: readonly unknown[], path: SelectionPath, budget: FilterBudget): FilterCondition {
  const field = FILTER_FIELDS.find((known) => known === value[0]);
  if (field === undefined) {
    throw new SelectionInvalid([...path, 0], `must be and, or, not or a field: ${FILTER_FIELDS.join(', ')}`);
  }
  const operator = FILTER_OPERATORS.find((known) => known === value[1]);
  if (operator === undefined || !operatorsOfField(field).includes(operator)) {
    throw new SelectionInvalid([...path, 1], `${field} takes the operators ${operatorsOfField(field).join(', ')}`);
  }
  if (value.length > 3) throw new SelectionInvalid([...path, 3], 'a condition is a field, an operator and one value');
  budget.conditions += 1;
  if (budget.conditions > MAX_CONDITIONS) {
    throw new SelectionInvalid(path, `more than ${MAX_CONDITIONS.toLocaleString('en')} conditions in one selection`);
  }
  if (operator === 'exists' && value.length === 2) return { field, operator, value: true };
  return { field, operator, value: parseFilterValue(field, operator, value[2], [...path, 2]) };
}
