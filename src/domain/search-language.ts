/** ISO 639-1 codes and the text search configuration that Postgres brings for each; `no` covers both written forms. */
const CONFIGURATIONS = {
  ar: 'arabic',
  ca: 'catalan',
  da: 'danish',
  de: 'german',
  el: 'greek',
  en: 'english',
  es: 'spanish',
  et: 'estonian',
  eu: 'basque',
  fi: 'finnish',
  fr: 'french',
  ga: 'irish',
  hi: 'hindi',
  hu: 'hungarian',
  hy: 'armenian',
  id: 'indonesian',
  it: 'italian',
  lt: 'lithuanian',
  nb: 'norwegian',
  ne: 'nepali',
  nl: 'dutch',
  nn: 'norwegian',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sr: 'serbian',
  sv: 'swedish',
  ta: 'tamil',
  tr: 'turkish',
  yi: 'yiddish',
} as const;

/** Name of a text search configuration of Postgres. `simple` knows no stop words and no word stems. */
export type SearchLanguage = 'simple' | (typeof CONFIGURATIONS)[keyof typeof CONFIGURATIONS];

const BY_CODE: ReadonlyMap<string, SearchLanguage> = new Map(Object.entries(CONFIGURATIONS));

/** The configuration for a language tag (`nl`, `NL`, `nl-BE`, `nl_BE`); `simple` for one that Postgres does not know. */
export function toSearchLanguage(tag: string): SearchLanguage {
  const [code = ''] = tag.trim().toLowerCase().split(/[-_]/, 1);
  return BY_CODE.get(code) ?? 'simple';
}
