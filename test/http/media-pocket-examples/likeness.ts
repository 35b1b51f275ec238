/**
 * What has to be the same in an answer and in the example of the page: everything, in the same order, but ids, keys,
 * instants and e-mail addresses. Those become placeholders, if they have the form that they must have; one that has not
 * stays as it is, and so differs from the other side.
 */
export function toLikeness(value: unknown, names: ReadonlyMap<string, string>, member = ''): unknown {
  if (Array.isArray(value)) return value.map((element) => toLikeness(element, names, member));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, toLikeness(child, names, key)]));
  }
  const placeholder = placeholderOf(value, member);
  if (typeof value !== 'string') return placeholder ?? value;
  const text = [...names].reduce((read, [name, shown]) => read.replaceAll(name, shown), value);
  return text === value ? (placeholder ?? value) : text;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const KEY = /^(?!\d+$)[A-Za-z0-9_-]{20}$/;

const INSTANTS = new Set(['created_at', 'updated_at', 'created_date', 'modification_date', 'deleted']);
const NUMBERS = new Set(['id', 'user_id']);
const KEYS = new Set(['id', 'elasticsearch_id']);

function placeholderOf(value: unknown, member: string): string | null {
  if (typeof value === 'number') return NUMBERS.has(member) && Number.isSafeInteger(value) && value > 0 ? '<id>' : null;
  if (typeof value !== 'string') return null;
  if (INSTANTS.has(member) && INSTANT.test(value) && !Number.isNaN(Date.parse(value))) return '<instant>';
  return KEYS.has(member) && KEY.test(value) ? '<key>' : null;
}
