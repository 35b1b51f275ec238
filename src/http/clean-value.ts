import type { FieldFault } from './refusal';

/** Keys that reach a prototype where a careless merge meets them. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

// eslint-disable-next-line no-control-regex -- these are what it looks for
const CONTROL_IN_BODY = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
// eslint-disable-next-line no-control-regex -- these are what it looks for
const CONTROL_IN_URL = /[\u0000-\u001f]/;
const SHOWN_KEY_LENGTH = 64;

/** What is wrong with a text of a body (tab and line ends are allowed), or null. */
export function faultOfText(text: string): string | null {
  if (CONTROL_IN_BODY.test(text)) return 'must not hold control characters';
  // Without `isWellFormed` of newer libraries: a lone surrogate is what a code point escape alone can match.
  return /\p{Surrogate}/u.test(text) ? 'must not hold lone surrogates' : null;
}

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

/** The first fault of text or key in a parsed JSON value, with its path; null when it is clean. Does not recurse. */
export function findFault(root: unknown): FieldFault | null {
  const pending: { value: unknown; path: string }[] = [{ value: root, path: '' }];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const { value, path } = item;
    if (typeof value === 'string') {
      const message = faultOfText(value);
      if (message !== null) return { field: path === '' ? 'body' : path, message };
    } else if (Array.isArray(value)) {
      value.forEach((element: unknown, index) => {
        if (canHoldText(element)) pending.push({ value: element, path: `${path}[${String(index)}]` });
      });
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) {
        const field = path === '' ? toShownKey(key) : `${path}.${toShownKey(key)}`;
        if (isForbiddenKey(key)) return { field, message: 'is not an allowed name' };
        const message = faultOfText(key);
        if (message !== null) return { field, message: `${message} in its name` };
        if (canHoldText(child)) pending.push({ value: child, path: field });
      }
    }
  }
  return null;
}

function canHoldText(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}
