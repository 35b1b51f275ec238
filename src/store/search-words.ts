import { sql } from 'kysely';
import type { SearchLanguage } from '../domain/search-language';
import type { SearchQuery } from '../domain/search-query';
import type { Database } from './database';

/** What a search's words come to: a `tsquery` in Postgres' own text form, no condition at all, or nothing to find. */
export type SearchWords = { readonly find: 'matches'; readonly tsquery: string } | { readonly find: 'all' | 'nothing' };

interface Row {
  no: string;
  tsquery: string | null;
  /** The caller looks for something, rather than only leaving something out. */
  wants: boolean;
  /** Of what the caller looks for, something is left after stop words and punctuation. */
  wanted: boolean;
}

/** Bytes of a single lexeme that Postgres takes at most, less what folding its case could add. */
const MAX_LEXEME_BYTES = 1_500;

/**
 * Turns queries into tsqueries by Postgres' own parser and dictionaries, all in one statement. What the caller wrote
 * reaches it only as values of plainto_tsquery, phraseto_tsquery and, quoted, to_tsquery.
 *
 * A term of which no lexeme is left (a stop word, mere punctuation) is as if it had not been written, so that it cannot
 * keep the others from matching. Only when that leaves nothing to look for does the search find nothing: `+the` must
 * not come to mean the whole project.
 *
 * A prefix is looked for in two ways: as the parser splits it, and whole, because the parser keeps `IMG_0001.jpg` or an
 * e-mail address in one piece, but not the beginning of one.
 */
export async function composeSearchWords(
  db: Database,
  searches: readonly { readonly language: SearchLanguage; readonly query: SearchQuery }[],
): Promise<readonly SearchWords[]> {
  const terms = searches.flatMap(({ language, query }, no) => query.map((term) => ({ no, language, ...term })));
  const words = searches.map((): SearchWords => ({ find: 'all' }));
  if (terms.length === 0) return words;
  // The operators are put between the text forms that Postgres gives of its own tsqueries: there is no aggregate for &&.
  const { rows } = await sql<Row>`
    with written as (
      select no, need, form, text, config::regconfig as config,
        '''' || replace(replace(text, '\\', '\\\\'), '''', '''''') || ''':*' as prefix
      from unnest(
        ${terms.map((term) => term.no)}::int[],
        ${terms.map((term) => `pg_catalog.${term.language}`)}::text[],
        ${terms.map((term) => term.need)}::text[],
        ${terms.map((term) => term.form)}::text[],
        ${terms.map((term) => term.text)}::text[]) as t (no, config, need, form, text)),
    term as (
      select no, need, case form
        when 'word' then plainto_tsquery(config, text)
        when 'phrase' then phraseto_tsquery(config, text)
        else to_tsquery(config, prefix) || case
          when octet_length(text) <= ${MAX_LEXEME_BYTES} then lower(prefix)::tsquery else '' end
        end as query
      from written),
    gathered as (
      select no, bool_or(need <> 'not') as wants,
        string_agg('(' || query::text || ')', ' & ') filter (where need = 'must' and numnode(query) > 0) as musts,
        string_agg('(' || query::text || ')', ' | ') filter (where need = 'any' and numnode(query) > 0) as anys,
        string_agg('!(' || query::text || ')', ' & ') filter (where need = 'not' and numnode(query) > 0) as nots
      from term group by no)
    select no, wants, coalesce(musts, anys) is not null as wanted,
      concat_ws(' & ', '(' || coalesce(musts, anys) || ')', nots)::tsquery::text as tsquery
    from gathered`.execute(db);
  for (const row of rows) words[Number(row.no)] = toSearchWords(row);
  return words;
}

function toSearchWords({ wants, wanted, tsquery }: Row): SearchWords {
  if (wants && !wanted) return { find: 'nothing' };
  return tsquery === null || tsquery === '' ? { find: 'all' } : { find: 'matches', tsquery };
}
