import { SelectionInvalid, type SelectionPath } from './selection-invalid';

/** Longest text in a selection (`q`, `language`, a value of a filter), in Unicode characters. */
export const MAX_TEXT_CHARACTERS = 2_000;

const LONE_SURROGATE = /\p{Surrogate}/u;

type Fields<K extends string> = Readonly<Partial<Record<K, unknown>>>;

/** The value as an object with no fields but these, or a refusal. An own `__proto__` is just one more unknown field. */
export function readFields<K extends string>(value: unknown, path: SelectionPath, allowed: readonly K[]): Fields<K> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SelectionInvalid(path, `must be an object with ${allowed.join(', ')}`);
  }
  const unknown = Object.keys(value).find((field) => !allowed.some((known) => known === field));
  if (unknown !== undefined) {
    throw new SelectionInvalid([...path, unknown], `unknown field; known are ${allowed.join(', ')}`);
  }
  return value as Fields<K>;
}

/** The value as a text that Postgres can hold, or a refusal. */
export function readText(value: unknown, path: SelectionPath): string {
  if (typeof value !== 'string') throw new SelectionInvalid(path, 'must be a text');
  if (isLongerThan(value, MAX_TEXT_CHARACTERS)) {
    throw new SelectionInvalid(path, `longer than ${MAX_TEXT_CHARACTERS.toLocaleString('en')} characters`);
  }
  if (value.includes('\0')) throw new SelectionInvalid(path, 'holds a NUL character');
  if (LONE_SURROGATE.test(value)) throw new SelectionInvalid(path, 'holds half of a surrogate pair');
  return value;
}

function isLongerThan(text: string, limit: number): boolean {
  // Counting characters is only worth it between the limit and twice as many code units.
  if (text.length <= limit) return false;
  return text.length > 2 * limit || Array.from(text).length > limit;
}
