import { type RawBuilder, sql } from 'kysely';
import { parseName } from '../domain/names';
import type { Filter, FilterCondition } from '../domain/selection-filter';
import type { FilterField } from '../domain/selection-filter-fields';

type Condition = RawBuilder<unknown>;

const COLUMNS: Readonly<Record<FilterField, Condition>> = {
  type: sql`a.media_type`,
  title: sql`a.title`,
  category: sql`a.category`,
  tags: sql`a.tags`,
  status: sql`a.status`,
  owner: sql`a.owner_id`,
  external_id: sql`a.external_id`,
  created: sql`a.created_at`,
  modified: sql`a.updated_at`,
  size: sql`a.size_bytes`,
  shared: sql`a.shared`,
};

/**
 * A condition on the row `a` of assets, with every value bound. A missing value matches nothing but `exists: false`;
 * negations therefore ask `is not true`, which takes it in where SQL's own `not` would leave it out.
 */
export function toCondition(filter: Filter): Condition {
  if ('and' in filter) return sql`(${sql.join(filter.and.map(toCondition), sql` and `)})`;
  if ('or' in filter) return sql`(${sql.join(filter.or.map(toCondition), sql` or `)})`;
  if ('not' in filter) return complement(toCondition(filter.not));
  return ofField(filter);
}

function ofField({ field, operator, value }: FilterCondition): Condition {
  switch (operator) {
    case 'is':
      return oneOf(field, [value]);
    case 'in':
      return oneOf(field, toList(value));
    case 'is_not':
      return complement(oneOf(field, [value]));
    case 'not_in':
      return complement(oneOf(field, toList(value)));
    case 'contains':
      // strpos and starts_with know no wildcards, so that nothing has to be escaped.
      return ofText(field, (text) => sql`strpos(lower(${text}), lower(${value}::text)) > 0`);
    case 'starts_with':
      return ofText(field, (text) => sql`starts_with(lower(${text}), lower(${value}::text))`);
    case 'before':
      return sql`${COLUMNS[field]} < ${value}::timestamptz`;
    case 'after':
      return sql`${COLUMNS[field]} > ${value}::timestamptz`;
    case 'lt':
      return sql`${COLUMNS[field]} < ${value}::bigint`;
    case 'gt':
      return sql`${COLUMNS[field]} > ${value}::bigint`;
    case 'exists':
      return value === true ? exists(field) : complement(exists(field));
  }
}

function oneOf(field: FilterField, values: readonly unknown[]): Condition {
  const column = COLUMNS[field];
  switch (field) {
    case 'tags':
      return sql`${column} && ${values}::text[]`;
    case 'owner':
      return sql`${column} = any(array(${usersNamed(values.map(String))}))`;
    case 'size':
      return sql`${column} = any(${values}::bigint[])`;
    case 'shared':
      return sql`${column} = any(${values}::boolean[])`;
    default:
      return sql`${column} = any(${values}::text[])`;
  }
}

/** Users by any of their names or by e-mail; those whose account is gone still own what they made. */
function usersNamed(texts: readonly string[]): Condition {
  const names = texts.map((text) => parseName(text));
  const ids = names.flatMap((name) => (name?.by === 'id' ? [name.id] : []));
  const uuids = names.flatMap((name) => (name?.by === 'uuid' ? [name.uuid] : []));
  const emails = texts.filter((_, index) => names[index] === null);
  return sql`select u.id from users u where u.id = any(${ids}::bigint[]) or u.uuid = any(${uuids}::uuid[])
    or lower(u.email) in (select lower(e) from unnest(${emails}::text[]) e)`;
}

function ofText(field: FilterField, matches: (text: Condition) => Condition): Condition {
  if (field !== 'tags') return matches(COLUMNS[field]);
  return sql`exists (select from unnest(a.tags) as tag where ${matches(sql`tag`)})`;
}

function exists(field: FilterField): Condition {
  return field === 'tags' ? sql`cardinality(a.tags) > 0` : sql`${COLUMNS[field]} is not null`;
}

function complement(condition: Condition): Condition {
  return sql`(${condition}) is not true`;
}

function toList(value: FilterCondition['value']): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
