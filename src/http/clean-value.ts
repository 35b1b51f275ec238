import { faultOfText } from '../domain/clean-text';
import type { FieldFault } from './refusal';

/** Keys that reach a prototype where a careless merge meets them. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

// eslint-disable-next-line no-control-regex -- these are what it looks for
const CONTROL_IN_URL = /[\u0000-\u001f]/;
const SHOWN_KEY_LENGTH = 64;

/** What is wrong with a decoded part of the address, or null: no control character at all is allowed there. */
export function faultOfUrlText(text: string): string | null {
  return CONTROL_IN_URL.test(text) ? 'must not hold control characters' : faultOfText(text);
}

/** True for a key that no body and no query may have. */
export function isForbiddenKey(key: string): boolean {
  return FORBIDDEN_KEYS.has(key);
}

/** The key as an error may repeat it: short, and without characters that could not be shown. */
export function toShownKey(key: string): string {
  return key.slice(0, SHOWN_KEY_LENGTH).replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?');
}

/** A value inside the body, and the way to it: a path is only written out when something is wrong there. */
interface Place {
  readonly value: unknown;
  readonly key: string | number | null;
  readonly parent: Place | null;
}

/**
 * The first fault of text or key in a parsed JSON value, with its path; null when it is clean. The texts of members that
 * are `judged` elsewhere are passed over. Does not recurse.
 */
export function findFault(root: unknown, judged: readonly string[] = []): FieldFault | null {
  const pending: Place[] = [{ value: root, key: null, parent: null }];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const { value, key: name } = place;
    const isLooked = typeof value === 'string' && !(typeof name === 'string' && judged.includes(name));
    const message = faultOfKey(name) ?? (isLooked ? faultOfText(value) : null);
    if (message !== null) return { field: toPath(place), message };
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index += 1) {
        if (mayBeFaulty(value[index])) pending.push({ value: value[index], key: index, parent: place });
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) pending.push({ value: child, key, parent: place });
    }
  }
  return null;
}

/** Saves the common elements of a long list: numbers, and texts without fault. */
function mayBeFaulty(element: unknown): boolean {
  if (typeof element === 'string') return faultOfText(element) !== null;
  return typeof element === 'object' && element !== null;
}

function faultOfKey(key: Place['key']): string | null {
  if (typeof key !== 'string') return null;
  if (isForbiddenKey(key)) return 'is not an allowed name';
  const message = faultOfText(key);
  return message === null ? null : `${message} in its name`;
}

/** `a.b[2]` */
function toPath(place: Place): string {
  const keys: (string | number)[] = [];
  for (let at: Place | null = place; at !== null; at = at.parent) if (at.key !== null) keys.unshift(at.key);
  if (keys.length === 0) return 'body';
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${String(key)}]`;
    return path === '' ? toShownKey(key) : `${path}.${toShownKey(key)}`;
  }, '');
}
