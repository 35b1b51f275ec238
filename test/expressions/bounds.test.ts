import fc from 'fast-check';
import type { JsonValue } from '../../src/domain/dag-action';
import {
  checkCondition,
  checkTemplates,
  evaluateCondition,
  evaluateList,
  ExpressionError,
  type ExpressionScope,
  fillTemplates,
} from '../../src/expressions/expressions';

const scope: ExpressionScope = {
  asset: { title: 'Sunset' },
  inputs: { quality: 80 },
  nodes: { a: { state: 'succeeded', output: { width: 2000 } } },
};

describe('bounds', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => index);
  const long = 'a'.repeat(200_000);
  const wide: ExpressionScope = { ...scope, inputs: { many, long, deep: nest(60), quality: 80 } };

  test.each([
    ['a loop in a loop over long lists', 'inputs.many.all(x, inputs.many.all(y, x + y >= 0))'],
    ['the same behind an operator that swallows errors', 'inputs.many.all(x, inputs.many.all(y, x + y >= 0)) || true'],
    ['a loop whose body always fails', 'inputs.many.exists(x, inputs.many.exists(y, x.y))'],
    ['doubling a list', `[inputs.many]${'.map(x, x + x)'.repeat(40)} == []`],
    ['doubling a text', `["${'a'.repeat(50)}"]${'.map(x, x + x)'.repeat(40)} == []`],
    ['comparing long lists, each with each', 'inputs.many.exists(x, inputs.many == [inputs.many])'],
    ['searching a list for each of its items', 'inputs.many.all(x, x in inputs.many)'],
    ['searching long texts', 'inputs.many.exists(x, inputs.long.contains("b"))'],
    ['time zones', 'inputs.many.all(x, timestamp(x).getHours("Europe/Berlin") >= 0)'],
  ])('%s ends with an error, and soon', (_, text) => {
    const begun = performance.now();
    expect(() => evaluateCondition(text, wide)).toThrow(/takes too much work/);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  test.each([
    ['three loops', '[1].all(x, [1].all(y, [1].all(z, true)))', 'more than 2 loops'],
    ['a long expression', `${' '.repeat(4_096)}1`, 'at most 4096 characters'],
    ['many parts', `${'1+'.repeat(1_500)}1 == 1`, 'maxAstNodes'],
    ['deep brackets', `${'('.repeat(200)}true${')'.repeat(200)}`, 'maxDepth'],
    ['many signs', `${'!'.repeat(4_000)}true`, 'maxAstNodes'],
    ['a long search', 'inputs.long.contains(inputs.long)', 'searches for a text of more than 256'],
  ])('%s is refused', (_, text, message) => {
    expect(() => evaluateCondition(text, wide)).toThrow(message);
  });

  test('ten thousand items with some work for each are fine', () => {
    const scopeOfItems = { ...scope, inputs: { many: many.slice(0, 10_000) } };
    expect(evaluateList('inputs.many.filter(x, x % 2 == 0).map(x, {"id": x})', scopeOfItems)).toHaveLength(5_000);
  });

  test('results are bounded, all templates of a value together', () => {
    const text = 'x'.repeat(100_000);
    const within = { ...scope, inputs: { text } };
    expect(fillTemplates(['${{ inputs.text }}', '${{ inputs.text }}'], within)).toEqual([text, text]);
    expect(() =>
      fillTemplates(
        Array.from({ length: 3 }, () => 'a ${{ inputs.text }}'),
        within,
      ),
    ).toThrow('gives too much');
    expect(() =>
      fillTemplates(
        Array.from({ length: 30 }, () => '${{ inputs.many.all(x, x >= 0) }}'),
        wide,
      ),
    ).toThrow('takes too much work');
  });

  test('values that are nested too deep are refused, shallower ones are not', () => {
    expect(fillTemplates('${{ inputs.deep }}', wide)).toEqual(nest(60));
    expect(() => fillTemplates('${{ inputs.deep }}', { ...scope, inputs: { deep: nest(5_000) } })).toThrow(
      'nested too deep',
    );
  });
});

function nest(depth: number): JsonValue {
  let value: JsonValue = 1;
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}

describe('whatever is written', () => {
  const words = fc.constantFrom(
    ...['asset', 'inputs', 'nodes', '.a', '.output', '.title', '[', ']', '(', ')', '{', '}', '"', "'", '==', '&&', '!'],
    ...[
      '+',
      '-',
      '1',
      '2.5',
      'has',
      '.map',
      '.all',
      'x',
      ',',
      '?',
      ':',
      ' ',
      'in',
      'null',
      '${{',
      '}}',
      '\\',
      '//',
      '\n',
    ],
    ...['__proto__', 'constructor', '.size()', 'timestamp', 'duration', 'r"', '"""'],
  );
  const text = fc.oneof(
    fc.array(words, { maxLength: 25 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );

  test('only an ExpressionError is thrown, and what passes is JSON', () => {
    fc.assert(
      fc.property(text, (written) => {
        for (const run of [
          () => evaluateCondition(written, scope),
          () => evaluateList(written, { ...scope, item: 1, index: 0 }),
          () => fillTemplates({ text: written, other: `\${{ ${written} }}` }, scope),
        ]) {
          try {
            const value = run();
            expect(JSON.parse(JSON.stringify(value))).toEqual(value);
          } catch (error) {
            expect(error).toBeInstanceOf(ExpressionError);
          }
        }
        checkCondition(written);
        checkTemplates(written, true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a text without the opening of a template stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (written) => {
        fc.pre(!written.includes('${{'));
        expect(fillTemplates(written, scope)).toBe(written);
      }),
    );
  });
});
