import { toLikeness } from './likeness';

const KEY = 'F-Ihco1txSEhkiRsU4H0';
const none = new Map<string, string>();
const text = (value: unknown, names: ReadonlyMap<string, string> = none) => JSON.stringify(toLikeness(value, names));

it('sees past ids, keys and instants that have their form, wherever they stand', () => {
  const ours = { id: KEY, comments: [{ id: 9, updated_at: '2026-11-21T09:00:00.000Z' }], user_id: 3 };
  const theirs = { id: 'jyFeCfaCfuHzE5MRDG6-', comments: [{ id: 1, updated_at: '2023-11-27T09:42:40.792Z' }], user_id: 66 }; // prettier-ignore
  expect(text(ours)).toBe(text(theirs));
});

it.each([
  ['another order of members', { a: 1, b: 2 }, { b: 2, a: 1 }],
  ['a member more', { a: 1 }, { a: 1, b: null }],
  ['null in place of an instant', { deleted: null }, { deleted: '2023-11-27T09:42:40.792Z' }],
  ['an instant without ms', { created_at: '2026-11-21T09:00:00Z' }, { created_at: '2023-11-27T09:42:40.792Z' }],
  ['an instant that never was', { created_at: '2026-13-41T09:00:00.000Z' }, { created_at: '2023-11-27T09:42:40.792Z' }],
  ['a uuid in place of a key', { id: '01a1fe3b-d692-7dc5-859d-ed698620050d' }, { id: KEY }],
  ['a key of digits only', { id: '12345678901234567890' }, { id: KEY }],
  ['an id as a text', { id: '9' }, { id: 9 }],
  ['an id of nothing', { id: 0 }, { id: 9 }],
  ['a number that is no id', { count: 1 }, { count: 2 }],
  ['an instant where none belongs', { title: '2026-11-21T09:00:00.000Z' }, { title: '2023-11-27T09:42:40.792Z' }],
])('sees %s', (_case, ours, theirs) => {
  expect(text(ours)).not.toBe(text(theirs));
});

it('tells a known name from any other, also inside a text', () => {
  const names = new Map([[KEY, '<asset>']]);
  expect(text({ id: KEY, error: `${KEY} has none` }, names)).toBe('{"id":"<asset>","error":"<asset> has none"}');
  expect(text({ id: 'jyFeCfaCfuHzE5MRDG6-' }, names)).toBe('{"id":"<key>"}');
});
