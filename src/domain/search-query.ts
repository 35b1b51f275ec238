/** One thing that a search looks for. */
export interface SearchTerm {
  /** `must` (+) and `not` (-) hold of each asset found; of the `any` terms one has to, where nothing is a must. */
  readonly need: 'any' | 'must' | 'not';
  /** A `word` may fall into several where Postgres' parser splits it, e.g. at a slash. */
  readonly form: 'word' | 'phrase' | 'prefix';
  readonly text: string;
}

/** No terms: everything is found. Only `not` terms: everything but those. */
export type SearchQuery = readonly SearchTerm[];

/** A sign, then a phrase (an unclosed one runs to the end) or anything up to the next space. */
const TERM = /([+-]?)(?:"([^"]*)(?:"|$)|(\S+))/gu;
const PREFIX = /^(.*?)\*+$/su;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const NEEDS: Readonly<Record<string, SearchTerm['need']>> = { '+': 'must', '-': 'not' };

/**
 * Reads the text of a search box: `word`, `+word`, `-word`, `"a phrase"` (with either sign), `pre*`. Every text has a
 * meaning: a sign, quote or star that is in no such place is punctuation, which full text does not look at.
 */
export function parseSearchQuery(text: string): SearchQuery {
  return Array.from(text.trim().matchAll(TERM), ([, sign = '', phrase, word = '']): SearchTerm => {
    const need = NEEDS[sign] ?? 'any';
    if (phrase !== undefined) return { need, form: 'phrase', text: phrase };
    const prefix = PREFIX.exec(word)?.[1] ?? '';
    return LETTER_OR_DIGIT.test(prefix) ? { need, form: 'prefix', text: prefix } : { need, form: 'word', text: word };
  });
}
