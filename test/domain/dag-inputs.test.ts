import { readInputs } from '../../src/domain/dag-inputs';

const DECLARED = {
  quality: { type: 'integer', default: 80 },
  note: { type: 'string' },
  ratio: { type: 'number', default: 1.5 },
  fast: { type: 'boolean', default: false },
  tags: { type: 'list', default: [] },
  more: { type: 'object', default: null },
} as const;

test('what is left out is filled in', () => {
  expect(readInputs(DECLARED, { note: 'x', ratio: 2 })).toEqual({
    kind: 'fine',
    inputs: { quality: 80, note: 'x', ratio: 2, fast: false, tags: [], more: null },
  });
});

test.each([
  [{}, 'note', 'is required'],
  [{ note: 1 }, 'note', 'must be a String'],
  [{ note: null }, 'note', 'must be a String'],
  [{ note: 'x', quality: 1.5 }, 'quality', 'must be an Integer'],
  [{ note: 'x', quality: '1' }, 'quality', 'must be an Integer'],
  [{ note: 'x', quality: 2 ** 60 }, 'quality', 'must be an Integer'],
  [{ note: 'x', ratio: '2' }, 'ratio', 'must be a Number'],
  [{ note: 'x', fast: 'true' }, 'fast', 'must be a Boolean'],
  [{ note: 'x', tags: {} }, 'tags', 'must be an Array'],
  [{ note: 'x', more: [] }, 'more', 'must be an Object'],
  [{ note: 'x', toString: 1 }, 'toString', 'is not an input of this action'],
])('%j is refused because of %s', (given, input, message) => {
  expect(readInputs(DECLARED, given)).toEqual({
    kind: 'invalid',
    faults: [{ input, value: (given as Record<string, unknown>)[input], message }],
  });
});
