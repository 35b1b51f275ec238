import { parseName } from './names';
import { type FilterField, type FilterOperator, isLowerCaseField, kindOfField } from './selection-filter-fields';
import { readText } from './selection-form';
import { parseInstant } from './selection-instant';
import { SelectionInvalid, type SelectionPath } from './selection-invalid';

/** Values that `in` and `not_in` may list. */
export const MAX_LISTED_VALUES = 10_000;

type Scalar = string | number | boolean;
export type FilterValue = Scalar | readonly Scalar[];

/** Reads the value of a condition in the form that its field and operator ask for. */
export function parseFilterValue(
  field: FilterField,
  operator: FilterOperator,
  value: unknown,
  path: SelectionPath,
): FilterValue {
  switch (operator) {
    case 'exists':
      return readFlag(value, path);
    case 'in':
    case 'not_in':
      return readList(value, path).map((part, index) => readScalar(field, part, [...path, index]));
    case 'contains':
    case 'starts_with':
      // Every text contains the empty one: that would quietly select everything.
      if (value === '') throw new SelectionInvalid(path, 'must not be empty');
      return readScalar(field, value, path);
    default:
      return readScalar(field, value, path);
  }
}

function readList(value: unknown, path: SelectionPath): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw new SelectionInvalid(path, 'must be a list of values');
  if (value.length > MAX_LISTED_VALUES) {
    throw new SelectionInvalid(path, `lists more than ${MAX_LISTED_VALUES.toLocaleString('en')} values`);
  }
  return value;
}

function readScalar(field: FilterField, value: unknown, path: SelectionPath): Scalar {
  switch (kindOfField(field)) {
    case 'text':
    case 'tags':
      return isLowerCaseField(field) ? readText(value, path).toLowerCase() : readText(value, path);
    case 'user':
      return readUser(value, path);
    case 'instant':
      return readInstant(value, path);
    case 'size':
      return readSize(value, path);
    case 'flag':
      return readFlag(value, path);
  }
}

function readFlag(value: unknown, path: SelectionPath): boolean {
  if (typeof value !== 'boolean') throw new SelectionInvalid(path, 'must be true or false');
  return value;
}

function readSize(value: unknown, path: SelectionPath): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new SelectionInvalid(path, 'must be a whole number of bytes');
}

function readInstant(value: unknown, path: SelectionPath): string {
  const instant = parseInstant(readText(value, path));
  if (instant !== null) return instant;
  throw new SelectionInvalid(path, 'must be a date or a date-time as in RFC 3339');
}

function readUser(value: unknown, path: SelectionPath): string {
  const text = typeof value === 'number' ? String(readSize(value, path)) : readText(value, path);
  if (parseName(text) === null && !text.includes('@'))
    throw new SelectionInvalid(path, 'must be a user id or an e-mail');
  return text;
}
