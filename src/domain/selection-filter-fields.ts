export const FILTER_FIELDS = [
  'type',
  'title',
  'category',
  'tags',
  'status',
  'owner',
  'external_id',
  'created',
  'modified',
  'size',
  'shared',
] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];

export const FILTER_OPERATORS = [
  'is',
  'is_not',
  'in',
  'not_in',
  'contains',
  'starts_with',
  'before',
  'after',
  'lt',
  'gt',
  'exists',
] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

/** What the values of a field are, which settles the operators that it takes. */
export type FilterKind = 'text' | 'tags' | 'user' | 'instant' | 'size' | 'flag';

const KINDS: Readonly<Record<FilterField, FilterKind>> = {
  type: 'text',
  title: 'text',
  category: 'text',
  tags: 'tags',
  status: 'text',
  owner: 'user',
  external_id: 'text',
  created: 'instant',
  modified: 'instant',
  size: 'size',
  shared: 'flag',
};

const OPERATORS: Readonly<Record<FilterKind, readonly FilterOperator[]>> = {
  text: ['is', 'is_not', 'in', 'not_in', 'contains', 'starts_with', 'exists'],
  tags: ['is', 'is_not', 'in', 'not_in', 'contains', 'starts_with', 'exists'],
  user: ['is', 'is_not', 'in', 'not_in', 'exists'],
  instant: ['before', 'after', 'exists'],
  size: ['is', 'is_not', 'in', 'not_in', 'lt', 'gt', 'exists'],
  flag: ['is', 'is_not', 'exists'],
};

/** Fields that the store keeps in lower case, so that whatever case the caller writes means the same. */
const LOWER_CASE: ReadonlySet<FilterField> = new Set(['type', 'category', 'tags']);

export function kindOfField(field: FilterField): FilterKind {
  return KINDS[field];
}

export function operatorsOfField(field: FilterField): readonly FilterOperator[] {
  return OPERATORS[KINDS[field]];
}

export function isLowerCaseField(field: FilterField): boolean {
  return LOWER_CASE.has(field);
}
