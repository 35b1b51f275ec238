import { type RawBuilder, sql } from 'kysely';
import type { SearchLanguage } from '../domain/search-language';
import type { Filter } from '../domain/selection-filter';
import { toCondition } from './selection-conditions';

/** A rule of a selection with its ids resolved, as `job_selections.rules` keeps it: plain JSON. */
export type StoredRule = StoredChildren | StoredSearch;

interface StoredChildren {
  readonly kind: 'children';
  /** Null: the root of the project. */
  readonly parentId: string | null;
  readonly exclude: readonly string[];
}

interface StoredSearch {
  readonly kind: 'search';
  readonly language: SearchLanguage;
  /** What the words have to match, in Postgres' text form of a `tsquery`; null: any. */
  readonly tsquery: string | null;
  readonly filter: Filter | null;
  readonly exclude: readonly string[];
}

/**
 * A subselect, in brackets, of the distinct ids (column `id`) of the live assets of a project that the rules pick, each
 * rule less its own `exclude`. Null when there are no rules. Assets that the caller listed one by one are not in it.
 */
export function selectedAssets(projectId: string, rules: readonly StoredRule[]): RawBuilder<{ id: string }> | null {
  if (rules.length === 0) return null;
  return sql`(${sql.join(
    rules.map((rule) => sql`${picked(projectId, rule)}${without(rule.exclude)}`),
    sql` union `,
  )})`;
}

/**
 * The same picks with no rule said twice: what two rules alike leave out is what both exclude. A list that names one big
 * folder a thousand times must not read it a thousand times.
 */
export function mergeRules(rules: readonly StoredRule[]): StoredRule[] {
  const merged = new Map<string, StoredRule>();
  for (const rule of rules) {
    const key = JSON.stringify({ ...rule, exclude: null });
    const alike = merged.get(key);
    const excludedByBoth = alike === undefined ? null : new Set(alike.exclude);
    const exclude = excludedByBoth === null ? rule.exclude : rule.exclude.filter((id) => excludedByBoth.has(id));
    merged.set(key, { ...rule, exclude });
  }
  return [...merged.values()];
}

function picked(projectId: string, rule: StoredRule): RawBuilder<unknown> {
  const live = sql`a.project_id = ${projectId}::bigint and a.deleted_at is null`;
  if (rule.kind === 'children') {
    const below = rule.parentId === null ? sql`a.parent_id is null` : sql`a.parent_id = ${rule.parentId}::bigint`;
    return sql`select a.id from assets a where ${live} and ${below}`;
  }
  const filtered = rule.filter === null ? sql`` : sql` and ${toCondition(rule.filter)}`;
  if (rule.tsquery === null) return sql`select a.id from assets a where ${live}${filtered}`;
  if (rule.language === 'simple') {
    return sql`select a.id from asset_words w join assets a on a.id = w.asset_id
      where w.project_id = ${projectId}::bigint and w.words @@ ${rule.tsquery}::tsquery and ${live}${filtered}`;
  }
  // Only words as they are have an index: those of a language are read through its dictionary, asset by asset.
  return sql`select a.id from assets a where ${live}${filtered}
    and to_tsvector(${`pg_catalog.${rule.language}`}::regconfig,
      concat_ws(' ', a.title, a.description, a.category, array_to_string(a.tags, ' '))) @@ ${rule.tsquery}::tsquery`;
}

function without(exclude: readonly string[]): RawBuilder<unknown> {
  return exclude.length === 0 ? sql`` : sql` and a.id <> all(${`{${exclude.join(',')}}`}::bigint[])`;
}
