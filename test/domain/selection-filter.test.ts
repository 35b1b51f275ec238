import { type Filter, MAX_CONDITIONS, MAX_FILTER_DEPTH, parseFilter } from '../../src/domain/selection-filter';
import { SelectionInvalid } from '../../src/domain/selection-invalid';

const parse = (value: unknown): Filter => parseFilter(value, ['filter'], { conditions: 0 });

function pathOfRefusal(value: unknown): string {
  try {
    parse(value);
  } catch (error) {
    if (error instanceof SelectionInvalid) return error.path;
    throw error;
  }
  return 'accepted';
}

function nested(depth: number, inner: unknown = ['type', 'is', 'image']): unknown {
  return depth <= 1 ? inner : ['not', nested(depth - 1, inner)];
}

const UUID = '018f0000-0000-7000-8000-000000000001';

test.each<[written: unknown, meant: Filter]>([
  [['type', 'is', 'Image'], { field: 'type', operator: 'is', value: 'image' }],
  [['title', 'is', 'Beach'], { field: 'title', operator: 'is', value: 'Beach' }],
  [['title', 'is', ''], { field: 'title', operator: 'is', value: '' }],
  [['category', 'in', ['News', 'ÄÖ']], { field: 'category', operator: 'in', value: ['news', 'äö'] }],
  [['tags', 'not_in', ['Sea']], { field: 'tags', operator: 'not_in', value: ['sea'] }],
  [['title', 'contains', '%'], { field: 'title', operator: 'contains', value: '%' }],
  [['status', 'exists'], { field: 'status', operator: 'exists', value: true }],
  [['status', 'exists', false], { field: 'status', operator: 'exists', value: false }],
  [['owner', 'is', 7], { field: 'owner', operator: 'is', value: '7' }],
  [['owner', 'in', [UUID, 'a@b.c']], { field: 'owner', operator: 'in', value: [UUID, 'a@b.c'] }],
  [['created', 'after', '2024-05-01'], { field: 'created', operator: 'after', value: '2024-05-01T00:00:00Z' }],
  [['size', 'gt', 0], { field: 'size', operator: 'gt', value: 0 }],
  [['shared', 'is_not', true], { field: 'shared', operator: 'is_not', value: true }],
  [
    ['and', ['or', ['size', 'lt', 5]], ['not', ['tags', 'exists']]],
    {
      and: [
        { or: [{ field: 'size', operator: 'lt', value: 5 }] },
        { not: { field: 'tags', operator: 'exists', value: true } },
      ],
    },
  ],
])('%j is read as %j', (written, meant) => {
  expect(parse(written)).toEqual(meant);
});

test.each<[path: string, value: unknown]>([
  ['filter', null],
  ['filter', 'type is image'],
  ['filter', { type: 'image' }],
  ['filter[0]', []],
  ['filter[0]', [null]],
  ['filter[0]', ['kind', 'is', 'image']],
  ['filter[0]', ['constructor', 'is', 'x']],
  ['filter[0]', ['__proto__', 'is', 'x']],
  ['filter[0]', ['AND', ['type', 'is', 'image']]],
  ['filter[0]', [['type', 'is', 'image']]],
  ['filter', ['and']],
  ['filter', ['or']],
  ['filter', ['not']],
  ['filter', ['not', ['type', 'is', 'x'], ['type', 'is', 'y']]],
  ['filter[2]', ['and', ['type', 'is', 'x'], 'type']],
  ['filter[2][1][1]', ['or', ['type', 'is', 'x'], ['not', ['type', 'like', 'x']]]],
  ['filter[1]', ['type']],
  ['filter[1]', ['type', 'equals', 'x']],
  ['filter[1]', ['type', 'before', '2024-01-01']],
  ['filter[1]', ['size', 'contains', '1']],
  ['filter[1]', ['created', 'is', '2024-01-01']],
  ['filter[1]', ['shared', 'in', [true]]],
  ['filter[1]', ['owner', 'contains', '@']],
  ['filter[2]', ['type', 'is']],
  ['filter[2]', ['type', 'is', null]],
  ['filter[2]', ['type', 'is', 7]],
  ['filter[2]', ['type', 'is', ['image']]],
  ['filter[2]', ['title', 'is', 'a\0b']],
  ['filter[2]', ['title', 'is', '\ud800']],
  ['filter[2]', ['title', 'is', 'x'.repeat(2_001)]],
  ['filter[2]', ['title', 'contains', '']],
  ['filter[2]', ['title', 'in', 'x']],
  ['filter[2]', ['title', 'in', []]],
  ['filter[2]', ['title', 'in', Array(10_001).fill('x')]],
  ['filter[2][1]', ['title', 'in', ['x', 1]]],
  ['filter[2]', ['size', 'lt', '5']],
  ['filter[2]', ['size', 'lt', -1]],
  ['filter[2]', ['size', 'lt', 1.5]],
  ['filter[2]', ['size', 'lt', 2 ** 53]],
  ['filter[2]', ['created', 'before', 'now']],
  ['filter[2]', ['created', 'before', 1_700_000_000]],
  ['filter[2]', ['shared', 'is', 'true']],
  ['filter[2]', ['tags', 'exists', 'yes']],
  ['filter[2]', ['owner', 'is', 'somebody']],
  ['filter[2]', ['owner', 'is', -1]],
  ['filter[3]', ['type', 'is', 'image', 'video']],
])('the refusal names %s of %j', (path, value) => {
  expect(pathOfRefusal(value)).toBe(path);
});

test('32 filters may stand in each other, and no more', () => {
  expect(pathOfRefusal(nested(MAX_FILTER_DEPTH))).toBe('accepted');
  expect(pathOfRefusal(nested(MAX_FILTER_DEPTH + 1))).toBe(`filter${'[1]'.repeat(MAX_FILTER_DEPTH)}`);
});

test('a filter 5,000 deep is refused at its 33rd level', () => {
  const deep = JSON.parse(`${'["and",'.repeat(5_000)}["type","is","x"]${']'.repeat(5_000)}`) as unknown;
  expect(pathOfRefusal(deep)).toBe(`filter${'[1]'.repeat(MAX_FILTER_DEPTH)}`);
});

test('the conditions of all filters of a selection share one limit', () => {
  const budget = { conditions: 0 };
  const half = ['or', ...Array.from({ length: MAX_CONDITIONS / 2 }, () => ['size', 'gt', 1])];
  parseFilter(half, ['a'], budget);
  parseFilter(half, ['b'], budget);
  expect(() => parseFilter(['size', 'gt', 1], ['c'], budget)).toThrow('c: more than 1,000 conditions');
});
