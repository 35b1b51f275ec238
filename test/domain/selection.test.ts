import fc from 'fast-check';
import { buildUuid, toKey } from '../../src/domain/names';
import { MAX_RULES, parseSelection } from '../../src/domain/selection';
import { SelectionInvalid } from '../../src/domain/selection-invalid';
import { positionOf } from '../../src/domain/selection-names';

const UUID = buildUuid(1_700_000_000_000, new Uint8Array(10).fill(7));

function pathOfRefusal(value: unknown): string {
  try {
    parseSelection(value);
  } catch (error) {
    if (error instanceof SelectionInvalid) return error.path;
    throw error;
  }
  return 'accepted';
}

test('ids are kept apart by form, whichever of the three names they are', () => {
  const selection = parseSelection(['12', UUID.toUpperCase(), 13, toKey(UUID), '12']);
  expect(selection.ids).toEqual(['12', '13', '12']);
  expect(selection.uuids).toEqual([UUID, UUID]);
  expect(selection.rules).toEqual([]);
});

test('the position of an id in the list is found again', () => {
  const selection = parseSelection(['12', { children: '1' }, UUID, 13, UUID]);
  expect([0, 1].map((nth) => positionOf(selection, 'id', nth))).toEqual([0, 3]);
  expect([0, 1].map((nth) => positionOf(selection, 'uuid', nth))).toEqual([2, 4]);
  expect(() => positionOf(selection, 'uuid', 2)).toThrow('the list has no uuid no. 2');
});

test('the published example is read', () => {
  const { ids, rules } = parseSelection([
    '1',
    '2',
    { children: '9', exclude: ['3', UUID] },
    { search: { language: 'nl', q: '+cms 225', filter: ['type', 'is', 'image'] }, exclude: [4] },
  ]);
  expect(ids).toEqual(['1', '2']);
  expect(rules).toMatchObject([
    { kind: 'children', position: 2, parent: { by: 'id', id: '9' }, exclude: { ids: ['3'], uuids: [UUID] } },
    {
      kind: 'search',
      position: 3,
      language: 'dutch',
      query: [
        { need: 'must', form: 'word', text: 'cms' },
        { need: 'any', form: 'word', text: '225' },
      ],
      filter: { field: 'type', operator: 'is', value: 'image' },
      exclude: { ids: ['4'] },
    },
  ]);
});

test('an empty search asks for everything, without stems', () => {
  expect(parseSelection([{ search: {} }]).rules).toMatchObject([{ language: 'simple', query: [], filter: null }]);
});

const json = (text: string): unknown => JSON.parse(text) as unknown;

test.each<[path: string, value: unknown]>([
  ['selection', undefined],
  ['selection', null],
  ['selection', '1'],
  ['selection', { children: '1' }],
  ['selection', []],
  ['selection[1]', ['1', null]],
  ['selection[1]', ['1', true]],
  ['selection[0]', [['1']]],
  ['selection[0]', ['']],
  ['selection[0]', ['nothing that has such a name']],
  ['selection[0]', ['007']],
  ['selection[0]', ['9223372036854775808']],
  ['selection[0]', ['1\0']],
  ['selection[0]', ['\udc00'.repeat(20)]],
  ['selection[0]', [-1]],
  ['selection[0]', [1.5]],
  ['selection[0]', [2 ** 53]],
  ['selection[0]', [{}]],
  ['selection[0]', [{ exclude: ['1'] }]],
  ['selection[2]', ['1', '2', { children: '1', search: {} }]],
  ['selection[0].childs', [{ childs: '1' }]],
  ['selection[0].limit', [{ children: '1', limit: 5 }]],
  ['selection[0].__proto__', json('[{"children":"1","__proto__":{"search":{}}}]')],
  ['selection[0].constructor', [{ children: '1', constructor: 1 }]],
  ['selection[0].children', [{ children: null }]],
  ['selection[0].children', [{ children: ['1'] }]],
  ['selection[0].children', [{ children: 'x' }]],
  ['selection[0].exclude', [{ children: '1', exclude: '2' }]],
  ['selection[0].exclude', [{ children: '1', exclude: null }]],
  ['selection[0].exclude[1]', [{ children: '1', exclude: ['2', 'x'] }]],
  ['selection[0].exclude[0]', [{ search: {}, exclude: [{ children: '1' }] }]],
  ['selection[0].search', [{ search: null }]],
  ['selection[0].search', [{ search: 'cat' }]],
  ['selection[0].search', [{ search: [] }]],
  ['selection[0].search.query', [{ search: { query: 'cat' } }]],
  ['selection[0].search.__proto__', json('[{"search":{"__proto__":{"q":"x"}}}]')],
  ['selection[0].search["no such field"]', [{ search: { 'no such field': 1 } }]],
  ['selection[0].search.language', [{ search: { language: 1 } }]],
  ['selection[0].search.language', [{ search: { language: 'n\0l' } }]],
  ['selection[0].search.q', [{ search: { q: null } }]],
  ['selection[0].search.q', [{ search: { q: 'a\0b' } }]],
  ['selection[0].search.q', [{ search: { q: 'a\ud83d' } }]],
  ['selection[0].search.q', [{ search: { q: 'x'.repeat(2_001) } }]],
  ['selection[0].search.filter', [{ search: { filter: null } }]],
  ['selection[3].search.filter[1][2]', [1, 2, 3, { search: { filter: ['and', ['size', 'gt', 'x']] } }]],
])('the refusal names %s', (path, value) => {
  expect(pathOfRefusal(value)).toBe(path);
});

test('q may have 2,000 characters, also where each is a surrogate pair', () => {
  expect(pathOfRefusal([{ search: { q: '😀'.repeat(2_000) } }])).toBe('accepted');
  expect(pathOfRefusal([{ search: { q: '😀'.repeat(2_001) } }])).toBe('selection[0].search.q');
});

test('the first rule above the limit is refused', () => {
  const rules = Array.from({ length: MAX_RULES }, () => ({ children: '1' }));
  expect(pathOfRefusal(rules)).toBe('accepted');
  expect(pathOfRefusal(['1', ...rules, { children: '1' }])).toBe(`selection[${String(MAX_RULES + 1)}]`);
});

test('a refusal carries its path, its reason and both as its message', () => {
  const error = new SelectionInvalid(['selection', 3, 'search', 'filter', 1], 'must be a text');
  expect(error).toMatchObject({ path: 'selection[3].search.filter[1]', reason: 'must be a text' });
  expect(error.message).toBe('selection[3].search.filter[1]: must be a text');
});

test('a million ids are read in a second', () => {
  const ids = Array.from({ length: 1_000_000 }, (_, index) => String(1_000_000 + index));
  const started = process.hrtime.bigint();
  const selection = parseSelection(ids);
  expect(Number(process.hrtime.bigint() - started) / 1e9).toBeLessThan(1);
  expect(selection.ids).toHaveLength(1_000_000);
});

const id = fc.oneof(fc.nat().map(String), fc.nat(), fc.uuid(), fc.string());
const filter = fc.letrec((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(fc.constantFrom('type', 'tags', 'size', 'x'), fc.constantFrom('is', 'in', 'exists', 'y'), fc.jsonValue()),
    fc.tuple(fc.constantFrom('and', 'or', 'not'), tie('filter')),
  ),
})).filter;
const rule = fc.oneof(
  fc.record({ children: id, exclude: fc.array(id) }, { requiredKeys: [] }),
  fc.record(
    {
      search: fc.record({ language: fc.string(), q: fc.string(), filter }, { requiredKeys: [] }),
      exclude: fc.array(id),
    },
    { requiredKeys: ['search'] },
  ),
);

test.each<[string, fc.Arbitrary<unknown>]>([
  ['any JSON', fc.jsonValue()],
  ['any list', fc.array(fc.jsonValue())],
  ['what is almost a selection', fc.array(fc.oneof(id, rule))],
])('%s is read or refused with a path', (_, values) => {
  fc.assert(
    fc.property(values, (value) => {
      expect(pathOfRefusal(value)).toMatch(/^(?:accepted|selection)/);
    }),
    { numRuns: 500 },
  );
});
