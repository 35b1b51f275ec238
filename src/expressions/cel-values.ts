import type { JsonValue } from '../domain/dag-action';
import { ExpressionError } from './expression-error';
import { EXPRESSION_LIMITS } from './limits';
import type { Meter } from './meter';

/** JSON as expressions see it: integers are bigint, objects are Maps, so that no property of a prototype is in reach. */
export type CelValue = string | number | bigint | boolean | null | readonly CelValue[] | ReadonlyMap<string, CelValue>;

/** The same outputs are looked at by many expressions. They are not changed once they are in a scope. */
const converted = new WeakMap<object, CelValue>();

/** @throws ExpressionError when there is too much of it, or it is nested too deep */
export function toCel(value: JsonValue, meter: Meter, depth = 0): CelValue {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  const known = converted.get(value);
  if (known !== undefined) return known;
  if (depth > EXPRESSION_LIMITS.valueDepth) throw new ExpressionError('looks at values that are nested too deep');
  const made = Array.isArray(value)
    ? value.map((each: JsonValue) => toCelPart(each, meter, depth))
    : new Map(Object.entries(value).map(([key, each]) => [key, toCelPart(each, meter, depth)]));
  converted.set(value, made);
  return made;
}

function toCelPart(value: JsonValue, meter: Meter, depth: number): CelValue {
  meter.spendValue();
  return toCel(value, meter, depth + 1);
}

/**
 * What an expression has given, as JSON: integers as numbers (those beyond 2^53 as texts), instants and durations as texts.
 *
 * @throws ExpressionError for what JSON has no form for, and for too much
 */
export function fromCel(value: unknown, meter: Meter, depth = 0): JsonValue {
  meter.spendResult(typeof value === 'string' ? value.length + 2 : 4);
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'bigint':
      return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value.toString();
    case 'number':
      if (Number.isFinite(value)) return value;
      throw new ExpressionError(`gives ${String(value)}, which is no number of JSON`);
    case 'object':
      return fromCelObject(value, meter, depth);
    default:
      throw new ExpressionError(`gives a ${typeof value}, which JSON has no form for`);
  }
}

function fromCelObject(value: object | null, meter: Meter, depth: number): JsonValue {
  if (value === null) return null;
  if (depth > EXPRESSION_LIMITS.valueDepth) throw new ExpressionError('gives a value that is nested too deep');
  if (Array.isArray(value)) return value.map((each: unknown) => fromCel(each, meter, depth + 1));
  const entries = entriesOf(value);
  if (entries === null) return toText(value);
  return Object.fromEntries(
    entries.map(([key, each]) => {
      meter.spendResult(key.length + 3);
      return [key, fromCel(each, meter, depth + 1)];
    }),
  );
}

/** Of a map from the scope, or of one that was written in the expression; null for anything else. */
function entriesOf(value: object): readonly (readonly [string, unknown])[] | null {
  if (value instanceof Map) return [...(value as Map<string, unknown>)];
  return Object.getPrototypeOf(value) === Object.prototype ? Object.entries(value) : null;
}

function toText(value: object): string {
  if (value instanceof Date) return value.toISOString();
  const kind = (value as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  // eslint-disable-next-line @typescript-eslint/no-base-to-string -- durations of the library write themselves
  if (kind === 'google.protobuf.Duration') return String(value);
  throw new ExpressionError('gives a value that JSON has no form for');
}

const weights = new WeakMap<object, number>();

/** How many values there are in it, itself included: what a comparison may have to look at. */
export function weightOf(value: unknown, depth = 0): number {
  if (typeof value === 'string') return 1 + (value.length >>> 3);
  if (typeof value !== 'object' || value === null || depth > EXPRESSION_LIMITS.valueDepth) return 1;
  const known = weights.get(value);
  if (known !== undefined) return known;
  const parts: Iterable<unknown> = Array.isArray(value) ? value : (entriesOf(value) ?? []).map(([, each]) => each);
  let weight = 1;
  for (const part of parts) weight += weightOf(part, depth + 1);
  weights.set(value, weight);
  return weight;
}

/** How long it is: what a search, a copy or a walk over it has to look at. */
export function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length >>> 3;
  if (Array.isArray(value)) return value.length;
  return value instanceof Map ? value.size : 0;
}
