import type { JsonValue } from './dag-action';

// eslint-disable-next-line no-control-regex -- these are what it looks for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
const ANY_SURROGATE = /[\ud800-\udfff]/;
/** Of a pair it sees the one character, so only a lone one matches. Slow, hence behind the other. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** What is wrong with a text that somebody has written (tab and line ends are allowed), or null. */
export function faultOfText(text: string): string | null {
  if (CONTROL.test(text)) return 'must not hold control characters';
  return ANY_SURROGATE.test(text) && LONE_SURROGATE.test(text) ? 'must not hold lone surrogates' : null;
}

/** Deeper values break the stack of whoever writes or reads them. */
const MAX_DEPTH = 100;
/** Names that would be more than names in an object of JavaScript. */
const HARMFUL: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * A parsed JSON value as Postgres can keep it: NUL and half characters of UTF-16 become U+FFFD, numbers past all bounds
 * null. Null for one that is nested more than a hundred levels deep.
 */
export function toKeepableJson(value: JsonValue): { readonly value: JsonValue } | null {
  try {
    return { value: clean(value, 0) };
  } catch (error) {
    if (error instanceof TooDeep) return null;
    throw error;
  }
}

/** The same of a text. */
export function toKeepableText(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, '\ufffd');
}

class TooDeep extends Error {}

function clean(value: JsonValue, depth: number): JsonValue {
  if (typeof value === 'string') return toKeepableText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) throw new TooDeep();
  if (isList(value)) return value.map((each) => clean(each, depth + 1));
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) =>
      HARMFUL.has(key) ? [] : [[toKeepableText(key), clean(each, depth + 1)] as const],
    ),
  );
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
