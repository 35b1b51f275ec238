import { faultOfText } from '../domain/clean-text';
import type { FieldFault } from './refusal';
import { faultOfUrlText, isForbiddenKey, toShownKey } from './clean-value';

const FAULT = Symbol('fault of the query');

interface ParsedQuery extends Record<string, string> {
  [FAULT]?: FieldFault;
}

/**
 * Reads the part after `?`: each name once, percent-encoded UTF-8, `+` for a space. The router calls it where nothing
 * may be thrown, so what is wrong is kept with the result; {@link faultOfQuery} tells it.
 */
export function parseQueryString(text: string): Record<string, string> {
  return parse(text, faultOfUrlText);
}

/** The same of a body that an HTML form sends, in whose texts lines may end. */
export function parseForm(text: string): Record<string, string> {
  return parse(text, faultOfText);
}

function parse(text: string, faultOfValue: (value: string) => string | null): Record<string, string> {
  const query = Object.create(null) as ParsedQuery;
  if (text === '') return query;
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    const value = decode(equals === -1 ? '' : pair.slice(equals + 1));
    const message = faultOf(query, name, value, faultOfValue);
    if (message !== null) {
      query[FAULT] = { field: name === null ? 'query' : toShownKey(name), message };
      return query;
    }
    query[name as string] = value as string;
  }
  return query;
}

/** What is wrong with a query that {@link parseQueryString} read, or null. */
export function faultOfQuery(query: unknown): FieldFault | null {
  return (query as ParsedQuery | null)?.[FAULT] ?? null;
}

function faultOf(
  query: ParsedQuery,
  name: string | null,
  value: string | null,
  faultOfValue: (value: string) => string | null,
): string | null {
  if (name === null || value === null) return 'must be percent-encoded UTF-8';
  if (isForbiddenKey(name)) return 'is not an allowed name';
  if (name in query) return 'must be given once';
  return faultOfUrlText(name) ?? faultOfValue(value);
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
